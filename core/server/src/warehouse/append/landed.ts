import type { EntityManager } from 'typeorm';
import { selectIn, upsertRows } from '../../database/index.js';

/** Arrival numbers are counted in blocks of so many. */
export const BLOCK = 65_536;

/** Consecutive arrival numbers of events. */
export interface EventRange {
  first: number;
  events: number;
}

/** How many events of each block. */
export function byBlock(ranges: readonly EventRange[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { first, events } of ranges)
    for (let at = first; at < first + events;) {
      const block = Math.floor(at / BLOCK);
      const end = Math.min(first + events, (block + 1) * BLOCK);
      counts.set(block, (counts.get(block) ?? 0) + end - at);
      at = end;
    }
  return counts;
}

/** Within the transaction that forgets the batches: what has landed is known as long as it is not pending. */
export async function addLanded(manager: EntityManager, ranges: readonly EventRange[]): Promise<void> {
  const added = byBlock(ranges);
  if (added.size === 0) return;
  const known = await selectIn<LandedBlock>(manager, {
    table: 'landed_block',
    columns: ['block', 'events'],
    where: 'block',
    values: [...added.keys()],
  });
  for (const { block, events } of known) added.set(block, added.get(block)! + events);
  await setLanded(manager, added);
}

export const setLanded = (manager: EntityManager, blocks: ReadonlyMap<number, number>): Promise<void> =>
  upsertRows(manager, 'landed_block', ['block'], ['block', 'events'], [...blocks]);

interface LandedBlock {
  block: number;
  events: number;
}

export async function landedBlocks(manager: EntityManager): Promise<Map<number, number>> {
  const rows = await manager.query<LandedBlock[]>('SELECT block, events FROM landed_block');
  return new Map(rows.map(({ block, events }) => [block, events]));
}
