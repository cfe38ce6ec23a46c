import { PlatformError } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { isUnavailable, retrying } from '../database/index.js';
import { INGEST } from './ingest.errors.js';
import { ingestBatches, type IngestTools } from './ingest.transaction.js';
import type { Outcome } from './rules/apply.js';
import type { Batch, IngestEvent, Refused } from './rules/event.js';
import { positionOf } from './store/log.store.js';

export interface IngestOptions {
  /** Events of waiting batches that go into one transaction. */
  batchEvents: number;
  /** Events that may wait in memory; more are refused, and the sender keeps them. */
  maxWaiting: number;
  /** False while it is not known whether the stores belong together: then nothing may be written. */
  mayTake?: () => boolean;
}

interface Waiting {
  batch: Batch;
  done: () => void;
  failed: (error: unknown) => void;
}

/**
 * Takes batches of accepted events and applies them, in the order in which they came, as few transactions as possible:
 * whatever has arrived while the one before was running goes into the next.
 */
export class Ingest {
  private readonly waiting: Waiting[] = [];
  private waitingEvents = 0;
  private running: Promise<void> | undefined;
  private hasFailed = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly tools: () => IngestTools,
    private readonly afterCommit: (outcome: Outcome) => void,
    private readonly options: IngestOptions,
  ) {}

  /** Resolves when the batch is committed. Throws `INGEST_BEHIND` (transient) instead of growing without bound. */
  accept(batch: Batch): Promise<void> {
    if (this.options.mayTake?.() === false) return Promise.reject(notCompared());
    if (this.waitingEvents > this.options.maxWaiting) return Promise.reject(behind(this.waitingEvents));
    this.waitingEvents += batch.events.length;
    const committed = new Promise<void>((done, failed) => this.waiting.push({ batch, done, failed }));
    this.running ??= this.drain();
    return committed;
  }

  /** The record could not take the last batch, for a reason that is the record's. */
  get isFailing(): boolean {
    return this.hasFailed;
  }

  /** Events are waiting, or being applied. */
  get isBusy(): boolean {
    return this.running !== undefined;
  }

  /** How far a log is applied; 0 for one never seen. */
  positionOf(logId: string): Promise<number> {
    return positionOf(this.dataSource.manager, logId);
  }

  /** Resolves when nothing is waiting. */
  async idle(): Promise<void> {
    await this.running;
  }

  private async drain(): Promise<void> {
    // The caller's promise is made before the first batch is taken, and other requests of this tick may join it.
    await new Promise((resolve) => setImmediate(resolve));
    for (let group = this.nextGroup(); group.length > 0; group = this.nextGroup()) await this.settle(group);
    this.running = undefined;
  }

  private nextGroup(): Waiting[] {
    const group: Waiting[] = [];
    for (let events = 0; this.waiting.length > 0 && (group.length === 0 || events < this.options.batchEvents);) {
      const next = this.waiting.shift()!;
      events += next.batch.events.length;
      group.push(next);
    }
    this.waitingEvents -= group.reduce((sum, { batch }) => sum + batch.events.length, 0);
    return group;
  }

  private async settle(group: Waiting[]): Promise<void> {
    try {
      await this.applyGroup(group.map(({ batch }) => batch));
      this.hasFailed = false;
      for (const { done } of group) done();
    } catch (error) {
      this.hasFailed = isUnavailable(error);
      for (const { failed } of group) failed(asTransient(error));
    }
  }

  private async applyGroup(batches: Batch[]): Promise<void> {
    try {
      await this.commit(batches);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      for (const batch of batches) await this.applyOneByOne(batch);
    }
  }

  /** Law 3: where a batch fails for a reason of its own, each event is tried alone, and the poison one set aside. */
  private async applyOneByOne(batch: Batch): Promise<void> {
    const refused = [...batch.refused];
    for (const event of batch.events) {
      try {
        await this.commit([{ events: [event], refused: [] }]);
      } catch (error) {
        if (isUnavailable(error)) throw error;
        refused.push(poisonous(event, error));
      }
    }
    await this.commit([{ ...batch, events: [], refused }]);
  }

  private async commit(batches: Batch[]): Promise<void> {
    const tools = this.tools();
    const outcome = await retrying(() =>
      this.dataSource.transaction((manager) => ingestBatches(manager, batches, tools)),
    );
    this.afterCommit(outcome);
  }
}

const notCompared = (): PlatformError =>
  new PlatformError('STORES_NOT_COMPARED', 'record and warehouse are still being compared; send again later', {
    kind: 'transient',
  });

const behind = (waiting: number): PlatformError =>
  new PlatformError(INGEST.BEHIND, 'ingest is behind; send again later', { kind: 'transient', details: { waiting } });

const asTransient = (error: unknown): unknown =>
  isUnavailable(error)
    ? new PlatformError('DATABASE_UNAVAILABLE', 'the record database cannot be reached', {
        kind: 'transient',
        cause: error,
      })
    : error;

const poisonous = (event: IngestEvent, error: unknown): Refused => ({
  sourceId: event.sourceId,
  receivedAt: event.receivedAt,
  endpoint: event.type,
  code: INGEST.EVENT_POISONOUS,
  message: error instanceof Error ? error.message : 'unknown',
  body: JSON.stringify(event.envelope),
  place: `${event.sourceId}:${event.eventId}`,
});
