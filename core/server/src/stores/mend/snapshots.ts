import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { profileRow } from '../../ingest/rules/rows.js';
import type { ProfileState } from '../../profile/state.js';
import { RELOAD_ALIASES, type AliasRow, type Warehouse } from '../../warehouse/index.js';

const PAGE = 2_000;

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
}

/**
 * Writes all snapshots and aliases anew from the record and exchanges them at once: whoever asks meanwhile gets the old ones.
 * Nothing may be appended meanwhile.
 */
export async function rebuildSnapshots(tools: Tools, revision: number): Promise<void> {
  await exchange(tools.warehouse, 'profiles', livingStates(tools.dataSource));
  await exchange(tools.warehouse, 'aliases', aliases(tools.dataSource, revision));
  await tools.warehouse.command(RELOAD_ALIASES);
}

async function exchange(warehouse: Warehouse, table: string, pages: AsyncIterable<object[]>): Promise<void> {
  const rebuilt = `${table}_rebuilt`;
  // A run that was cut off may have left its half.
  await warehouse.command(`DROP TABLE IF EXISTS ${rebuilt} SYNC`);
  await warehouse.command(`CREATE TABLE ${rebuilt} AS ${table}`);
  const token = randomUUID();
  let page = 0;
  for await (const rows of pages)
    await warehouse.insert(rebuilt, rows.map((row) => JSON.stringify(row)).join('\n'), `${token}:${page++}`);
  // An empty table is refused as a source.
  const change = page > 0 ? `REPLACE PARTITION tuple() FROM ${rebuilt}` : 'DROP PARTITION tuple()';
  await warehouse.command(`ALTER TABLE ${table} ${change}`);
  await warehouse.command(`DROP TABLE ${rebuilt} SYNC`);
}

async function* livingStates(dataSource: DataSource): AsyncGenerator<object[]> {
  const sql = 'SELECT id, doc FROM profile WHERE doc IS NOT NULL AND id > ? ORDER BY id LIMIT ?';
  for await (const rows of paged<{ id: number; doc: string }>(dataSource, sql))
    yield rows.map(({ doc }) => profileRow(JSON.parse(doc) as ProfileState));
}

async function* aliases(dataSource: DataSource, revision: number): AsyncGenerator<AliasRow[]> {
  const sql = `SELECT id, merged_into FROM profile
    WHERE merged_into IS NOT NULL AND is_void IS NULL AND id > ? ORDER BY id LIMIT ?`;
  for await (const rows of paged<{ id: number; merged_into: number }>(dataSource, sql))
    yield rows.map(({ id, merged_into: dst }) => ({ src: id, dst, revision }));
}

async function* paged<T extends { id: number }>(dataSource: DataSource, sql: string): AsyncGenerator<T[]> {
  for (let after = 0; ;) {
    const rows = await dataSource.query<T[]>(sql, [after, PAGE]);
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-1)!.id;
  }
}
