import { isOnce, PlatformError, readFrames, UTC, type LogFrame, type Offsets } from '@perennial/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Appender } from '../warehouse/index.js';
import { CLOCK } from '../clock/clock.errors.js';
import { INGEST } from './ingest.errors.js';
import type { Ingest } from './ingest.js';
import type { ArrivedLot } from './nats/assembly.js';
import type { Batch, Refused } from './rules/event.js';
import { DeviceClocks } from './rules/device-clocks.js';
import { unpackFrames } from './rules/unpack.js';

/** The other way by which parts of a log may still come. */
export interface OtherWay {
  /** Whether something of the log waits there, before a message when one is given. */
  holds(logId: string, before?: number): Promise<boolean>;
}

export interface LogDoorOptions {
  ingest: Pick<Ingest, 'accept' | 'positionOf'>;
  appender: Pick<Appender, 'isBehind'>;
  batchEvents: number;
  /** Of times that are written without an offset; UTC when absent. */
  zone?: Offsets;
  /** The platform's; what arrives while it is not to be trusted waits. */
  clock?: { now: () => number; isAhead: boolean };
  /** Undefined where core has no NATS. */
  nats: () => OtherWay | undefined;
  /** What frames after a position ask to have written in the transaction that applies them. */
  alongside?: (frames: LogFrame[], from: number) => Batch['alsoWrite'];
  onError: (error: unknown) => void;
}

/** A stretch of one log, as it comes by HTTP. */
export interface PostedLot {
  logId: string;
  from: number;
  after: number;
  /** Up to where its sender was told that it is applied. */
  known?: number;
  bytes: Uint8Array;
}

type Lot = Pick<ArrivedLot<{ seq: number }>, 'logId' | 'from' | 'to' | 'after' | 'bytes' | 'messages'>;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Where logs come in, by whatever way. A log's position only rises, and what lies at or before it counts as applied; so
 * nothing may be applied while something before it is still to come (decision 23).
 */
export class LogDoor {
  private readonly stopping = new AbortController();
  private readonly clocks = new DeviceClocks();

  constructor(private readonly options: LogDoorOptions) {}

  /** Applies what came by HTTP and answers how far the log is applied. */
  async post({ logId, from, after, known = 0, bytes }: PostedLot): Promise<number> {
    const { ingest, appender, clock } = this.options;
    if (clock?.isAhead)
      throw new PlatformError(CLOCK.HELD, "this server's clock jumped ahead; send again later", { kind: 'transient' });
    if (appender.isBehind())
      throw new PlatformError(INGEST.BEHIND, 'the warehouse is behind; send again later', { kind: 'transient' });
    const batch = this.batchOf(logId, from, framesOf(bytes, from));
    if (isOnce(logId)) {
      await ingest.accept(batch);
      return from + bytes.length;
    }
    if (known > 0) await this.mustKnow(logId, known);
    if (after > 0) await this.mustFollow(logId, after);
    await ingest.accept(batch);
    return ingest.positionOf(logId);
  }

  /**
   * Applies lots of one log in order, and answers how many are applied; what follows came before its turn and must come
   * again. Never rejects for a reason that passes: it waits, as nothing may overtake.
   */
  async takeLots(lots: Lot[]): Promise<number> {
    const pending: Batch[] = [];
    const { logId } = lots[0]!;
    let position = isOnce(logId) ? 0 : await this.positionOf(logId);
    for (const [n, lot] of lots.entries()) {
      const isKnown = !isOnce(logId) && lot.to <= position;
      if (isKnown) continue;
      if (!isOnce(logId) && lot.after > position) {
        await this.apply(pending.splice(0));
        if (await this.comesBefore(lot)) return n;
        this.tellMissing(logId, position, lot.from);
      }
      pending.push(this.read(lot));
      position = lot.to;
      if (eventsOf(pending) >= this.options.batchEvents) await this.apply(pending.splice(0));
    }
    await this.apply(pending);
    return lots.length;
  }

  async isApplied(logId: string, to: number): Promise<boolean> {
    return (await this.positionOf(logId)) >= to;
  }

  /** What waits stays with the sender. */
  stop(): void {
    this.stopping.abort();
  }

  private positionOf(logId: string): Promise<number> {
    return this.patiently(() => this.options.ingest.positionOf(logId));
  }

  private comesBefore({ logId, messages }: Lot): Promise<boolean> {
    return this.patiently(async () => (await this.options.nats()?.holds(logId, messages[0]!.seq)) ?? false);
  }

