import type { Json } from '@perennial/contract';
import { attempt, utf8Bytes } from '../core/index.js';
import { isKey, LIMITS } from './definitions.js';

/** A cell as it is kept: what, when, in which tab (`null`: taken back), and whether the collector was told. */
export type Entry = [value: Json, at: number, by: string, isTold?: 1];

export const TABLES = ['traits', 'sticky', 'viewed', 'forced', 'forced-flags', 'sheet'] as const;
export type Table = (typeof TABLES)[number];
/** What goes with the person; definitions are the shop's own. */
export const PERSONAL = TABLES.slice(0, -1);

export const ROWS = 100;
export const CELL_BYTES = 1000;
/** A stamp further ahead comes from a wrong clock or a foreign hand, and would win for ever. */
const FUTURE_MS = 86_400_000;

/** A text that begins so was garbled on its way; the store would take it for a sign of its own and lose it without a word. */
const BROKEN = /^[\ufffc\ufffd]/;

/** Room for what stands around a value. */
const FRAME = 100;

const bytesOf = (table: Table): number => (table === 'sheet' ? LIMITS.bytes : CELL_BYTES);

/** The last writer wins; of two at one instant, always the same. */
export const isNewer = (a: Entry, b: Entry | undefined): boolean => !b || a[1] > b[1] || (a[1] === b[1] && a[2] > b[2]);

export function parseEntry(table: Table, text: string, now: number): Entry | undefined {
  const entry =
    text.length < bytesOf(table) + FRAME ? attempt(() => JSON.parse(text) as unknown, undefined) : undefined;
  const [, at, by] = (Array.isArray(entry) ? entry : []) as unknown[];
  const isSound = typeof by === 'string' && Number.isInteger(at) && (at as number) < now + FUTURE_MS;
  return isSound ? (entry as Entry) : undefined;
}

/** `traits.city`: the table and the key, which may bear dots itself. */
export function parsePlace(name: string): [Table, string] | undefined {
  const at = name.indexOf('.');
  const [table, key] = [name.slice(0, at) as Table, name.slice(at + 1)];
  return TABLES.includes(table) && isKey(key) ? [table, key] : undefined;
}

/** The value as JSON keeps it. A value that JSON does not know, or that is too large, is refused. */
export function checkCell(table: Table, key: unknown, value: unknown): Json {
  if (!isKey(key)) throw new Error('STATE_KEY_INVALID');
  const text = JSON.stringify(value === undefined ? null : value) as string | undefined;
  const isOdd =
    text === undefined ||
    (typeof value === 'number' && text === 'null') ||
    (typeof value === 'string' && BROKEN.test(value));
  if (isOdd || utf8Bytes(text) > bytesOf(table)) throw new Error(`STATE_VALUE_INVALID: ${key}`);
  return JSON.parse(text) as Json;
}
