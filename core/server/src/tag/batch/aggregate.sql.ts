import type { Aggregate } from '@perennial/contract';
import { readCellOf } from '../rules/program.js';
import { cellSql, type Asked } from './cell.sql.js';
import { eventProperties } from './event.sql.js';
import { select, withColumns } from './parsed.js';
import type { SqlValue } from './value.sql.js';

/** One measurement of everybody who has events of those names: `profile` and the columns of `value`. */
export function aggregateQuery(aggregate: Aggregate, asked: Asked): { sql: string; value: SqlValue } {
  const properties = eventProperties(asked.params);
  const { columns, value } = cellSql('c', readCellOf(aggregate), properties, asked);
  const events = select(
    ['profile', 'at', 'name', ...properties.raw()],
    `SELECT * FROM person_events WHERE has(${asked.params.texts(aggregate.event.names)}, name)`,
  );
  return {
    sql: `${select(['profile', ...columns], withColumns(properties.values(), events))} GROUP BY profile`,
    value,
  };
}
