import type { EntityManager } from 'typeorm';

/** SQLite permits 32,766 parameters a statement and MySQL 65,535; texts are cut long before by `CHUNK_ROWS`. */
const MAX_PARAMETERS = 30_000;
/** Statements of few shapes: a full chunk always has the same text and is prepared once. */
const CHUNK_ROWS = 500;
/** MySQL refuses packets over `max_allowed_packet`, 16 MB where nobody changed it. */
const MAX_CHUNK_BYTES = 4_000_000;

export type Row = unknown[];

export const isMysql = (manager: EntityManager): boolean =>
  ['mysql', 'mariadb'].includes(manager.connection.options.type);

/** Locks what a read found until the transaction ends; SQLite has one writer and needs nothing. */
export const forUpdate = (manager: EntityManager): string => (isMysql(manager) ? 'FOR UPDATE' : '');

/** Names come from our own code alone; anything else is a programming error and never reaches the database. */
function quoted(name: string): string {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new RangeError(`"${name}" is no table or column name`);
  return `\`${name}\``;
}

const list = (names: string[]): string => names.map(quoted).join(', ');

/** Rows in groups that fit one statement. */
export function chunks(rows: Row[]): Row[][] {
  const perChunk = Math.max(1, Math.min(CHUNK_ROWS, Math.floor(MAX_PARAMETERS / (rows[0]?.length ?? 1))));
  const groups: Row[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 8), 0);
    const open = groups.at(-1);
    if (!open || open.length >= perChunk || bytes + size > MAX_CHUNK_BYTES) {
      groups.push([row]);
      bytes = size;
    } else {
      open.push(row);
      bytes += size;
    }
  }
  return groups;
}

async function insert(
  manager: EntityManager,
  verb: string,
  table: string,
  columns: string[],
  rows: Row[],
  ending = '',
): Promise<void> {
  for (const chunk of chunks(rows)) {
    const values = chunk.map(() => `(${columns.map(() => '?').join(',')})`).join(',');
    await manager.query(`${verb} INTO ${quoted(table)} (${list(columns)}) VALUES ${values} ${ending}`, chunk.flat());
  }
}

/** Throws on a row that exists. */
export const insertRows = (manager: EntityManager, table: string, columns: string[], rows: Row[]): Promise<void> =>
  insert(manager, 'INSERT', table, columns, rows);

/** Leaves a row that exists as it is. */
export const insertIgnoreRows = (
  manager: EntityManager,
  table: string,
  columns: string[],
  rows: Row[],
): Promise<void> => insert(manager, isMysql(manager) ? 'INSERT IGNORE' : 'INSERT OR IGNORE', table, columns, rows);

/** Inserts, or updates the columns of a row whose keys exist (`update`: all that are no key). */
export function upsertRows(
  manager: EntityManager,
  table: string,
  keys: string[],
  columns: string[],
  rows: Row[],
  update: string[] = columns.filter((column) => !keys.includes(column)),
): Promise<void> {
  const assign = (value: (column: string) => string) =>
    update.map((column) => `${quoted(column)} = ${value(quoted(column))}`).join(', ');
  const ending = isMysql(manager)
    ? `ON DUPLICATE KEY UPDATE ${assign((column) => `VALUES(${column})`)}`
    : `ON CONFLICT (${list(keys)}) DO UPDATE SET ${assign((column) => `excluded.${column}`)}`;
  return insert(manager, 'INSERT', table, columns, rows, ending);
}

export interface SelectIn {
  table: string;
  columns: string[];
  where: string;
  values: (string | number)[];
  /** `FOR UPDATE`, from `forUpdate`. */
  suffix?: string;
}

/** Rows whose column is one of the values, in as few statements as the limits allow; sorted values lock in one order. */
export async function selectIn<T>(
  manager: EntityManager,
  { table, columns, where, values, suffix = '' }: SelectIn,
): Promise<T[]> {
  const found: T[] = [];
  const sorted = [...values].sort((a, b) => (a < b ? -1 : 1));
  for (let from = 0; from < sorted.length; from += CHUNK_ROWS) {
    const part = sorted.slice(from, from + CHUNK_ROWS);
    const sql = `SELECT ${list(columns)} FROM ${quoted(table)} WHERE ${quoted(where)} IN (${part.map(() => '?').join(',')}) ${suffix}`;
    found.push(...(await manager.query<T[]>(sql, part)));
  }
  return found;
}
