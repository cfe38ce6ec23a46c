import { cut } from '@perennial/contract';
import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { forUpdate, insertIgnoreRows, upsertRows } from '../database/index.js';
import { RECORD_BYTES, within, type Quota } from './quota.js';

/** Something that could not be applied, whole and replayable. */
export interface Refused {
  sourceId: string;
  receivedAt: number;
  endpoint: string;
  code: string;
  message: string;
  /** The JSON text of the item, or of the whole body when it is no JSON. */
  body: string;
  /** Where it stood in the log: makes the record's id, so that a repeated batch does not double it. */
  place: string;
}

/** The code of accepted rows that the warehouse refused: beyond quota and age. */
export const ROW_REFUSED = 'WAREHOUSE_ROW_REFUSED';

const COLUMNS = ['id', 'source_id', 'received_at', 'endpoint', 'code', 'message', 'body', 'replays'];
const placeId = (place: string): string => createHash('sha256').update(place).digest('base64url').slice(0, 27);

/** Keeps all of them, whatever the quota: what the platform had accepted must not go by itself. */
export const setAside = (manager: EntityManager, refused: readonly Refused[]): Promise<void> =>
  insertIgnoreRows(
    manager,
    'quarantine',
    COLUMNS,
    refused.map((item) => [
      placeId(item.place),
      item.sourceId,
      item.receivedAt,
      item.endpoint,
      item.code,
      cut(item.message, 255),
      item.body,
      0,
    ]),
  );

/** Keeps what fits the quota and counts the rest, by source and reason. Within the transaction that applies the batch. */
export async function quarantine(manager: EntityManager, refused: readonly Refused[], quota: Quota): Promise<void> {
  if (refused.length === 0) return;
  const use = await readUse(manager);
  const sized = refused.map((item) => ({ ...item, bytes: Buffer.byteLength(item.body) + RECORD_BYTES }));
  const { kept, surplus } = within(sized, use, quota);
  await setAside(manager, kept);
  const added = new Map<string, number>();
  for (const { sourceId, bytes } of kept) added.set(sourceId, (added.get(sourceId) ?? 0) + bytes);
  await upsertRows(
    manager,
    'quarantine_use',
    ['source_id'],
    ['source_id', 'bytes'],
    [...added].map(([sourceId, bytes]) => [sourceId, (use.get(sourceId) ?? 0) + bytes]),
  );
  await countSurplus(manager, surplus);
}

async function readUse(manager: EntityManager): Promise<Map<string, number>> {
  const sql = `SELECT source_id, bytes FROM quarantine_use ${forUpdate(manager)}`;
  const rows = await manager.query<{ source_id: string; bytes: number }[]>(sql);
  return new Map(rows.map(({ source_id: id, bytes }) => [id, bytes]));
}

interface Surplus {
  source_id: string;
  code: string;
  items: number;
  first_at: number;
  last_at: number;
}

async function countSurplus(manager: EntityManager, surplus: readonly Refused[]): Promise<void> {
  if (surplus.length === 0) return;
  const known = await manager.query<Surplus[]>(`SELECT * FROM quarantine_surplus ${forUpdate(manager)}`);
  const counted = new Map(known.map((row) => [`${row.source_id}\n${row.code}`, row]));
  const touched = new Set<Surplus>();
  for (const { sourceId, code, receivedAt } of surplus) {
    const key = `${sourceId}\n${code}`;
    const row = counted.get(key) ?? { source_id: sourceId, code, items: 0, first_at: receivedAt, last_at: receivedAt };
    counted.set(key, row);
    touched.add(row);
    row.items += 1;
    row.last_at = Math.max(row.last_at, receivedAt);
  }
  const columns = ['source_id', 'code', 'items', 'first_at', 'last_at'];
  const rows = [...touched].map((row) => [row.source_id, row.code, row.items, row.first_at, row.last_at]);
  await upsertRows(manager, 'quarantine_surplus', ['source_id', 'code'], columns, rows);
}

/** Takes records out, whoever wants them gone, and their room with them. The same lock first as `quarantine` takes. */
export async function forget(manager: EntityManager, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const use = await readUse(manager);
  const where = `WHERE id IN (${ids.map(() => '?').join(',')})`;
  const freed = await manager.query<{ source_id: string; bytes: number | string }[]>(
    `SELECT source_id, SUM(OCTET_LENGTH(body) + ${RECORD_BYTES}) AS bytes FROM quarantine ${where} AND code <> ? GROUP BY source_id`,
    [...ids, ROW_REFUSED],
  );
  await manager.query(`DELETE FROM quarantine ${where}`, [...ids]);
  for (const { source_id: sourceId, bytes } of freed)
    await manager.query('UPDATE quarantine_use SET bytes = ? WHERE source_id = ?', [
      Math.max(0, (use.get(sourceId) ?? 0) - Number(bytes)),
      sourceId,
    ]);
}

const AGE_ROWS = 1_000;

/** Forgets some of what came before `before`; not what was set aside. Gives how many went. */
export async function forgetOld(manager: EntityManager, before: number): Promise<number> {
  const sql = `SELECT id FROM quarantine WHERE received_at < ? AND code <> ? LIMIT ${AGE_ROWS}`;
  const rows = await manager.query<{ id: string }[]>(sql, [before, ROW_REFUSED]);
  await forget(
    manager,
    rows.map(({ id }) => id),
  );
  await manager.query('DELETE FROM quarantine_surplus WHERE last_at < ?', [before]);
  return rows.length;
}
