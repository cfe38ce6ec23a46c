import type { DataSource, EntityManager } from 'typeorm';
import { insertRows, retrying } from '../../database/index.js';
import { setAside, type Refused } from '../../quarantine/quarantine.store.js';
import { firstOf, lotLength, lotName, type PendingSize } from './lot.js';
import type { Piece } from './split.js';
import { addLanded, type EventRange } from './landed.js';
import { runsOf, type Run } from './runs.js';

export interface PendingCount {
  rows: number;
  batches: number;
  /** Of the batch that waits longest, those included of which pieces wait. */
  oldestId: number | undefined;
  newestId: number;
}

/** Enough one-row batches for several lots; a look at the queue stays cheap however long it is. */
const LOOK_AHEAD = 2_000;

/** The queue of the record, `warehouse_pending`. */
export class PendingStore {
  constructor(private readonly dataSource: DataSource) {}

  async count(): Promise<PendingCount> {
    const found = await this.dataSource.query<
      { lot: string | null; batches: unknown; total: unknown; oldest: unknown; newest: unknown }[]
    >(
      'SELECT `lot`, COUNT(*) AS batches, SUM(`rows`) AS total, MIN(`id`) AS oldest, MAX(`id`) AS newest FROM `warehouse_pending` GROUP BY `lot`',
    );
    const firsts = found.map(({ lot, oldest }) => (lot === null ? undefined : firstOf(lot)) ?? Number(oldest));
    return {
      batches: found.reduce((sum, row) => sum + Number(row.batches), 0),
      rows: found.reduce((sum, row) => sum + Number(row.total), 0),
      oldestId: found.length > 0 ? Math.min(...firsts) : undefined,
      newestId: Math.max(0, ...found.map(({ newest }) => Number(newest))),
    };
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

  /**
   * Puts the pieces in the place of the lot, and what was found to be refused into quarantine, at once: a kill leaves the
   * whole lot or the pieces, and of each row exactly one.
   */
  async part(lot: string, pieces: readonly Piece[], refused: readonly Refused[]): Promise<void> {
    await retrying(() =>
      this.dataSource.transaction(async (manager) => {
        const ranges = await manager.query<EventRange[]>(RANGES_OF_LOT, [lot]);
        await manager.query('DELETE FROM `warehouse_pending` WHERE `lot` = ?', [lot]);
        const rows = pieces.flatMap((piece) =>
          runsOf(piece.tables, ranges).map((run) => [piece.lot, ...pendingRow(run)]),
        );
        const columns = ['lot', 'payload', 'rows', 'bytes', 'first_seq', 'events'];
        await insertRows(manager, 'warehouse_pending', columns, rows);
        await setAside(manager, refused);
      }),
    );
  }

  /** It is on the warehouse's disk. */
  async clear(lot: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const ranges = await manager.query<EventRange[]>(RANGES_OF_LOT, [lot]);
      await addLanded(manager, ranges);
      await manager.query('DELETE FROM `warehouse_pending` WHERE `lot` = ?', [lot]);
    });
  }
}

const RANGES_OF_LOT =
  'SELECT `first_seq` AS `first`, `events` FROM `warehouse_pending` WHERE `lot` = ? AND `events` > 0';

function pendingRow({ tables, range }: Run): unknown[] {
  const payload = JSON.stringify(tables);
  return [payload, rowsOf(tables), Buffer.byteLength(payload), range?.first ?? null, range?.events ?? null];
}

const rowsOf = (tables: Piece['tables']): number =>
  Object.values(tables).reduce((sum, ndjson) => sum + ndjson.split('\n').filter((line) => line !== '').length, 0);
