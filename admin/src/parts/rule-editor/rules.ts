import type { Condition, Rule, TagDefinition, Test } from '@perennial/contract';

export type Group = { all: Rule[] } | { any: Rule[] };
export type Leaf = Exclude<Rule, { all: Rule[] } | { any: Rule[] } | { not: Rule }>;
export const LEAF_KINDS = [
  'tag',
  'behaviour',
  'stage',
  'since',
  'moved',
  'sequence',
  'trait',
  'reachable',
  'consent',
  'audience',
  'percent',
  'top',
] as const;
export type LeafKind = (typeof LEAF_KINDS)[number];

export const isGroup = (rule: Rule): rule is Group => 'all' in rule || 'any' in rule;

/** The editor works on a group; a condition that is none stands alone in one. */
export const groupOf = (rule: Rule | Condition): Group => (isGroup(rule) ? rule : { all: [rule] });

export const kindOf = (leaf: Leaf): LeafKind => LEAF_KINDS.find((kind) => kind in leaf)!;
export const partsOf = (group: Group): Rule[] => ('all' in group ? group.all : group.any);
export const withParts = (group: Group, parts: Rule[]): Group => ('all' in group ? { all: parts } : { any: parts });

/** A rule and whether it is turned round: editors show "not" as a mark on what it turns. */
export function unwrap(rule: Rule): { inner: Group | Leaf; isNot: boolean } {
  if (!('not' in rule)) return { inner: rule, isNot: false };
  const { inner, isNot } = unwrap(rule.not);
  return { inner, isNot: !isNot };
}
export const wrap = (inner: Rule, isNot: boolean): Rule => (isNot ? { not: inner } : inner);

const EVENT = { names: [] };

/** A leaf as it begins, before anything is chosen. */
export function newLeaf(kind: LeafKind, lifecycle: string): Leaf {
  switch (kind) {
    case 'tag':
      return { tag: '', test: { op: 'exists' } };
    case 'trait':
      return { trait: '', test: { op: 'exists' } };
    case 'stage':
      return { stage: lifecycle, test: { op: 'in', values: [] } };
    case 'since':
      return { since: lifecycle, test: { op: 'gte', value: 30 } };
    case 'behaviour':
      return {
        behaviour: { kind: 'aggregate', event: EVENT, measure: 'count', window: { last: 30, unit: 'day' } },
        test: { op: 'gte', value: 1 },
      };
    case 'sequence':
      return { sequence: { steps: [EVENT, EVENT], withinHours: 24 } };
    case 'moved':
      return { moved: { lifecycle, window: { last: 30, unit: 'day' } } };
    case 'reachable':
      return { reachable: '' };
    case 'consent':
      return { consent: 'sms' };
    case 'audience':
      return { audience: '' };
    case 'percent':
      return { percent: 10 };
    case 'top':
      return { top: { tag: '', count: 100 } };
  }
}

/** Whether everything is chosen, so that the warehouse may be asked. */
export function isComplete(rule: Rule): boolean {
  if ('not' in rule) return isComplete(rule.not);
  if (isGroup(rule)) return partsOf(rule).length > 0 && partsOf(rule).every(isComplete);
  if ('test' in rule && !isTestComplete(rule.test)) return false;
  if ('tag' in rule) return rule.tag !== '';
  if ('trait' in rule) return rule.trait !== '';
  if ('behaviour' in rule) return rule.behaviour.event.names.length > 0;
  if ('sequence' in rule) return rule.sequence.steps.every(({ names }) => names.length > 0);
  if ('reachable' in rule) return rule.reachable !== '';
  if ('consent' in rule) return rule.consent !== '';
  if ('audience' in rule) return rule.audience !== '';
  return 'top' in rule ? rule.top.tag !== '' : true;
}

const isTestComplete = (test: Test): boolean => !('values' in test) || test.values.length > 0;

/** The tests that make sense of a value of a type. */
export function opsOf(type: TagDefinition['valueType'] | 'any'): Test['op'][] {
  switch (type) {
    case 'number':
      return ['gte', 'gt', 'lte', 'lt', 'is', 'isNot', 'exists', 'missing'];
    case 'date':
      return ['within', 'olderThan', 'exists', 'missing'];
    case 'boolean':
      return ['is', 'exists', 'missing'];
    case 'enum':
      return ['in', 'notIn', 'is', 'exists', 'missing'];
    case 'list':
      return ['contains', 'exists', 'missing'];
    case 'scores':
      return ['exists', 'missing'];
    case 'text':
      return ['is', 'isNot', 'in', 'notIn', 'contains', 'exists', 'missing'];
    case 'any':
      return ['is', 'isNot', 'in', 'notIn', 'gte', 'gt', 'lte', 'lt', 'contains', 'exists', 'missing'];
  }
}

/** A test of another kind, with a value to begin with. */
export function newTest(op: Test['op'], type: TagDefinition['valueType'] | 'any'): Test {
  switch (op) {
    case 'is':
    case 'isNot':
      return { op, value: type === 'number' ? 0 : type === 'boolean' ? true : '' };
    case 'in':
    case 'notIn':
      return { op, values: [] };
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return { op, value: 1 };
    case 'contains':
      return { op, value: '' };
    case 'within':
    case 'olderThan':
      return { op, days: 30 };
    default:
      return { op };
  }
}

/** Items with a name for each place: in a rule, a part is its place, and keeps its fields while it is edited. */
export const placed = <T>(items: T[]): { item: T; i: number; id: string }[] =>
  items.map((item, i) => ({ item, i, id: `place ${i}` }));
