import type { Condition, JsonScalar, Test } from '@perennial/contract';

type Leaf = Exclude<Condition, { all: unknown } | { any: unknown } | { not: unknown }>;

/** Whether whoever fulfils `a` surely fulfils `b`; false where it cannot be told from the conditions alone. */
export function implies(a: Condition, b: Condition): boolean {
  if (JSON.stringify(a) === JSON.stringify(b)) return true;
  if ('all' in b) return b.all.every((part) => implies(a, part));
  if ('any' in a) return a.any.length > 0 && a.any.every((part) => implies(part, b));
  if ('all' in a && a.all.some((part) => implies(part, b))) return true;
  if ('any' in b) return b.any.some((part) => implies(a, part));
  if ('not' in b) return excludes(a, b.not);
  if ('not' in a || 'all' in a) return false;
  return subjectOf(a) === subjectOf(b) && testImplies(a.test, b.test);
}

/** Whether nobody can fulfil both. */
export function excludes(a: Condition, b: Condition): boolean {
  if ('any' in a) return a.any.every((part) => excludes(part, b));
  if ('any' in b) return b.any.every((part) => excludes(a, part));
  if ('all' in a) return a.all.some((part) => excludes(part, b));
  if ('all' in b) return b.all.some((part) => excludes(a, part));
  if ('not' in a) return implies(b, a.not);
  if ('not' in b) return implies(a, b.not);
  return subjectOf(a) === subjectOf(b) && testsExclude(a.test, b.test);
}

/** Whether nobody can fulfil it. */
export function isNever(condition: Condition): boolean {
  if ('any' in condition) return condition.any.length > 0 && condition.any.every(isNever);
  if (!('all' in condition)) return false;
  const parts = condition.all;
  return parts.some(isNever) || parts.some((a, i) => parts.slice(i + 1).some((b) => excludes(a, b)));
}

const subjectOf = (leaf: Leaf): string => JSON.stringify({ ...leaf, test: undefined });

/** The numbers that a test lets through; ages count backwards from now. */
interface Range {
  axis: 'value' | 'age';
  from: number;
  to: number;
  isFromIn: boolean;
  isToIn: boolean;
}

function rangeOf(test: Test): Range | undefined {
  const range = (axis: Range['axis'], from: number, to: number, isFromIn = true, isToIn = true): Range => ({
    axis,
    from,
    to,
    isFromIn,
    isToIn,
  });
  switch (test.op) {
    case 'gte':
      return range('value', test.value, Infinity);
    case 'gt':
      return range('value', test.value, Infinity, false);
    case 'lte':
      return range('value', -Infinity, test.value);
    case 'lt':
      return range('value', -Infinity, test.value, true, false);
    case 'is':
      return typeof test.value === 'number' ? range('value', test.value, test.value) : undefined;
    case 'olderThan':
      return range('age', test.days, Infinity);
    case 'within':
      return range('age', -Infinity, test.days, true, false);
    default:
      return undefined;
  }
}

function testImplies(a: Test, b: Test): boolean {
  if (b.op === 'exists') return needsValue(a);
  const [one, two] = [rangeOf(a), rangeOf(b)];
  if (one && two && one.axis === two.axis) return isWithin(one, two);
  const [few, many] = [valuesOf(a), valuesOf(b)];
  if (few && many) return few.every((value) => many.includes(value));
  return false;
}

const isWithin = (a: Range, b: Range): boolean =>
  (a.from > b.from || (a.from === b.from && (b.isFromIn || !a.isFromIn))) &&
  (a.to < b.to || (a.to === b.to && (b.isToIn || !a.isToIn)));

function testsExclude(a: Test, b: Test): boolean {
  if ((a.op === 'missing' && needsValue(b)) || (b.op === 'missing' && needsValue(a))) return true;
  const [one, two] = [rangeOf(a), rangeOf(b)];
  if (one && two && one.axis === two.axis) return areApart(one, two) || areApart(two, one);
  const [few, many] = [valuesOf(a), valuesOf(b)];
  return few !== undefined && many !== undefined && !few.some((value) => many.includes(value));
}

/** `a` ends before `b` begins. */
const areApart = (a: Range, b: Range): boolean => a.to < b.from || (a.to === b.from && !(a.isToIn && b.isFromIn));

/** A place of a stage may be named with or without its sub-stage, so such values say nothing of each other. */
function valuesOf(test: Test): JsonScalar[] | undefined {
  const values = test.op === 'is' ? [test.value] : test.op === 'in' ? test.values : undefined;
  return values?.some((value) => typeof value === 'string' && value.includes('/')) ? undefined : values;
}

function needsValue(test: Test): boolean {
  if (test.op === 'is') return test.value !== null;
  return !['missing', 'isNot', 'notIn', 'in'].includes(test.op);
}
