import { PlatformError } from '@perennial/contract';
import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { Leases } from '../../database/lease.js';
import { ROW_REFUSED } from '../../quarantine/quarantine.store.js';
import { backoff } from '../backoff.js';
import { RELOAD_ALIASES } from '../queries/living.js';
import { WAREHOUSE_TABLES, type WarehouseTable } from '../rows.js';
import { WAREHOUSE } from '../warehouse.errors.js';
import { isAboutOperator, isAboutRows } from '../warehouse.failure.js';
import type { Warehouse } from '../warehouse.js';
import { isBarrier, joinBatches, LOT_ROWS, waitsFor } from './lot.js';
import type { NdjsonByTable } from './pending.batch.js';
import { PendingStore } from './pending.store.js';
import { culpritOf } from './culprit.js';
import { splitLot } from './split.js';
import { Stuck } from './stuck.js';

export interface AppenderOptions {
  dataSource: DataSource;
  warehouse: Warehouse;
  /** Unique among live processes; the same after a restart where it can be, so that the lease need not run out. */
  holder: string;
  now?: () => number;
  /** Told of each failed attempt. */
  onError?: (error: unknown) => void;
}

export interface AppenderStatus {
  pendingRows: number;
  pendingBatches: number;
  /** How long the oldest batch has been seen waiting; 0 when none waits. */
  oldestMs: number;
  lastError: string | undefined;
  /** Lots that the warehouse refuses as a whole; they are tried again now and then. */
  stuckLots: number;
  /** Rows that it refused for good and that went into quarantine, since the start. */
  setAside: number;
}

interface Drainer {
  /** The newest batch that was there when it was asked; undefined until the next look. */
  upTo: number | undefined;
  resolve: () => void;
  reject: (error: PlatformError) => void;
}

const LEASE = 'warehouse.append';
const LEASE_MS = 15_000;
const BEAT_MS = 5_000;
const IDLE_MS = 1_000;
/** Fewer, larger parts: each append costs every table a part that has to be merged away. */
const SPACING_MS = 200;
const BEHIND_ROWS = 200_000;
/** Lots that stay open are looked at a part at a time, so that what is new goes on beside them. */
const REPEATS = 64;

const describe = (error: unknown): string =>
  error instanceof PlatformError ? `${error.code}: ${error.message}` : error instanceof Error ? error.name : 'unknown';

const stuck = (lastError = ''): PlatformError =>
  new PlatformError(WAREHOUSE.APPEND_STUCK, `the warehouse does not take what waits for it (${lastError})`, {
    kind: 'transient',
  });

/**
 * Brings committed batches from the record to the warehouse, in lots. What a lot holds is committed before its first
 * insert, so a lot can be repeated after any crash; see the laws in the README.
 */
export class Appender {
  private readonly store: PendingStore;
  private readonly leases: Leases;
  private readonly now: () => number;
  private readonly stuck: Stuck;
  private readonly drainers = new Set<Drainer>();
  private readonly waitingWork: (() => Promise<void>)[] = [];
  private count = { rows: 0, batches: 0 };
  private setAside = 0;
  private oldest: { id: number; since: number } | undefined;
  private lastError: string | undefined;
  private failures = 0;
  private heldUntil = 0;
  private isStopped = true;
  private isNudged = false;
  private wake: () => void = () => {};
  private loop: Promise<void> = Promise.resolve();
  private heart: NodeJS.Timeout | undefined;

  constructor(private readonly options: AppenderOptions) {
    this.now = options.now ?? Date.now;
    this.store = new PendingStore(options.dataSource);
    this.leases = new Leases(options.dataSource, this.now);
    this.stuck = new Stuck(this.now);
  }

  start(): void {
    if (!this.isStopped) return;
    this.isStopped = false;
    this.heart = setInterval(() => void this.beat().catch((error: unknown) => this.failed(error)), BEAT_MS);
    this.loop = this.run();
  }

  /** Something was committed. Cheap; call it after every commit. */
  nudge(): void {
    this.isNudged = true;
    this.wake();
  }

  /**
   * Resolves when everything that is pending now has landed or was set aside, in this process or another; what is committed
   * later is not waited for. Rejects with `WAREHOUSE_APPEND_STUCK` when the warehouse takes nothing of what is left.
   */
  drained(): Promise<void> {
    this.nudge();
    return new Promise((resolve, reject) => this.drainers.add({ upTo: undefined, resolve, reject }));
  }

