import type { JsonScalar, Test } from '@perennial/contract';
import { DAY } from '../../time/zone.js';
import type { Params } from '../../warehouse/index.js';
import { kindOf, VALUE_KIND } from '../rules/value.order.js';
import { constantValue, isNumber, isThere, type SqlValue } from './value.sql.js';

/** The same as `applyTest`, as a SQL condition that is 0 or 1, at the instant `now` (epoch ms). */
export function testSql(test: Test, value: SqlValue, now: number, params: Params): string {
  switch (test.op) {
    case 'is':
      return equals(value, test.value, params);
    case 'isNot':
      return `(NOT ${equals(value, test.value, params)})`;
    case 'in':
      return among(value, test.values, params);
    case 'notIn':
      return `(NOT ${among(value, test.values, params)})`;
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return `(${isNumber(value)} AND ${value.num} ${COMPARISONS[test.op]} ${params.number(test.value)})`;
    case 'contains':
      return containsSql(value, test.value, params);
    case 'within':
    case 'olderThan': {
      const isOlder = `${params.number(now)} >= ${value.num} + ${params.number(test.days * DAY)}`;
      return `(${isNumber(value)} AND ${test.op === 'olderThan' ? isOlder : `NOT (${isOlder})`})`;
    }
    case 'exists':
      return isThere(value);
    case 'missing':
      return `(NOT ${isThere(value)})`;
  }
}

const COMPARISONS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/** `null` is no value, and nothing equals it. */
function equals(value: SqlValue, wanted: JsonScalar, params: Params): string {
  if (wanted === null) return '0';
  const constant = constantValue(wanted, params);
  const same = typeof wanted === 'string' ? `${value.text} = ${constant.text}` : `${value.num} = ${constant.num}`;
  return `(${value.kind} = ${constant.kind} AND ${same})`;
}

/** Kind by kind, so that thousands of values are one set each. */
function among(value: SqlValue, wanted: JsonScalar[], params: Params): string {
  const of = (kind: number) => wanted.filter((item) => kindOf(item) === kind);
  const texts = of(VALUE_KIND.text) as string[];
  const numbers = of(VALUE_KIND.number) as number[];
  const parts = [
    ...of(VALUE_KIND.boolean).map((item) => equals(value, item, params)),
    ...(texts.length > 0
      ? [`(${value.kind} = ${VALUE_KIND.text} AND has(${params.texts(texts)}, ${value.text}))`]
      : []),
    ...(numbers.length > 0 ? [`(${isNumber(value)} AND has(${params.numbers(numbers)}, ${value.num}))`] : []),
  ];
  return parts.length === 0 ? '0' : `(${parts.join(' OR ')})`;
}

/** Part of a text, or one of the texts of a list. */
function containsSql({ kind, text }: SqlValue, wanted: string, params: Params): string {
  const sought = params.text(wanted);
  const inList = `startsWith(${text}, '[') AND has(arrayFilter(x -> startsWith(x, '"'), JSONExtractArrayRaw(${text})), toJSONString(${sought}))`;
  return `((${kind} = ${VALUE_KIND.text} AND position(${text}, ${sought}) > 0) OR (${kind} = ${VALUE_KIND.other} AND ${inList}))`;
}

/** Whether a test holds of somebody who has no value. */
export const conditionOnAbsent = ({ op }: Test): boolean => op === 'missing' || op === 'isNot' || op === 'notIn';

/** The same as `testPlace`, over a place written `stage` or `stage/subStage`. */
export function placeTestSql(test: Test, place: string, params: Params): string {
  switch (test.op) {
    case 'is':
      return inStage([test.value], place, params);
    case 'isNot':
      return `(NOT ${inStage([test.value], place, params)})`;
    case 'in':
      return inStage(test.values, place, params);
    case 'notIn':
      return `(NOT ${inStage(test.values, place, params)})`;
    case 'exists':
      return `(${place} != '')`;
    case 'missing':
      return `(${place} = '')`;
    default:
      return '0';
  }
}

function inStage(values: JsonScalar[], place: string, params: Params): string {
  const stages = params.texts(values.filter((value) => typeof value === 'string'));
  return `(has(${stages}, ${place}) OR has(${stages}, splitByChar('/', ${place})[1]))`;
}
