import type { JsonScalar, Test } from '@perennial/contract';
import { parsedValue, testSql } from '../../tag/index.js';
import { DAY } from '../../time/zone.js';
import type { Params } from '../../warehouse/index.js';

/** From here on a list is looked up as a set, not value by value. */
const LARGE = 20;

/** A test of a number column, in which NaN is no value: every comparison with it is false. */
export function numberTestSql(test: Test, column: string, now: number, params: Params): string {
  switch (test.op) {
    case 'is':
      return isNumber(test.value) ? `(${column} = ${params.number(test.value)})` : '0';
    case 'isNot':
      return isNumber(test.value) ? `(${column} != ${params.number(test.value)})` : '1';
    case 'in':
      return amongNumbers(test.values, column, params);
    case 'notIn':
      return `(NOT ${amongNumbers(test.values, column, params)})`;
    case 'gt':
      return `(${column} > ${params.number(test.value)})`;
    case 'gte':
      return `(${column} >= ${params.number(test.value)})`;
    case 'lt':
      return `(${column} < ${params.number(test.value)})`;
    case 'lte':
      return `(${column} <= ${params.number(test.value)})`;
    case 'within':
      return `(${params.number(now)} < ${column} + ${params.number(test.days * DAY)})`;
    case 'olderThan':
      return `(${params.number(now)} >= ${column} + ${params.number(test.days * DAY)})`;
    case 'exists':
      return `(NOT isNaN(${column}))`;
    case 'missing':
      return `isNaN(${column})`;
    case 'contains':
      return '0';
  }
}

const isNumber = (value: JsonScalar): value is number => typeof value === 'number';

function amongNumbers(values: JsonScalar[], column: string, params: Params): string {
  const numbers = values.filter(isNumber);
  if (numbers.length === 0) return '0';
  const list = params.numbers(numbers);
  return numbers.length > LARGE ? `(${column} IN (SELECT arrayJoin(${list})))` : `has(${list}, ${column})`;
}

/** A test of a column that holds JSON, empty where there is no value: equal values have equal texts. */
export function wordTestSql(test: Test, column: string, now: number, params: Params): string {
  switch (test.op) {
    case 'is':
      return test.value === null ? '0' : `(${column} = ${params.text(JSON.stringify(test.value))})`;
    case 'isNot':
      return test.value === null ? '1' : `(${column} != ${params.text(JSON.stringify(test.value))})`;
    case 'in':
      return amongWords(test.values, column, params);
    case 'notIn':
      return `(NOT ${amongWords(test.values, column, params)})`;
    case 'exists':
      return `(${column} != '')`;
    case 'missing':
      return `(${column} = '')`;
    default:
      return testSql(test, parsedValue(`toString(${column})`), now, params);
  }
}

function amongWords(values: JsonScalar[], column: string, params: Params): string {
  const texts = values.filter((value) => value !== null).map((value) => JSON.stringify(value));
  if (texts.length === 0) return '0';
  const list = params.texts(texts);
  return texts.length > LARGE ? `(${column} IN (SELECT arrayJoin(${list})))` : `has(${list}, ${column})`;
}
