import type { EventFilter, EventTest } from '@perennial/contract';
import type { Params } from '../../warehouse/index.js';
import { testSql } from './test.sql.js';
import { Parsed } from './parsed.js';

/** The properties that a query reads of events, by path. */
export const eventProperties = (params: Params): Parsed =>
  new Parsed(
    'p',
    (path) =>
      `JSONExtractRaw(properties, ${path
        .split('.')
        .map((key) => params.text(key))
        .join(', ')})`,
  );

/** Whether an event has one of the names. */
export function namedSql(names: readonly string[], params: Params): string {
  const list = names.map((name) => params.text(name));
  return list.length === 1 ? `name = ${list[0]}` : `name IN (${list.join(', ')})`;
}

/** Whether an event is meant by the filter. */
export function filterSql(filter: EventFilter, properties: Parsed, params: Params): string {
  const named = namedSql(filter.names, params);
  return filter.where?.length ? `${named} AND ${testsSql(filter, properties, params)}` : named;
}

/** Whether an event of the right name passes the filter's tests. */
export function testsSql({ where = [] }: EventFilter, properties: Parsed, params: Params): string {
  return where.length === 0 ? '1' : where.map((test) => eventTestSql(test, properties, params)).join(' AND ');
}

function eventTestSql(test: EventTest, properties: Parsed, params: Params): string {
  const each = (tests: EventTest[]) => tests.map((part) => eventTestSql(part, properties, params));
  if ('all' in test) return test.all.length > 0 ? `(${each(test.all).join(' AND ')})` : '1';
  if ('any' in test) return test.any.length > 0 ? `(${each(test.any).join(' OR ')})` : '0';
  if ('not' in test) return `(NOT ${eventTestSql(test.not, properties, params)})`;
  return testSql(test.test, properties.value(test.property), 0, params);
}
