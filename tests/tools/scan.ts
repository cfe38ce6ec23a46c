import { CORE_MIGRATIONS, CORE_TABLES, openDatabase, openWarehouse } from '@perennial/server';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A place and all that lies in it, as text. */
export interface Held {
  place: string;
  text: string;
}

/** All that a system that has stopped left behind: every table of both stores, every file as its bytes. */
export async function remainsOf(folder: string): Promise<Held[]> {
  return [...filesIn(folder), ...(await recordOf(folder)), ...(await warehouseOf(folder))];
}

/** Also pages that were freed, and write-ahead logs. The warehouse's parts are packed, so they are read as tables. */
function filesIn(folder: string): Held[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ place: relative(folder, path), text: `${path}\n${readFileSync(path).toString('utf8')}` }));
}

async function recordOf(folder: string): Promise<Held[]> {
  const url = `sqlite:${join(folder, 'record.db')}`;
  const dataSource = await openDatabase({ url, tables: CORE_TABLES, migrations: CORE_MIGRATIONS });
  try {
    const tables = await dataSource.query<{ name: string }[]>("SELECT name FROM sqlite_master WHERE type = 'table'");
    const held: Held[] = [];
    for (const { name } of tables)
      held.push({ place: `record:${name}`, text: JSON.stringify(await dataSource.query(`SELECT * FROM "${name}"`)) });
    return held;
  } finally {
    await dataSource.destroy();
  }
}

async function warehouseOf(folder: string): Promise<Held[]> {
  const warehouse = openWarehouse({ directory: join(folder, 'warehouse') });
  try {
    const tables = await warehouse.rows<{ name: string }>(
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree%'",
    );
    const held: Held[] = [];
    for (const { name } of tables)
      held.push({ place: `warehouse:${name}`, text: JSON.stringify(await warehouse.rows(`SELECT * FROM ${name}`)) });
    return held;
  } finally {
    await warehouse.close();
  }
}

/** The places that hold a value in plain, however an address or JSON writes it. */
export function placesOf(value: string, held: readonly Held[]): string[] {
  const spellings = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)];
  return held.filter(({ text }) => spellings.some((spelling) => text.includes(spelling))).map(({ place }) => place);
}
