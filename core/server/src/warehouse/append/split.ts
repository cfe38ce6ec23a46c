import { randomBytes } from 'node:crypto';
import { WAREHOUSE_TABLES, type WarehouseTable } from '../rows.js';
import type { NdjsonByTable } from './pending.batch.js';

/** Ways to part a refused lot at a time: one row among 20,000 is found in five steps. */
const WAYS = 8;

/** A lot that takes the place of another, which is then no more. */
export interface Piece {
  lot: string;
  tables: NdjsonByTable;
}

export interface Split {
  pieces: Piece[];
  /** The one row that was left of the refused ones, when it was found. */
  culprit: string | undefined;
}

const linesOf = (ndjson: string): string[] => ndjson.split('\n').filter((line) => line !== '');

/**
 * What stays to be appended of a lot whose rows of one table were refused: those rows in smaller lots, and the tables
 * after it, which were not begun. What came before it has landed. The new names begin as the old one, because barriers go
 * by the ids in them.
 */
export function splitLot(lot: string, batch: NdjsonByTable, refused: WarehouseTable): Split {
  const lines = linesOf(batch[refused] ?? '');
  const after = WAREHOUSE_TABLES.slice(WAREHOUSE_TABLES.indexOf(refused) + 1);
  const rest: NdjsonByTable = Object.fromEntries(
    after.flatMap((table) => (batch[table] ? [[table, batch[table]]] : [])),
  );
  const parts = lines.length > 1 ? inParts(lines).map((part) => ({ [refused]: `${part.join('\n')}\n` })) : [];
  const tables = Object.keys(rest).length > 0 ? [...parts, rest] : parts;
  return {
    pieces: tables.map((part) => ({ lot: pieceName(lot), tables: part })),
    culprit: lines.length === 1 ? lines[0] : undefined,
  };
}

function inParts(lines: string[]): string[][] {
  const size = Math.ceil(lines.length / WAYS);
  return Array.from({ length: Math.ceil(lines.length / size) }, (_, n) => lines.slice(n * size, (n + 1) * size));
}

/** Under a nonce of its own, since ClickHouse knows the tokens of lots before. */
const pieceName = (lot: string): string => `${lot.replace(/\.[0-9a-f]{8}$/, '')}.${randomBytes(4).toString('hex')}`;
