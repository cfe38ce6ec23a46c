import { WAREHOUSE_TABLES, type WarehouseRows, type WarehouseTable } from '../rows.js';

export type BatchRows = { [T in WarehouseTable]?: readonly WarehouseRows[T][] };
export type NdjsonByTable = { [T in WarehouseTable]?: string };

/** What ingest inserts into `warehouse_pending` within its own transaction; `id` and `lot` are left to the database. */
export interface PendingBatch {
  payload: string;
  rows: number;
  bytes: number;
}

const toNdjson = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** Makes the record of a batch; undefined when it holds no rows, since an empty batch need not be kept. */
export function toPendingBatch(batch: BatchRows): PendingBatch | undefined {
  const tables: NdjsonByTable = {};
  let count = 0;
  for (const table of WAREHOUSE_TABLES) {
    const rows = batch[table];
    if (!rows?.length) continue;
    tables[table] = toNdjson(rows);
    count += rows.length;
  }
  if (count === 0) return undefined;
  const payload = JSON.stringify(tables);
  return { payload, rows: count, bytes: Buffer.byteLength(payload) };
}
