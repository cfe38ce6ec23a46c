import type { DataSource, EntityManager } from 'typeorm';
import { upsertRows } from './sql.js';
import { creating, type TableSpec } from './table-spec.js';

/** What the record knows of itself: its id, who wrote it last. */
export const RECORD_STATE: TableSpec = {
  name: 'record_state',
  columns: {
    name: { kind: { text: 64 }, isKey: true },
    value: { kind: 'long' },
  },
};

export const RecordStateCreate = creating('RecordStateCreate1764000001100', [RECORD_STATE]);

export type RecordFact = 'accepted_parts' | 'id' | 'plugin_migrations' | 'probe' | 'version';

/** Undefined where nobody has written it yet. */
export async function readFact(source: DataSource | EntityManager, name: RecordFact): Promise<string | undefined> {
  const rows: { value: string }[] = await source.query('SELECT value FROM record_state WHERE name = ?', [name]);
  return rows[0]?.value;
}

export const writeFact = (manager: EntityManager, name: RecordFact, value: string): Promise<void> =>
  upsertRows(manager, RECORD_STATE.name, ['name'], ['name', 'value'], [[name, value]]);
