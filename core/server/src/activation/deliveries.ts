import { cut, type DeliveryStatus, type DeliveryView } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { insertRows } from '../database/index.js';
import type { Outcome } from '../ingest/index.js';
import { Counters } from '../ingest/store/counter.store.js';
import { publicId } from '../profile/profile.id.js';
import { livingId } from '../profile/store/profile.store.js';
import { toPendingBatch } from '../warehouse/index.js';
import { firing, isFresh, tell, type Trigger } from './rules/match.js';

export interface StoredDelivery {
  id: string;
  profile_id: number;
  destination_id: string;
  trigger_id: string;
  doc: string;
  status: DeliveryStatus;
  attempts: number;
  created_at: number;
  next_at: number;
  last_error: string | null;
}

/** Attempts at reaching people, from the transaction that decided them to their end. */
export class Deliveries {
  constructor(private readonly dataSource: DataSource) {}

  /** Writes the deliveries that a batch's happenings cause, in the batch's own transaction. Gives how many. */
  async plan(manager: EntityManager, outcome: Outcome, triggers: Trigger[], now: number): Promise<number> {
    if (triggers.length === 0) return 0;
    const rows = outcome.happenings.flatMap(({ profile, happening }) => {
      const state = outcome.touched.get(profile);
      const fact = tell(happening);
      if (!state || !isFresh(fact.at, now)) return [];
      return firing(triggers, happening, state).map(({ id, destinationId, payload }) => [
        randomUUID(),
        profile,
        destinationId,
        id,
        JSON.stringify({ cause: fact, payload }),
        'waiting',
        0,
        now,
        now,
      ]);
    });
    const columns = [
      'id',
      'profile_id',
      'destination_id',
      'trigger_id',
      'doc',
      'status',
      'attempts',
      'created_at',
      'next_at',
    ];
    await insertRows(manager, 'delivery', columns, rows);
    return rows.length;
  }

  due(now: number, limit: number): Promise<StoredDelivery[]> {
    const sql = "SELECT * FROM delivery WHERE status = 'waiting' AND next_at <= ? ORDER BY next_at LIMIT ?";
    return this.dataSource.query<StoredDelivery[]>(sql, [now, limit]);
  }

  /** Writes down what became of an attempt; an end goes into history in the same transaction. */
  async settle(
    row: StoredDelivery,
    status: DeliveryStatus,
    attempts: number,
    nextAt: number,
    error: string | null,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const sql = 'UPDATE delivery SET status = ?, attempts = ?, next_at = ?, last_error = ? WHERE id = ?';
      await manager.query(sql, [status, attempts, nextAt, error === null ? null : cut(error, 255), row.id]);
      if (status !== 'waiting') await appendToHistory(manager, row, status, nextAt, error);
    });
  }

  /** Newest first. */
  async list(
    filter: { status?: DeliveryStatus; destinationId?: string; profileId?: number },
    limit: number,
    [at, id]: [number, string] = [Number.MAX_SAFE_INTEGER, ''],
  ): Promise<DeliveryView[]> {
    const tests = [
      ...(filter.status ? [['status = ?', filter.status] as const] : []),
      ...(filter.destinationId ? [['destination_id = ?', filter.destinationId] as const] : []),
      ...(filter.profileId !== undefined ? [['profile_id = ?', filter.profileId] as const] : []),
    ];
    const where = ['(created_at < ? OR (created_at = ? AND id > ?))', ...tests.map(([test]) => test)].join(' AND ');
    const sql = `SELECT * FROM delivery WHERE ${where} ORDER BY created_at DESC, id LIMIT ?`;
    const rows = await this.dataSource.query<StoredDelivery[]>(sql, [
      at,
      at,
      id,
      ...tests.map(([, value]) => value),
      limit,
    ]);
    return rows.map(viewOf);
  }

  /** Dead ones are tried anew from the first attempt. Gives how many there were. */
  async replay(ids: string[], now: number): Promise<number> {
    const marks = ids.map(() => '?').join(',');
    const dead = await this.dataSource.query<unknown[]>(
      `SELECT id FROM delivery WHERE status = 'dead' AND id IN (${marks})`,
      ids,
    );
    await this.dataSource.query(
      `UPDATE delivery SET status = 'waiting', attempts = 0, next_at = ? WHERE status = 'dead' AND id IN (${marks})`,
      [now, ...ids],
    );
    return dead.length;
  }

  async countDead(): Promise<number> {
    const [row] = await this.dataSource.query<{ n: number }[]>(
      "SELECT COUNT(*) AS n FROM delivery WHERE status = 'dead'",
    );
    return row!.n;
  }
}

async function appendToHistory(
  manager: EntityManager,
  row: StoredDelivery,
  status: DeliveryStatus,
  at: number,
  error: string | null,
): Promise<void> {
  const counters = await Counters.open(manager);
  const seq = counters.take('seq');
  await counters.close();
  const pending = toPendingBatch({
    deliveries: [
      {
        seq,
        delivery_id: row.id,
        // The person may have been merged or parted since the delivery was planned.
        profile: (await livingId(manager, row.profile_id)) ?? row.profile_id,
        at,
        destination: row.destination_id,
        status,
        detail: error ?? '',
      },
    ],
  })!;
  await insertRows(
    manager,
    'warehouse_pending',
    ['payload', 'rows', 'bytes'],
    [[pending.payload, pending.rows, pending.bytes]],
  );
}

export const viewOf = (row: StoredDelivery): DeliveryView => ({
  id: row.id,
  profileId: publicId(row.profile_id),
  destinationId: row.destination_id,
  triggerId: row.trigger_id,
  status: row.status,
  attempts: row.attempts,
  createdAt: row.created_at,
  ...(row.status === 'waiting' && { nextAt: row.next_at }),
  ...(row.last_error !== null && { lastError: row.last_error }),
});
