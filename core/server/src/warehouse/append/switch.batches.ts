import type { Flag, VoidedRow, WarehouseTable } from '../rows.js';
import { toPendingBatch, type BatchRows, type PendingBatch } from './pending.batch.js';

/** A pending batch; a barrier is a lot of its own, after all before it. */
export interface OrderedBatch extends PendingBatch {
  /** 0 for no barrier, else how many batches it closes, itself included. */
  barrier: number;
}

export interface Switch {
  /** History and snapshots under the new numbers. */
  rows: BatchRows;
  /** Numbers whose rows the copies take the place of. */
  from: number[];
  to: number[];
  /** Rises with every switch and merge. */
  revision: number;
}

const ROWS_PER_BATCH = 5_000;

/**
 * Copies take the place of old rows at one instant: the new numbers first count for nothing, then their rows are written,
 * then one insert lets the new ones count and the old ones not. No query sees both or neither.
 */
export function switchBatches({ rows, from, to, revision }: Switch): OrderedBatch[] {
  const mark = (numbers: number[], is_void: Flag, at: number): VoidedRow[] =>
    numbers.map((number) => ({ number, is_void, revision: at }));
  const hidden = { voided: mark(to, 1, revision) };
  const flip = { voided: [...mark(to, 0, revision + 1), ...mark(from, 1, revision + 1)] };
  const pieces = inPieces(rows).flatMap((piece) => batchesOf(piece, 0));
  return [...batchesOf(hidden, 1), ...pieces, ...batchesOf(flip, pieces.length + 2)];
}

function batchesOf(rows: BatchRows, barrier: number): OrderedBatch[] {
  const batch = toPendingBatch(rows);
  return batch ? [{ ...batch, barrier }] : [];
}

function inPieces(rows: BatchRows): BatchRows[] {
  return (Object.keys(rows) as WarehouseTable[]).flatMap((table) => {
    const all: readonly object[] = rows[table] ?? [];
    const pieces = Math.ceil(all.length / ROWS_PER_BATCH);
    return Array.from({ length: pieces }, (_, n) => ({
      [table]: all.slice(n * ROWS_PER_BATCH, (n + 1) * ROWS_PER_BATCH),
    }));
  });
}
