import type { Formula, Json } from '@perennial/contract';

type Lookup = (kind: 'tag' | 'trait', key: string) => Json | undefined;

/** The number a formula gives, or undefined where an input is missing, no number, or a division by zero. */
export function calculate(formula: Formula, lookup: Lookup): number | undefined {
  if ('number' in formula) return formula.number;
  if ('tag' in formula) return asNumber(lookup('tag', formula.tag));
  if ('trait' in formula) return asNumber(lookup('trait', formula.trait));
  if ('aggregate' in formula) return undefined;
  if (formula.op === 'coalesce') return firstOf(formula.of, lookup);
  const values = formula.of.map((part) => calculate(part, lookup));
  if (values.some((value) => value === undefined)) return undefined;
  if (formula.op === 'divide' && values.slice(1).includes(0)) return undefined;
  return (values as number[]).reduce(OPERATIONS[formula.op]);
}

/** Aggregates have become hidden tags by the time a formula is calculated; see `desugar.ts`. */
function firstOf(parts: Formula[], lookup: Lookup): number | undefined {
  for (const part of parts) {
    const value = calculate(part, lookup);
    if (value !== undefined) return value;
  }
  return undefined;
}

const asNumber = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined);

const OPERATIONS: Record<
  Exclude<Extract<Formula, { op: string }>['op'], 'coalesce'>,
  (a: number, b: number) => number
> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
};
