import type { Aggregate } from '@perennial/contract';
import { readCellOf } from '../rules/program.js';
import { cellSql, countsSql, windowSql, type Asked } from './cell.sql.js';
import { eventProperties, namedSql } from './event.sql.js';
import { Marks, select, withColumns } from './parsed.js';
import type { SqlValue } from './value.sql.js';

/** One measurement of everybody who has events of those names: `profile` and the columns of `value`. */
export function aggregateQuery(aggregate: Aggregate, asked: Asked): { sql: string; value: SqlValue } {
  const properties = eventProperties(asked.params);
  const cell = readCellOf(aggregate);
  const counts = countsSql(cell, properties, asked);
  const marks = new Marks();
  const { columns, value } = cellSql('c', cell, { counts: '1', properties, marks, asked });
  const windowed = windowSql(aggregate.window, asked);
  const events = select(
    ['profile', 'at', 'name', ...properties.raw()],
    `SELECT * FROM person_events WHERE ${namedSql(aggregate.event.names, asked.params)}${windowed === '' ? '' : ` AND ${windowed}`}`,
  );
  const counted = `${withColumns(properties.values(), events)} WHERE ${counts}`;
  return { sql: `${select(['profile', ...columns], withColumns(marks.select(), counted))} GROUP BY profile`, value };
}
