import type { Aggregate } from '@perennial/contract';
import { readCellOf } from '../rules/program.js';
import { cellSql, windowSql, type Asked } from './cell.sql.js';
import { eventProperties, namedSql, testsSql } from './event.sql.js';
import { Marks, select, withColumns } from './parsed.js';
import type { SqlValue } from './value.sql.js';

/**
 * One measurement of everybody who has events of those names: `profile` and the columns of `value`. Tests of properties
 * stand in the aggregates: as a WHERE they would be moved to the reading of the table, where ClickHouse takes each
 * property out of its JSON once for every test.
 */
export function aggregateQuery(aggregate: Aggregate, asked: Asked): { sql: string; value: SqlValue } {
  const properties = eventProperties(asked.params);
  const cell = readCellOf(aggregate);
  const counts = testsSql(aggregate.event, properties, asked.params);
  const marks = new Marks();
  const { columns, value } = cellSql('c', cell, { counts, properties, marks, asked });
  const windowed = windowSql(aggregate.window, asked);
  const events = select(
    ['profile', 'at', 'name', ...properties.raw()],
    `SELECT * FROM person_events WHERE ${namedSql(aggregate.event.names, asked.params)}${windowed === '' ? '' : ` AND ${windowed}`}`,
  );
  const marked = withColumns(marks.select(), withColumns(properties.values(), events));
  return { sql: `${select(['profile', ...columns], marked)} GROUP BY profile`, value };
}
