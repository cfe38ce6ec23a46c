import { createHash } from 'node:crypto';
import type { Aggregate, Computation, Condition, Formula, TagDefinition } from '@perennial/contract';

/** Begins the key of a tag that only a condition or formula reads; no definition may have such a key. */
export const HIDDEN = '~';
export const isHidden = (key: string): boolean => key.startsWith(HIDDEN);

/** Aggregates that stood inside conditions and formulas, as tags of their own by key. */
export type Hidden = Map<string, TagDefinition>;

/**
 * Behaviour inside a condition becomes a hidden tag that the condition reads: so it is measured once for all who ask the
 * same, kept up to date, and due when its window slides, like any other tag.
 */
export function plainCondition(condition: Condition, hidden: Hidden): Condition {
  if ('all' in condition) return { all: condition.all.map((part) => plainCondition(part, hidden)) };
  if ('any' in condition) return { any: condition.any.map((part) => plainCondition(part, hidden)) };
  if ('not' in condition) return { not: plainCondition(condition.not, hidden) };
  if (!('behaviour' in condition)) return condition;
  return { tag: hide(condition.behaviour, hidden), test: condition.test };
}

export function plainComputation(computation: Computation, hidden: Hidden): Computation {
  switch (computation.kind) {
    case 'tiers': {
      const tiers = computation.tiers.map(({ when, value }) => ({ when: plainCondition(when, hidden), value }));
      return { ...computation, tiers };
    }
    case 'formula':
      return { ...computation, formula: plainFormula(computation.formula, hidden) };
    default:
      return computation;
  }
}

function plainFormula(formula: Formula, hidden: Hidden): Formula {
  if ('aggregate' in formula) return { tag: hide(formula.aggregate, hidden) };
  return 'op' in formula ? { op: formula.op, of: formula.of.map((part) => plainFormula(part, hidden)) } : formula;
}

function hide(aggregate: Aggregate, hidden: Hidden): string {
  const key = hiddenKey(aggregate);
  if (!hidden.has(key)) hidden.set(key, hiddenTag(key, aggregate));
  return key;
}

export const hiddenKey = (aggregate: Aggregate): string =>
  HIDDEN + createHash('sha256').update(canonical(aggregate)).digest('base64url').slice(0, 12);

/** JSON with sorted keys, so that the order in which an editor wrote them plays no part. */
const canonical = (aggregate: Aggregate): string =>
  JSON.stringify(aggregate, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

const LISTS = { top: 'list', scores: 'scores' } as const;

function hiddenTag(key: string, aggregate: Aggregate): TagDefinition {
  return {
    key,
    title: { zh: '', en: '' },
    category: 'behaviour',
    valueType: valueTypeOf(aggregate) ?? 'enum',
    computation: aggregate,
    scenario: { zh: '', en: '' },
    owner: '',
    onUnmatched: 'empty',
    version: 1,
  };
}

/** What an aggregate gives, or undefined where that depends on the property (`first`, `last`). */
export function valueTypeOf({ measure, limit }: Aggregate): TagDefinition['valueType'] | undefined {
  switch (measure) {
    case 'first':
    case 'last':
      return undefined;
    case 'top':
      return limit === undefined ? 'text' : LISTS.top;
    case 'scores':
      return LISTS.scores;
    case 'firstAt':
    case 'lastAt':
      return 'date';
    default:
      return 'number';
  }
}
