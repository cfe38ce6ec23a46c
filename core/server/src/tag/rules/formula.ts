import type { Formula, Json } from '@perennial/contract';

type Lookup = (kind: 'tag' | 'trait', key: string) => Json | undefined;

/** The number a formula gives, or undefined where an input is missing, no number, or a division by zero. */
export function calculate(formula: Formula, lookup: Lookup): number | undefined {
  if ('number' in formula) return formula.number;
  if ('tag' in formula) return asNumber(lookup('tag', formula.tag));
  if ('trait' in formula) return asNumber(lookup('trait', formula.trait));
  const values = formula.of.map((part) => calculate(part, lookup));
  if (values.some((value) => value === undefined)) return undefined;
  const result = (values as number[]).reduce(OPERATIONS[formula.op]);
  return Number.isFinite(result) ? result : undefined;
}

const asNumber = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined);

const OPERATIONS: Record<Extract<Formula, { op: string }>['op'], (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
};
