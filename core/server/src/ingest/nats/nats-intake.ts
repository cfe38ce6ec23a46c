import type { MsgRequest } from '@nats-io/jetstream';
import { NATS_LOG, natsSubjectOf } from '@perennial/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { Leases } from '../../database/index.js';
import { Loop } from '../../time/loop.js';
import type { LogDoor } from '../log-door.js';
import type { Nats, NatsOptions } from './connection.js';
import { PartitionReader } from './partition-reader.js';
import { PARTITION, shareOf, SLOT, type LeaseRow } from './share.js';

export interface NatsIntakeOptions {
  nats: NatsOptions;
  dataSource: DataSource;
  door: LogDoor;
  /** Unique among processes, for the leases. */
  holder: string;
  now: () => number;
  onError: (error: unknown) => void;
}

const TICK_MS = 1_500;
const LEASE_MS = 6_000;
const FLUSH_MS = 1_000;
/** About once in five minutes. */
const TELL_EVERY = 200;

/**
 * Takes the log from JetStream. Cores share its partitions by leases, and one reads a partition at a time; where two do for
 * a moment, the positions of the record keep the order.
 */
export class NatsIntake {
  /** For the metrics, as of the last look. */
  readonly figures = { lag: NaN, redeliveries: 0 };
  private nats: Nats | undefined;
  private isStopping = false;
  private isStreamInDoubt = false;
  private failures = 0;
  private readonly readers = new Map<number, PartitionReader>();
  private readonly ends = new Map<number, Promise<void>>();
  private readonly leases: Leases;
  private readonly loop: Loop;

  constructor(private readonly options: NatsIntakeOptions) {
    this.leases = new Leases(options.dataSource, options.now);
    this.loop = new Loop(TICK_MS, () => this.tryTick(), options.onError);
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.loop.stop();
    await Promise.all([...this.readers.keys()].map((partition) => this.leave(partition)));
    await this.releaseAll();
    await this.hangUp();
  }

  /** Acknowledgements on their way get there, unless the server is away: then their lots come again and are known. */
  private async hangUp(): Promise<void> {
    const connection = this.nats?.connection;
    if (!connection || connection.isClosed()) return;
    await Promise.race([connection.flush().catch(() => undefined), sleep(FLUSH_MS)]);
    await connection.close();
  }

  get partitions(): number {
    return this.readers.size;
  }

  /** Whether something of the log waits in the stream, before a message when one is given. */
  async holds(logId: string, before = Infinity): Promise<boolean> {
    const { manager } = await this.open();
    // The server knows the question; the client's type does not name it.
    const firstOfLog = { next_by_subj: natsSubjectOf(logId), seq: 1 } as unknown as MsgRequest;
    const first = await manager.streams.getMessage(NATS_LOG.stream, firstOfLog);
    return first !== null && first.seq < before;
  }

  /** NATS being away for a while is ordinary: it is told when it begins, and then now and then. */
  private async tryTick(): Promise<void> {
    try {
      await this.tick();
      this.failures = 0;
    } catch (error) {
      if (this.failures % TELL_EVERY === 0) this.options.onError(error);
      this.failures += 1;
    }
  }

  private async tick(): Promise<void> {
    await this.open();
    if (this.isStreamInDoubt) await this.ensureStream();
    const share = shareOf(await this.rows(), this.options.holder, this.options.now(), NATS_LOG.partitions);
    if (share.slot) await this.hold(share.slot);
    for (const partition of share.drop) await this.giveUp(partition);
    for (const partition of [...share.keep, ...share.take]) {
      if (await this.hold(`${PARTITION}${partition}`)) this.read(partition);
      else await this.leave(partition);
    }
    await this.look();
  }

  private read(partition: number): void {
    if (this.readers.has(partition) || !this.nats) return;
    const { door } = this.options;
    const reader = new PartitionReader(this.nats, partition, {
      take: (lots) => door.takeLots(lots),
      isApplied: (logId, to) => door.isApplied(logId, to),
      redelivered: () => void (this.figures.redeliveries += 1),
    });
    this.readers.set(partition, reader);
    const end = reader
      .run()
      .catch((error: unknown) => this.lost(error))
      .then(() => void (this.readers.get(partition) === reader && this.readers.delete(partition)));
    this.ends.set(partition, end);
  }

  /** A consumer that is gone is made anew at the next tick; the stream may have gone with it. */
  private lost(error: unknown): void {
    if (this.isStopping) return;
    this.isStreamInDoubt = true;
    this.options.onError(error);
  }

  private async ensureStream(): Promise<void> {
    const { ensureStream } = await import('./connection.js');
    await ensureStream(this.nats!.manager, this.options.nats);
    this.isStreamInDoubt = false;
  }

  private async giveUp(partition: number): Promise<void> {
    await this.leave(partition);
    await this.leases.release(`${PARTITION}${partition}`, this.options.holder);
  }

  private async leave(partition: number): Promise<void> {
    await this.readers.get(partition)?.stop();
    await this.ends.get(partition);
  }

  /** What is acknowledged is gone, so all that lies in the stream waits. Not knowing must not look like none. */
  private async look(): Promise<void> {
    const { manager } = await this.open();
    this.figures.lag = await manager.streams.info(NATS_LOG.stream).then(
      ({ state }) => state.messages,
      () => NaN,
    );
  }

  private hold(name: string): Promise<boolean> {
    return this.leases.tryHold(name, this.options.holder, LEASE_MS);
  }

  private rows(): Promise<LeaseRow[]> {
    return this.options.dataSource.query<LeaseRow[]>(
      'SELECT name, holder, until FROM lease WHERE name LIKE ? OR name LIKE ?',
      [`${SLOT}%`, `${PARTITION}%`],
    );
  }

  private async releaseAll(): Promise<void> {
    for (const { name, holder } of await this.rows())
      if (holder === this.options.holder) await this.leases.release(name, holder);
  }

  /** The client is loaded only where it is used. */
  private async open(): Promise<Nats> {
    if (this.nats && !this.nats.connection.isClosed()) return this.nats;
    const { openNats } = await import('./connection.js');
    this.nats = await openNats(this.options.nats);
    return this.nats;
  }
}
