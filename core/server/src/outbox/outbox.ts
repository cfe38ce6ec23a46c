import { cut, type Hook, type HookName } from '@perennial/contract';
import type { DataSource, EntityManager } from 'typeorm';
import { insertRows } from '../database/index.js';
import type { Outcome } from '../ingest/index.js';
import { Loop } from '../time/loop.js';
import { hooksOf } from './rules/hooks.js';

/** One method of a plugin that hears a hook. */
export interface HookSubscriber {
  /** `<plugin>.<class>.<method>`: the row's address, stable over restarts. */
  id: string;
  hook: HookName;
  hear(payload: unknown): void | Promise<void>;
}

interface StoredHook {
  id: number;
  handler: string;
  payload: string;
  attempts: number;
}

const BATCH = 200;
const TICK_MS = 1_000;
const LONGEST_WAIT_MS = 60 * 60 * 1000;

/**
 * Hooks on their way to plugins: written in the transaction that made them, delivered after its commit, at least once
 * each, to every handler apart. A handler that fails is tried again later and holds up nobody else.
 */
export class Outbox {
  private readonly subscribers: Map<string, HookSubscriber>;
  private readonly wanted: Set<HookName>;
  private readonly loop = new Loop(
    TICK_MS,
    () => this.deliverDue(),
    (error) => this.onError(error),
  );

  constructor(
    private readonly dataSource: DataSource,
    subscribers: HookSubscriber[],
    private readonly now: () => number,
    private readonly onError: (error: unknown) => void,
  ) {
    this.subscribers = new Map(subscribers.map((subscriber) => [subscriber.id, subscriber]));
    this.wanted = new Set(subscribers.map(({ hook }) => hook));
  }

  async write(manager: EntityManager, outcome: Outcome): Promise<void> {
    if (this.wanted.size > 0) await this.tell(manager, hooksOf(outcome, this.wanted));
  }

  /** Hooks of one room, in the transaction that made them; those that nobody hears are dropped. */
  async tell(manager: EntityManager, hooks: Hook[]): Promise<void> {
    const rows = hooks.flatMap(({ name, payload }) =>
      [...this.subscribers.values()]
        .filter(({ hook }) => hook === name)
        .map(({ id }) => [name, id, JSON.stringify(payload), 0, this.now()]),
    );
    await insertRows(manager, 'outbox_hook', ['name', 'handler', 'payload', 'attempts', 'next_at'], rows);
  }

  start(): void {
    this.loop.start();
  }

  nudge(): void {
    this.loop.nudge();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** Delivers what is due; gives how many were heard. */
  async deliverDue(): Promise<number> {
    let heard = 0;
    for (;;) {
      const sql = `SELECT id, handler, payload, attempts FROM outbox_hook WHERE next_at <= ? ORDER BY id LIMIT ${BATCH}`;
      const rows = await this.dataSource.query<StoredHook[]>(sql, [this.now()]);
      for (const row of rows) heard += (await this.deliver(row)) ? 1 : 0;
      if (rows.length < BATCH) return heard;
    }
  }

  private async deliver(row: StoredHook): Promise<boolean> {
    const subscriber = this.subscribers.get(row.handler);
    try {
      // A handler that is gone with its plugin hears nothing more.
      await subscriber?.hear(JSON.parse(row.payload));
    } catch (error) {
      await this.postpone(row, error);
      return false;
    }
    await this.dataSource.query('DELETE FROM outbox_hook WHERE id = ?', [row.id]);
    return subscriber !== undefined;
  }

  private async postpone({ id, attempts }: StoredHook, error: unknown): Promise<void> {
    this.onError(error);
    const wait = Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** attempts);
    const reason = cut(error instanceof Error ? error.message : 'unknown', 255);
    await this.dataSource.query('UPDATE outbox_hook SET attempts = attempts + 1, next_at = ?, error = ? WHERE id = ?', [
      this.now() + wait,
      reason,
      id,
    ]);
  }
}
