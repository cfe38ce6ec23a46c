import type { SkipRule } from './mapping.js';
import { readNumber } from './values.js';

export type Row = Record<string, string>;

/** The reason of the first rule that leaves the row out, or undefined when none does. */
export function skipReason(row: Row, rules: SkipRule[]): string | undefined {
  return rules.find((rule) => holds(rule, row[rule.column] ?? ''))?.reason;
}

function holds({ test, value }: SkipRule, cell: string): boolean {
  const text = cell.trim();
  switch (test) {
    case 'empty':
      return text === '';
    case 'is':
      return text === String(value);
    case 'in':
      return Array.isArray(value) && value.includes(text);
    case 'startsWith':
      return text.startsWith(String(value));
    default:
      return compares(test, readNumber(text), Number(value));
  }
}

/** What is no number is not skipped by a comparison: it fails later, with its line. */
function compares(test: 'lt' | 'lte' | 'gt' | 'gte', number: number | undefined, limit: number): boolean {
  if (number === undefined) return false;
  if (test === 'lt') return number < limit;
  if (test === 'lte') return number <= limit;
  return test === 'gt' ? number > limit : number >= limit;
}
