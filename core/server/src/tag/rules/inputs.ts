import type { Computation, Formula } from '@perennial/contract';
import { referencesOf } from './condition.js';

export interface Inputs {
  tags: string[];
  traits: string[];
}

/** The tags and traits that a computation reads. */
export function inputsOf(computation: Computation): Inputs {
  switch (computation.kind) {
    case 'tiers': {
      const references = computation.tiers.map((tier) => referencesOf(tier.when));
      return { tags: references.flatMap((r) => r.tags), traits: references.flatMap((r) => r.traits) };
    }
    case 'formula':
      return formulaInputs(computation.formula);
    case 'trait':
      return { tags: [], traits: [computation.trait] };
    case 'aggregate':
    case 'daysSince':
    case 'recency':
    case 'model':
    case 'manual':
      return { tags: [], traits: [] };
  }
}

function formulaInputs(formula: Formula): Inputs {
  if ('tag' in formula) return { tags: [formula.tag], traits: [] };
  if ('trait' in formula) return { tags: [], traits: [formula.trait] };
  if ('number' in formula || 'aggregate' in formula) return { tags: [], traits: [] };
  const parts = formula.of.map(formulaInputs);
  return { tags: parts.flatMap((p) => p.tags), traits: parts.flatMap((p) => p.traits) };
}
