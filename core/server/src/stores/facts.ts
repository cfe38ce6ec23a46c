import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { insertIgnoreRows, readFact } from '../database/index.js';
import type { Warehouse } from '../warehouse/index.js';
import type { RecordFacts, WarehouseFacts } from './rules/compare.js';

/** The record's id, made on first use; of several cores that start together one makes it. */
export async function recordId(dataSource: DataSource): Promise<string> {
  const known = await readFact(dataSource, 'id');
  if (known) return known;
  await insertIgnoreRows(dataSource.manager, 'record_state', ['name', 'value'], [['id', randomUUID()]]);
  return (await readFact(dataSource, 'id'))!;
}

export async function recordFacts(dataSource: DataSource): Promise<RecordFacts> {
  const id = await recordId(dataSource);
  const rows = await dataSource.query<{ name: string; next: number }[]>(
    "SELECT name, next FROM counter WHERE name IN ('seq', 'profile')",
  );
  const next = new Map(rows.map((row) => [row.name, row.next]));
  return { id, nextSeq: next.get('seq') ?? 1, nextProfile: next.get('profile') ?? 1 };
}

/** One pass over a few columns of numbers. */
const FACTS = `SELECT
  (SELECT argMax(record, at) FROM pairing) AS id,
  greatest((SELECT max(seq) FROM events), (SELECT max(seq) FROM tag_changes), (SELECT max(seq) FROM transitions),
    (SELECT max(seq) FROM deliveries), (SELECT max(revision) FROM aliases), (SELECT max(revision) FROM voided)) AS lastSeq,
  greatest((SELECT max(profile) FROM profiles), (SELECT max(profile) FROM events)) AS lastProfile`;

export async function warehouseFacts(warehouse: Warehouse): Promise<WarehouseFacts> {
  const [row] = await warehouse.rows<{ id: string; lastSeq: number; lastProfile: number }>(FACTS);
  return { id: row!.id || undefined, lastSeq: row!.lastSeq, lastProfile: row!.lastProfile };
}

export async function signWarehouse(warehouse: Warehouse, id: string): Promise<void> {
  await warehouse.command('INSERT INTO pairing (record) SELECT {id:String}', { id });
}
