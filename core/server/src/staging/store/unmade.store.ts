import type { EntityManager } from 'typeorm';
import { insertRows } from '../../database/index.js';
import { shadowKey } from '../../lifecycle/index.js';
import { toPendingBatch } from '../../warehouse/index.js';

/** Tells history that the versions after `restored` and before `below` never were; it lands in its turn, with the moves. */
export async function writeUnmade(
  manager: EntityManager,
  lifecycle: string,
  restored: number,
  below: number,
): Promise<void> {
  const shadow = shadowKey(lifecycle, restored);
  const unmade = Array.from({ length: below - restored - 1 }, (_, i) => ({
    lifecycle,
    version: restored + 1 + i,
    shadow,
  }));
  const { payload, rows, bytes } = toPendingBatch({ unmade })!;
  await insertRows(manager, 'warehouse_pending', ['payload', 'rows', 'bytes'], [[payload, rows, bytes]]);
}
