import type { Computation, Formula, TagDefinition } from '@perennial/contract';

export const COMPUTATION_KINDS = [
  'aggregate',
  'tiers',
  'formula',
  'daysSince',
  'recency',
  'trait',
  'model',
  'manual',
] as const satisfies readonly Computation['kind'][];

type Kind = (typeof COMPUTATION_KINDS)[number];

/** A computation as it begins, before anything is chosen. */
export function newComputation(kind: Kind): Computation {
  const event = { names: [] };
  switch (kind) {
    case 'aggregate':
      return { kind, event, measure: 'count', window: { last: 30, unit: 'day' } };
    case 'tiers':
      return { kind, tiers: [{ when: { all: [] }, value: '' }] };
    case 'formula':
      return { kind, formula: { op: 'divide', of: [{ tag: '' }, { tag: '' }] }, decimals: 2 };
    case 'daysSince':
      return { kind, event, cap: 365 };
    case 'recency':
      return { kind, event, bands: [{ withinDays: 30, value: '' }] };
    case 'trait':
      return { kind, trait: '' };
    case 'model':
      return { kind, model: '' };
    case 'manual':
      return { kind };
  }
}

/** What such a computation usually gives. */
export function usualType(computation: Computation): TagDefinition['valueType'] {
  switch (computation.kind) {
    case 'tiers':
    case 'recency':
    case 'manual':
      return 'enum';
    case 'trait':
      return 'text';
    case 'aggregate':
      return MEASURED_TYPES[computation.measure] ?? 'number';
    default:
      return 'number';
  }
}

const MEASURED_TYPES: Record<string, TagDefinition['valueType']> = {
  first: 'text',
  last: 'text',
  top: 'text',
  scores: 'scores',
  firstAt: 'date',
  lastAt: 'date',
};

export const FORMULA_KINDS = [
  'tag',
  'trait',
  'number',
  'aggregate',
  'add',
  'subtract',
  'multiply',
  'divide',
  'min',
  'max',
  'coalesce',
] as const;
export type FormulaKind = (typeof FORMULA_KINDS)[number];

export const formulaKind = (formula: Formula): FormulaKind =>
  'op' in formula ? formula.op : FORMULA_KINDS.find((kind) => kind in formula)!;

/** A part of another kind; one that has parts keeps them. */
export function newFormula(kind: FormulaKind, before: Formula): Formula {
  switch (kind) {
    case 'tag':
      return { tag: '' };
    case 'trait':
      return { trait: '' };
    case 'number':
      return { number: 0 };
    case 'aggregate':
      return {
        aggregate: { kind, event: { names: [] }, measure: 'count', window: { last: 30, unit: 'day' } },
      };
    default:
      return { op: kind, of: 'op' in before ? before.of : [before, { number: 1 }] };
  }
}
