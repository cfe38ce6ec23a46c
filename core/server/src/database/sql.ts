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
  table: string,
  columns: string[],
  rows: Row[],
  ending = '',
): Promise<void> {
  for (const chunk of chunks(rows)) {
    const values = chunk.map(() => `(${marks(columns)})`).join(',');
    await manager.query(`INSERT INTO ${quoted(table)} (${list(columns)}) VALUES ${values} ${ending}`, chunk.flat());
  }
}

/** Throws on a row that exists. */
export const insertRows = (manager: EntityManager, table: string, columns: string[], rows: Row[]): Promise<void> =>
  insert(manager, table, columns, rows);

/** Leaves a row that exists as it is. Not INSERT IGNORE, which in MySQL also cuts texts that are too long in silence. */
export function insertIgnoreRows(manager: EntityManager, table: string, columns: string[], rows: Row[]): Promise<void> {
  const same = quoted(columns[0]!);
  const ending = isMysql(manager) ? `ON DUPLICATE KEY UPDATE ${same} = ${same}` : 'ON CONFLICT DO NOTHING';
  return insert(manager, table, columns, rows, ending);
}

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
  return insert(manager, table, columns, rows, ending);
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
  for (const part of parts(values)) {
    const sql = `SELECT ${list(columns)} FROM ${quoted(table)} WHERE ${quoted(where)} IN (${marks(part)}) ${suffix}`;
    found.push(...(await manager.query<T[]>(sql, part)));
  }
  return found;
}

/** Removes the rows whose column is one of the values. */
export async function deleteIn(
  manager: EntityManager,
  { table, where, values }: Pick<SelectIn, 'table' | 'where' | 'values'>,
): Promise<void> {
  for (const part of parts(values))
    await manager.query(`DELETE FROM ${quoted(table)} WHERE ${quoted(where)} IN (${marks(part)})`, part);
}

const marks = (values: unknown[]): string => values.map(() => '?').join(',');

function parts<T extends string | number>(values: T[]): T[][] {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : 1));
  const amount = Math.ceil(sorted.length / CHUNK_ROWS);
  return Array.from({ length: amount }, (_, n) => sorted.slice(n * CHUNK_ROWS, (n + 1) * CHUNK_ROWS));
}
