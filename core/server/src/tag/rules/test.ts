import type { Json, JsonScalar, Test } from '@perennial/contract';
import { DAY } from '../../time/zone.js';

/** Whether a test holds at an instant, and when time alone may change that. */
export interface Verdict {
  holds: boolean;
  due?: number;
}

/** Applies one test to one value at `now` (epoch ms). An absent value fails every test but `missing`, `isNot` and `notIn`. */
export function applyTest(test: Test, value: Json | undefined, now: number): Verdict {
  if (isAgeTest(test)) return ageVerdict(test.op, test.days * DAY, value, now);
  return { holds: holdsNow(test, value ?? undefined) };
}

type AgeTest = Extract<Test, { days: number }>;
type PlainTest = Exclude<Test, AgeTest>;

const isAgeTest = (test: Test): test is AgeTest => 'days' in test;

function ageVerdict(op: AgeTest['op'], age: number, value: Json | undefined, now: number): Verdict {
  if (typeof value !== 'number') return { holds: false };
  const border = value + age;
  const isOlder = now >= border;
  return { holds: op === 'olderThan' ? isOlder : !isOlder, ...(!isOlder && { due: border }) };
}

function holdsNow(test: PlainTest, value: Json | undefined): boolean {
  switch (test.op) {
    case 'is':
      return value === test.value;
    case 'isNot':
      return value !== test.value;
    case 'in':
      return test.values.includes(value as JsonScalar);
    case 'notIn':
      return !test.values.includes(value as JsonScalar);
    case 'gt':
      return typeof value === 'number' && value > test.value;
    case 'gte':
      return typeof value === 'number' && value >= test.value;
    case 'lt':
      return typeof value === 'number' && value < test.value;
    case 'lte':
      return typeof value === 'number' && value <= test.value;
    case 'contains':
      return Array.isArray(value)
        ? value.includes(test.value)
        : typeof value === 'string' && value.includes(test.value);
    case 'exists':
      return value !== undefined;
    case 'missing':
      return value === undefined;
  }
}

/** A test of a place (`churn/dormant`, or undefined): a stage named without its sub-stage means any of them. */
export function testPlace(test: Test, place: string | undefined): boolean {
  const isIn = (values: JsonScalar[]) =>
    place !== undefined && (values.includes(place) || values.includes(place.split('/')[0]!));
  switch (test.op) {
    case 'is':
      return isIn([test.value]);
    case 'isNot':
      return !isIn([test.value]);
    case 'in':
      return isIn(test.values);
    case 'notIn':
      return !isIn(test.values);
    case 'exists':
      return place !== undefined;
    case 'missing':
      return place === undefined;
    default:
      return false;
  }
}
