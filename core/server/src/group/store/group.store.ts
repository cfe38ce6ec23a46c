import type { EntityManager } from 'typeorm';
import { forUpdate, selectIn, upsertRows } from '../../database/index.js';
import { stated, type GroupStatement, type GroupTrait, type StoredGroup } from '../rules/statement.js';

interface Row {
  id: string;
  first_seen_at: number;
  last_seen_at: number;
  traits: string;
}

const COLUMNS = ['id', 'first_seen_at', 'last_seen_at', 'traits'];

/** Writes what a batch says of groups; a batch without `group` calls costs nothing. */
export async function saveGroups(manager: EntityManager, statements: readonly GroupStatement[]): Promise<void> {
  if (statements.length === 0) return;
  const ids = [...new Set(statements.map(({ id }) => id))].sort();
  const groups = await readGroups(manager, ids, forUpdate(manager));
  for (const statement of statements) groups.set(statement.id, stated(groups.get(statement.id), statement));
  const rows = [...groups.values()].map((group) => [
    group.id,
    group.firstSeenAt,
    group.lastSeenAt,
    JSON.stringify(group.traits),
  ]);
  await upsertRows(manager, 'customer_group', ['id'], COLUMNS, rows);
}

export async function readGroups(
  manager: EntityManager,
  ids: string[],
  suffix = '',
): Promise<Map<string, StoredGroup>> {
  const rows = await selectIn<Row>(manager, {
    table: 'customer_group',
    columns: COLUMNS,
    where: 'id',
    values: ids,
    suffix,
  });
  return new Map(rows.map((row) => [row.id, groupOf(row)]));
}

/** The last seen first, before `[lastSeenAt, id]`. */
export async function listGroups(
  manager: EntityManager,
  limit: number,
  [at, id]: [number, string] = [Number.MAX_SAFE_INTEGER, ''],
): Promise<StoredGroup[]> {
  const rows = await manager.query<Row[]>(
    `SELECT ${COLUMNS.join(', ')} FROM customer_group WHERE last_seen_at < ? OR (last_seen_at = ? AND id > ?)
     ORDER BY last_seen_at DESC, id LIMIT ?`,
    [at, at, id, limit],
  );
  return rows.map(groupOf);
}

const groupOf = (row: Row): StoredGroup => ({
  id: row.id,
  firstSeenAt: row.first_seen_at,
  lastSeenAt: row.last_seen_at,
  traits: JSON.parse(row.traits) as Record<string, GroupTrait>,
});
