import { BLOCK, type Warehouse } from '../warehouse/index.js';

/**
 * How many different arrival numbers of events the warehouse has of each block. Different ones: people who were parted have
 * some rows twice until history is folded. A bitmap of 8 kB a block bounds the memory.
 */
export async function eventBlocks(warehouse: Warehouse): Promise<Map<number, number>> {
  const rows = await warehouse.rows<{ block: number; events: number }>(
    `SELECT intDiv(seq, ${BLOCK}) AS block, groupBitmap(toUInt32(seq % ${BLOCK})) AS events FROM events GROUP BY block`,
  );
  return new Map(rows.map(({ block, events }) => [block, events]));
}