  /** This record was told to have more of the log than it has: it is an older copy, and its sender may still have the rest. */
  private async mustKnow(logId: string, known: number): Promise<void> {
    const position = await this.options.ingest.positionOf(logId);
    if (position >= known) return;
    throw new PlatformError(INGEST.LOG_BEHIND, `this log is applied up to ${position} and was up to ${known}`, {
      kind: 'conflict',
      details: { position, known },
    });
  }

  /** After a log went by NATS, what follows by HTTP waits until that part is applied. What is nowhere any more is not waited for. */
  private async mustFollow(logId: string, after: number): Promise<void> {
    const { ingest, nats } = this.options;
    if ((await ingest.positionOf(logId)) >= after) return;
    const other = nats();
    if (!other)
      throw elsewhere('a part of this log lies in NATS: start core with PERENNIAL_LOG=nats until it is applied');
    if (await other.holds(logId)) throw elsewhere('a part of this log still waits in NATS; send again later');
    const position = await ingest.positionOf(logId);
    if (position < after) this.tellMissing(logId, position, after);
  }

  private async apply(batches: Batch[]): Promise<void> {
    if (batches.length === 0) return;
    const joined = join(batches);
    await this.patiently(() => this.options.ingest.accept(joined));
  }

  private async patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      this.stopping.signal.throwIfAborted();
      if (!this.options.appender.isBehind() && !this.options.clock?.isAhead)
        try {
          return await work();
        } catch (error) {
          this.options.onError(error);
        }
      await sleep(pause, undefined, { signal: this.stopping.signal });
    }
  }

  /** Bytes that are no frames, which no repetition mends, are set aside whole: what follows them goes on. */
  private read({ logId, from, to, bytes }: Lot): Batch {
    try {
      return this.batchOf(logId, from, framesOf(bytes, from));
    } catch (error) {
      this.options.onError(error);
      return { mark: { logId, from, to }, events: [], refused: [damaged(logId, from, bytes)] };
    }
  }

  private batchOf(logId: string, from: number, frames: LogFrame[]): Batch {
    const { zone = UTC, clock, alongside } = this.options;
    const { mark, ...batch } = unpackFrames(logId, from, frames, { zone, clocks: this.clocks, now: clock?.now() });
    const alsoWrite = alongside?.(frames, from);
    return { ...batch, ...(!isOnce(logId) && { mark }), ...(alsoWrite && { alsoWrite }) };
  }

  private tellMissing(logId: string, position: number, from: number): void {
    const text = `log ${logId}: what lies between ${position} and ${from} is nowhere any more (damage, or a record restored from a backup)`;
    this.options.onError(new PlatformError(INGEST.LOG_MISSING, text, { kind: 'conflict' }));
  }
}

function framesOf(body: Uint8Array, from: number): LogFrame[] {
  try {
    return readFrames(body, from);
  } catch (cause) {
    throw new PlatformError(INGEST.LOG_INVALID, 'the body holds no whole frames', { kind: 'invalid', cause });
  }
}

const eventsOf = (batches: Batch[]): number =>
  batches.reduce((sum, { events, refused }) => sum + events.length + refused.length, 0);

/** Lots of one log as one batch, so that a transaction takes many small ones. */
function join(batches: Batch[]): Batch {
  const [first, last] = [batches[0]!, batches.at(-1)!];
  const mark = first.mark && last.mark && { ...last.mark, from: first.mark.from };
  const writes = batches.flatMap(({ alsoWrite }) => alsoWrite ?? []);
  const alsoWrite: Batch['alsoWrite'] = async (manager) => {
    for (const write of writes) await write(manager);
  };
  return {
    ...(mark && { mark }),
    events: batches.flatMap(({ events }) => events),
    refused: batches.flatMap(({ refused }) => refused),
    ...(writes.length > 0 && { alsoWrite }),
  };
}

const damaged = (logId: string, from: number, bytes: Uint8Array): Refused => ({
  sourceId: '',
  receivedAt: Date.now(),
  endpoint: 'log',
  code: INGEST.LOG_INVALID,
  message: 'the bytes hold no whole frames; they are shown as base64',
  body: Buffer.from(bytes).toString('base64'),
  place: `${logId}:${from}:damaged`,
});

const elsewhere = (message: string): PlatformError =>
  new PlatformError(INGEST.LOG_ELSEWHERE, message, { kind: 'transient' });