  /**
   * Runs `work` while nothing is being appended and nothing half appended waits, under the appender's lease. Resolves
   * when it is done; fails as it fails.
   */
  between(work: () => Promise<void>): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.waitingWork.push(() => work().then(resolve, reject));
    });
    this.nudge();
    return done;
  }

  /** As of the last look: about a second ago, five while an append runs. */
  status(): AppenderStatus {
    const oldestMs = this.oldest ? this.now() - this.oldest.since : 0;
    const { lastError, setAside } = this;
    const { rows: pendingRows, batches: pendingBatches } = this.count;
    return { pendingRows, pendingBatches, oldestMs, lastError, stuckLots: this.stuck.size, setAside };
  }

  /**
   * The warehouse does not keep up: ingest should wait, and whoever can wait longer sooner, at a part of what is borne of
   * ingest.
   */
  isBehind(part = 1): boolean {
    return this.count.rows > BEHIND_ROWS * part;
  }

  /** Ends after the append that runs, if any; what is pending stays pending. */
  async stop(): Promise<void> {
    if (this.isStopped) return;
    this.isStopped = true;
    clearInterval(this.heart);
    this.wake();
    await this.loop;
    this.heldUntil = 0;
    await this.leases.release(LEASE, this.options.holder).catch((error: unknown) => this.failed(error));
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      const begun = performance.now();
      try {
        await this.cycle();
        this.failures = 0;
      } catch (error) {
        this.failed(error);
        await this.pause(backoff(this.failures++), false);
        continue;
      }
      if (this.count.rows >= LOT_ROWS) continue;
      await this.pause(SPACING_MS - (performance.now() - begun), false);
      // What stands behind a barrier need not wait to be asked for.
      if (this.count.batches === 0 && this.waitingWork.length === 0) await this.pause(IDLE_MS, true);
    }
  }

  private async cycle(): Promise<void> {
    this.isNudged = false;
    try {
      if (this.heldUntil > this.now() || (await this.hold())) await this.work();
    } finally {
      // Also after a failure: back-pressure is for a warehouse that is away.
      await this.look();
    }
  }

  private async work(): Promise<void> {
    await this.options.warehouse.ready();
    const open = await this.store.openLots();
    this.stuck.keep(open);
    for (const lot of [...open.filter((lot) => !this.stuck.has(lot)).slice(0, REPEATS), ...this.stuck.due()])
      await this.repeat(lot);
    const lot = await this.store.fixLot(randomBytes(4).toString('hex'));
    if (lot !== undefined) await this.repeat(lot, false);
    if (this.stuck.size === 0) this.lastError = undefined;
    // A lot that may be there in part is looked for by its rows, which such work may change.
    if (this.waitingWork.length > 0 && (await this.store.openLots()).length === 0) await this.waitingWork.shift()!();
  }

  /** Beside the loop, which a slow warehouse may hold for half a minute. */
  private async beat(): Promise<void> {
    await this.hold();
    await this.look();
  }

  private async hold(): Promise<boolean> {
    const asked = this.now();
    const isHeld = await this.leases.tryHold(LEASE, this.options.holder, LEASE_MS);
    this.heldUntil = isHeld ? asked + LEASE_MS : 0;
    return isHeld;
  }

  private async repeat(lot: string, isRepeat = true): Promise<void> {
    if (this.isStopped || (isBarrier(lot) && waitsFor(lot, await this.store.openLots()))) return;
    try {
      await this.append(lot, isRepeat);
      this.stuck.landed(lot);
    } catch (error) {
      if (!(error instanceof PlatformError) || error.isRetryable) throw error;
      this.stuck.refused(lot);
      this.failed(error);
    }
  }

  private async append(lot: string, isRepeat: boolean): Promise<void> {
    const { warehouse } = this.options;
    const batch = await joinBatches(await this.store.payloads(lot));
    for (const table of WAREHOUSE_TABLES) {
      if (batch[table] === undefined) continue;
      try {
        await warehouse.insert(table, batch[table], `${lot}:${table}`, { isRepeat });
      } catch (error) {
        if (!this.isItsOwnFault(lot, table, error)) throw error;
        return await this.part(lot, batch, table, error);
      }
    }
    if (batch.aliases !== undefined) await warehouse.command(RELOAD_ALIASES);
    await this.store.clear(lot);
  }

  /**
   * A row of the lot is refused, not the warehouse closed: by the word of the error, or because other lots landed since it
   * was refused before. What decides which rows count is never parted: half of it would be a wrong answer.
   */
  private isItsOwnFault(lot: string, table: WarehouseTable, error: unknown): boolean {
    if (isBarrier(lot) || table === 'aliases' || table === 'voided') return false;
    if (!(error instanceof PlatformError) || error.isRetryable || isAboutOperator(error)) return false;
    return isAboutRows(error) || this.stuck.isAlone(lot);
  }

  /** Smaller lots in its place, whose rows are looked for before they are inserted; at last the one row goes aside. */
  private async part(lot: string, batch: NdjsonByTable, table: WarehouseTable, error: unknown): Promise<void> {
    const { pieces, culprit } = splitLot(lot, batch, table);
    await this.store.part(lot, pieces, culprit === undefined ? [] : [culpritOf(table, culprit, describe(error))]);
    if (culprit === undefined) return;
    this.setAside += 1;
    this.failed(new PlatformError(ROW_REFUSED, `a row of ${table} was set aside: ${describe(error)}`));
  }

  private async look(): Promise<void> {
    // Whoever asks while the look is under way waits for the next one.
    const asked = [...this.drainers];
    const { rows, batches, oldestId, newestId } = await this.store.count();
    this.count = { rows, batches };
    if (oldestId === undefined) this.oldest = undefined;
    else if (this.oldest?.id !== oldestId) this.oldest = { id: oldestId, since: this.now() };
    for (const drainer of asked) this.answer(drainer, oldestId ?? Infinity, newestId);
  }

  private answer(drainer: Drainer, oldestId: number, newestId: number): void {
    const upTo = (drainer.upTo ??= newestId);
    if (oldestId <= upTo && !this.stuck.holds(oldestId)) return;
    this.drainers.delete(drainer);
    if (oldestId > upTo) drainer.resolve();
    else drainer.reject(stuck(this.lastError));
  }

  private failed(error: unknown): void {
    this.lastError = describe(error);
    this.options.onError?.(error);
  }

  private async pause(ms: number, mayWake: boolean): Promise<void> {
    if (ms <= 0 || this.isStopped || (mayWake && this.isNudged)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        if (!mayWake && !this.isStopped) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = () => {};
  }
}
