import type { DataSource, EntityManager } from 'typeorm';
import { addLanded, type EventRange } from './landed.js';
import { lotLength, lotName, type PendingSize } from './lot.js';

export interface PendingCount {
  rows: number;
  batches: number;
  oldestId: number | undefined;
}

/** Enough one-row batches for several lots; a look at the queue stays cheap however long it is. */
const LOOK_AHEAD = 2_000;

/** The queue of the record, `warehouse_pending`. */
export class PendingStore {
  constructor(private readonly dataSource: DataSource) {}

  async count(): Promise<PendingCount> {
    const [found] = await this.dataSource.query<{ batches: unknown; total: unknown; oldest: unknown }[]>(
      'SELECT COUNT(*) AS batches, SUM(`rows`) AS total, MIN(`id`) AS oldest FROM `warehouse_pending`',
    );
    const batches = Number(found?.batches ?? 0);
    return { batches, rows: Number(found?.total ?? 0), oldestId: batches > 0 ? Number(found?.oldest) : undefined };
  }

  /** Lots that were fixed and not cleared, oldest first. */
  async openLots(): Promise<string[]> {
    const rows = await this.dataSource.query<{ lot: string }[]>(
      'SELECT `lot` FROM `warehouse_pending` WHERE `lot` IS NOT NULL GROUP BY `lot` ORDER BY MIN(`id`)',
    );
    return rows.map(({ lot }) => lot);
  }

  /** Fixes what the next lot holds, in one committed statement; undefined when nothing waits. */
  async fixLot(nonce: string): Promise<string | undefined> {
    const waiting = await this.dataSource.query<PendingSize[]>(
      'SELECT `id`, `rows`, `bytes`, `is_barrier` FROM `warehouse_pending` WHERE `lot` IS NULL ORDER BY `id` LIMIT ?',
      [LOOK_AHEAD],
    );
    if (waiting.length === 0) return undefined;
    const [first, last] = [waiting[0]!.id, waiting[lotLength(waiting) - 1]!.id];
    const lot = lotName(first, last, nonce, waiting[0]!.is_barrier ?? 0);
    await this.dataSource.query(
      'UPDATE `warehouse_pending` SET `lot` = ? WHERE `lot` IS NULL AND `id` BETWEEN ? AND ?',
      [lot, first, last],
    );
    return lot;
  }

  /**
   * Makes each waiting batch a lot of its own. In a record that was put back from a copy some of them may have landed, in
   * whatever lots; one that is fixed is looked for by its rows before it is written.
   */
  async fixEach(manager: EntityManager, nonce: string): Promise<void> {
    const waiting = await manager.query<Pick<PendingSize, 'id' | 'is_barrier'>[]>(
      'SELECT `id`, `is_barrier` FROM `warehouse_pending` WHERE `lot` IS NULL',
    );
    for (const { id, is_barrier } of waiting)
      await manager.query('UPDATE `warehouse_pending` SET `lot` = ? WHERE `id` = ?', [
        lotName(id, id, nonce, is_barrier ?? 0),
        id,
      ]);
  }

  /** Read after `fixLot`: a batch committed late may have joined by its id. */
  async payloads(lot: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ payload: string }[]>(
      'SELECT `payload` FROM `warehouse_pending` WHERE `lot` = ? ORDER BY `id`',
      [lot],
    );
    return rows.map(({ payload }) => payload);
  }

  /** It is on the warehouse's disk. */
  async clear(lot: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const ranges = await manager.query<EventRange[]>(
        'SELECT `first_seq` AS `first`, `events` FROM `warehouse_pending` WHERE `lot` = ? AND `events` > 0',
        [lot],
      );
      await addLanded(manager, ranges);
      await manager.query('DELETE FROM `warehouse_pending` WHERE `lot` = ?', [lot]);
    });
  }
}
