import { PlatformError, type TakingBackView } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { ProfileState } from '../profile/state.js';
import { closureOf, NO_CHANGE, type Regroup } from '../steward/index.js';
import type { EventRow } from '../warehouse/index.js';
import { CLOCK } from './clock.errors.js';
import type { Jump, ServerClock } from './server-clock.js';

interface Tools {
  dataSource: DataSource;
  clock: ServerClock;
  regroup: Regroup;
  onError: (error: unknown) => void;
}

const PAGE = 500;

/**
 * Takes back what a wrong clock did, once the clock is right: whoever's own clock is ahead of now is replayed at the right
 * time and takes a new number, as people do who are parted; moves that never were true go with the old one. Who cannot be
 * replayed now is counted as left, and doing it again takes up whoever is left.
 */
export class TakingBack {
  private running: Promise<void> | undefined;
  private isStopping = false;
  private progress: TakingBackView = { isRunning: false, done: 0, left: 0 };

  constructor(private readonly tools: Tools) {}

  view(): TakingBackView {
    return { ...this.progress, isRunning: this.running !== undefined };
  }

  async start(): Promise<void> {
    if (this.running) return;
    const { clock, onError } = this.tools;
    const jump = await clock.jumpAhead();
    if (!jump)
      throw new PlatformError(CLOCK.NOTHING_AHEAD, 'nobody has agreed to a time that is still to come', {
        kind: 'conflict',
      });
    this.progress = { isRunning: true, done: 0, left: 0 };
    this.running = this.takeBack(jump)
      .catch(onError)
      .finally(() => (this.running = undefined));
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.running;
  }

  /** Resolves when nobody is worked on. */
  async idle(): Promise<void> {
    await this.running;
  }

  private async takeBack(jump: Jump): Promise<void> {
    for await (const id of this.peopleAhead()) {
      if (this.isStopping) return;
      try {
        await this.replay(id, jump);
        this.progress.done += 1;
      } catch (error) {
        this.tools.onError(error);
        this.progress.left += 1;
      }
    }
    if (this.progress.left === 0) await this.tools.clock.forget(jump);
  }

  private async replay(id: number, jump: Jump): Promise<void> {
    const { regroup, dataSource, clock } = this.tools;
    const { profiles } = await closureOf(dataSource.manager, [id]);
    const now = clock.now();
    const anew = { people: new Set([id]), event: (row: EventRow) => atRightTime(row, jump, now) };
    await regroup.apply(profiles, NO_CHANGE, `clock:${randomUUID()}`, async () => undefined, anew);
  }

  /** Those of whom time has passed that has not passed. Reads everybody once, a page at a time. */
  private async *peopleAhead(): AsyncGenerator<number> {
    const sql = 'SELECT id, doc FROM profile WHERE id > ? AND doc IS NOT NULL ORDER BY id LIMIT ?';
    for (let last = 0; ;) {
      const rows = await this.tools.dataSource.query<{ id: number; doc: string }[]>(sql, [last, PAGE]);
      const now = this.tools.clock.now();
      for (const { id, doc } of rows) if ((JSON.parse(doc) as ProfileState).clock > now) yield id;
      if (rows.length < PAGE) return;
      last = rows.at(-1)!.id;
      await nextTurn();
    }
  }
}

/** What was dated by the wrong clock lies ahead of now, by as much as it had jumped. */
export function atRightTime(row: EventRow, { wall, expected }: Jump, now: number): EventRow {
  const right = (at: number) => (at > now ? Math.min(now, at - (wall - expected)) : at);
  return { ...row, at: right(row.at), received_at: right(row.received_at), passed_to: right(row.passed_to) };
}
