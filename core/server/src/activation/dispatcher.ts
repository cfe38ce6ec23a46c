import { PlatformError, type JsonObject } from '@perennial/contract';
import type { ActivationFacts, DeliveryItem, DeliveryResult } from '@perennial/kit';
import type { DataSource } from 'typeorm';
import type { Host } from '../host/index.js';
import { publicId } from '../profile/profile.id.js';
import { loadStates } from '../profile/store/profile.store.js';
import { profileView } from '../profile/profile.view.js';
import { Loop } from '../time/loop.js';
import { ACTIVATION } from './activation.errors.js';
import type { Deliveries, StoredDelivery } from './deliveries.js';
import type { Destinations } from './destinations.js';
import { retryAt } from './rules/retry.js';

const PAGE = 500;
const TICK_MS = 1_000;

/** Hands due deliveries to the plugins that send them, a batch per destination, and writes down what became of each. */
export class Dispatcher {
  private readonly loop = new Loop(
    TICK_MS,
    () => this.sendDue(),
    (error) => this.onError(error),
  );

  constructor(
    private readonly dataSource: DataSource,
    private readonly host: Host,
    private readonly destinations: Destinations,
    private readonly deliveries: Deliveries,
    private readonly now: () => number,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.loop.start();
  }

  nudge(): void {
    this.loop.nudge();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  async sendDue(): Promise<void> {
    for (;;) {
      const due = await this.deliveries.due(this.now(), PAGE);
      const byDestination = groupBy(due);
      await Promise.all([...byDestination].map(([id, rows]) => this.sendTo(id, rows)));
      if (due.length < PAGE) return;
    }
  }

  private async sendTo(destinationId: string, rows: StoredDelivery[]): Promise<void> {
    const destination = await this.destinations.open(destinationId);
    const activation = destination && this.host.activations.get(destination.activation);
    if (!activation) return this.skip(rows);
    const { facts, part } = activation;
    for (let from = 0; from < rows.length; from += facts.batchSize) {
      const batch = rows.slice(from, from + facts.batchSize);
      const results = await this.call(facts, await this.items(batch), (items, signal) =>
        part.deliver(items, destination.options, signal),
      );
      for (const [index, row] of batch.entries()) await this.settle(row, results[index]!, facts, destinationId);
    }
  }

  /** A destination that is gone or off: the delivery ends, visibly, and can be replayed. */
  private async skip(rows: StoredDelivery[]): Promise<void> {
    for (const row of rows)
      await this.deliveries.settle(row, 'skipped', row.attempts, this.now(), 'the destination is off');
  }

  private async items(rows: StoredDelivery[]): Promise<DeliveryItem[]> {
    const states = await loadStates(this.dataSource.manager, [...new Set(rows.map((row) => row.profile_id))]);
    return rows.map((row) => {
      const { cause, payload } = JSON.parse(row.doc) as { cause: DeliveryItem['cause']; payload: JsonObject };
      const state = states.get(row.profile_id);
      const profile = state
        ? profileView(state)
        : { id: publicId(row.profile_id), traits: {}, tags: {}, stages: {}, identifiers: {} };
      return { id: row.id, attempt: row.attempts + 1, cause, profile, payload };
    });
  }

  private async call(
    { timeoutMs }: ActivationFacts,
    items: DeliveryItem[],
    deliver: (items: DeliveryItem[], signal: AbortSignal) => Promise<DeliveryResult[]>,
  ): Promise<DeliveryResult[]> {
    const signal = AbortSignal.timeout(timeoutMs);
    const late = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () =>
        reject(new PlatformError(ACTIVATION.DELIVERY_TIMEOUT, 'no answer in time', { kind: 'transient' })),
      ),
    );
    try {
      return await Promise.race([deliver(items, signal), late]);
    } catch (cause) {
      const error =
        cause instanceof PlatformError
          ? cause
          : new PlatformError(ACTIVATION.DELIVERY_FAILED, 'the activation threw', { cause });
      this.onError(error);
      return items.map(() => ({ status: 'failed', error }));
    }
  }

  private async settle(
    row: StoredDelivery,
    result: DeliveryResult,
    { retrySeconds }: ActivationFacts,
    destinationId: string,
  ): Promise<void> {
    const attempts = row.attempts + 1;
    if (result.status === 'sent') return this.deliveries.settle(row, 'sent', attempts, this.now(), null);
    const reason = `${result.error.code}: ${result.error.message}`;
    if (result.status === 'disabled') await this.destinations.update(destinationId, { isEnabled: false });
    const next =
      result.status === 'failed' ? retryAt(attempts, retrySeconds, this.now(), result.retryAfterMs) : undefined;
    await this.deliveries.settle(row, next === undefined ? 'dead' : 'waiting', attempts, next ?? this.now(), reason);
  }
}

function groupBy(rows: StoredDelivery[]): Map<string, StoredDelivery[]> {
  const groups = new Map<string, StoredDelivery[]>();
  for (const row of rows) groups.set(row.destination_id, [...(groups.get(row.destination_id) ?? []), row]);
  return groups;
}
