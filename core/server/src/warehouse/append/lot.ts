import { setImmediate as turn } from 'node:timers/promises';
import { WAREHOUSE_TABLES } from '../rows.js';
import { mend } from './mend.js';
import type { NdjsonByTable } from './pending.batch.js';

export interface PendingSize {
  id: number;
  rows: number;
  bytes: number;
  /** More than 0 for a batch that is a lot of its own; see `waitsFor`. */
  is_barrier: number | null;
}

export const LOT_ROWS = 20_000;
export const LOT_BYTES = 16 * 1024 * 1024;

/** How many of the oldest batches make the next lot: as many as fit, and at least one. None goes past a barrier. */
export function lotLength(batches: readonly PendingSize[]): number {
  let [rows, bytes] = [0, 0];
  if (batches[0]?.is_barrier) return 1;
  const tooMuch = batches.findIndex((batch) => {
    if (batch.is_barrier) return true;
    rows += batch.rows;
    bytes += batch.bytes;
    return rows > LOT_ROWS || bytes > LOT_BYTES;
  });
  return tooMuch < 0 ? batches.length : Math.max(1, tooMuch);
}

/**
 * Name and token of a lot. Ids alone do not do: a record that is restored or begun anew gives them out again, and the
 * warehouse would drop the new rows as known.
 */
export const lotName = (first: number, last: number, nonce: string, barrier = 0): string =>
  `${barrier > 0 ? `!${barrier}:` : ''}${first}-${last}-${nonce}`;

const NAME = /^(?:!(\d+):)?(\d+)-/;

export const isBarrier = (lot: string): boolean => lot.startsWith('!');

/** Id of the lot's first batch; of one that took the place of a refused lot, of that one's. */
export const firstOf = (lot: string): number | undefined => {
  const first = NAME.exec(lot)?.[2];
  return first === undefined ? undefined : Number(first);
};

/**
 * A barrier lets what the batches before it wrote count, as many of them as it says. While one of those is open, refused
 * or parted, it waits: nobody's history may be taken for whole when it is not. What comes after it goes on meanwhile.
 */
export function waitsFor(lot: string, open: Iterable<string>): boolean {
  const [, back, at] = NAME.exec(lot) ?? [];
  if (back === undefined) return false;
  const from = Number(at) - Number(back);
  for (const other of open) {
    const first = Number(NAME.exec(other)?.[2]);
    if (other !== lot && first >= from && first < Number(at)) return true;
  }
  return false;
}

/** After so many characters of JSON whoever waits for the event loop has a turn. */
const TURN_LENGTH = 1_000_000;

/** The rows of several batches, in their order, as one insert per table. */
export async function joinBatches(payloads: readonly string[]): Promise<NdjsonByTable> {
  const batches: NdjsonByTable[] = [];
  let length = 0;
  for (const payload of payloads) {
    batches.push(JSON.parse(payload) as NdjsonByTable);
    length += payload.length;
    if (length < TURN_LENGTH) continue;
    length = 0;
    await turn();
  }
  const joined: NdjsonByTable = {};
  for (const table of WAREHOUSE_TABLES) {
    const ndjson = batches.map((batch) => batch[table] ?? '').join('');
    if (ndjson !== '') joined[table] = mend(ndjson);
  }
  return joined;
}
