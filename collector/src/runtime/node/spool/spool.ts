import { encodeFrameHead, type LogHeader } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { Full } from '../../../app.js';
import type { Metrics } from '../../../metrics.js';
import type { Log } from '../log.js';
import { readState, syncFolder, writeState } from '../state-file.js';
import { GroupWriter, type Disk } from './group-writer.js';
import { readLot, type Lot } from './lot.js';
import { recoverSegments } from './recover.js';
import { checksum, segmentName, type Segment } from './segment.js';

const RETRY_AFTER_SECONDS = 5;
const CHECKPOINT_MS = 200;
const LOT_BYTES = 2 * 1024 * 1024;
const KEEP_MS = 3_600_000;
/** How often the age of the segment that grows is looked at, at most. */
const AGE_LOOK_MS = 60_000;

export interface SpoolOptions {
  folder: string;
  /** Most bytes that wait for core; beyond, `append` throws `Full`. */
  maxBytes: number;
  /** A segment that has grown to so many bytes is followed by a new one; default 64 MB. */
  segmentBytes?: number;
  /** What core has applied goes from the disk after so long, ms; default an hour. */
  keepMs?: number | undefined;
  log: Log;
  metrics: Metrics;
  disk?: Disk;
  /** Whose folder it is; absent where nobody else can come to it. */
  lock?: Ownership;
}

export interface Ownership {
  isOurs(): boolean;
  readonly mayBeWrittenByOther: boolean;
}

/**
 * The durable log at the edge. Positions are byte offsets since the beginning of the log; they rise and are never given
 * out twice, because core takes what lies before a position that it knows for applied.
 */
export class Spool {
  private id: string;
  /** Where the log ended when it was opened and core had not yet said how far it knows it. */
  private readonly unprovenEnd: number;
  private readonly segments: Segment[];
  private readonly writer: GroupWriter;
  private acknowledged: number;
  private checkpointing: NodeJS.Timeout | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly aging: NodeJS.Timeout;
  /** The segment that grows, and since when it holds something. */
  private growing = { start: 0, since: 0 };

  constructor(private readonly options: SpoolOptions) {
    const { folder, log } = options;
    fs.mkdirSync(folder, { recursive: true });
    this.id = this.readOrMakeId();
    const checkpoint = this.readCheckpoint();
    this.segments = recoverSegments(folder, checkpoint, (...damage) => this.putAside(...damage));
    if (options.lock?.mayBeWrittenByOther) this.segments.push(apartFrom(this.segments.at(-1)!));
    // Acknowledged segments are gone, so the first one tells the same when the checkpoint's file was lost.
    this.acknowledged = Math.max(checkpoint, this.segments[0]!.start);
    this.writer = new GroupWriter({
      segments: this.segments,
      pathOf: (segment) => this.pathOf(segment),
      segmentBytes: options.segmentBytes ?? 64 * 1024 * 1024,
      log,
      ...(options.disk && { disk: options.disk }),
      ...(options.lock && { isOurs: () => options.lock!.isOurs() }),
    });
    this.unprovenEnd = this.readOrMakeUnproven();
    syncFolder(folder);
    this.growing = { start: this.last.start, since: fs.statSync(this.pathOf(this.last)).birthtimeMs };
    const { keepMs = KEEP_MS } = options;
    this.aging = setInterval(() => this.age(keepMs), Math.min(AGE_LOOK_MS, keepMs / 4)).unref();
  }

  get logId(): string {
    return this.id;
  }

  /** Position after the last durable frame. */
  get end(): number {
    return this.last.start + this.last.size;
  }

  /** Everything before this position is applied by core. */
  get checkpoint(): number {
    return this.acknowledged;
  }

  get backlogBytes(): number {
    return this.end - this.acknowledged;
  }

  /** Resolves when the frame is on the disk. Throws `Full` when the spool or the disk has no room. */
  async append(header: LogHeader, body: Uint8Array): Promise<void> {
    const head = encodeFrameHead(header, body, checksum);
    if (this.backlogBytes + this.writer.pendingBytes + head.length + body.length > this.options.maxBytes)
      throw new Full(RETRY_AFTER_SECONDS);
    await this.writer.write(head, body).catch((error: unknown) => {
      throw isDiskFull(error) ? new Full(RETRY_AFTER_SECONDS) : error;
    });
    for (const listener of this.listeners) listener();
  }

  /** Calls back whenever there is more to read. Returns the removal. */
  onAppend(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What core gets next, about `maxBytes` at most, or undefined when it has everything. Damage is put aside on the way, and told loudly. */
  async next(maxBytes = LOT_BYTES): Promise<Lot | undefined> {
    while (this.acknowledged < this.end) {
      const segment = this.segments.findLast(({ start }) => start <= this.acknowledged)!;
      const behind = this.segments[this.segments.indexOf(segment) + 1];
      if (this.acknowledged >= segment.start + segment.size) this.acknowledge(behind!.start);
      else {
        const lot = await readLot(this.pathOf(segment), segment, this.acknowledged, maxBytes);
        if (lot.kind === 'frames') return lot;
        this.putAside(lot.from, lot.to, lot.bytes);
        this.acknowledge(lot.to);
      }
    }
    return undefined;
  }

  /**
   * Compares with how far core knows this log; before that, nothing may be sent. Core can be ahead only of a folder that
   * was restored from a backup: then its positions were given out before, and what is written since goes on under a new
   * id, or core would take it for applied. Returns whether that was so.
   */
  prove(corePosition: number): boolean {
    const wasSetBack = corePosition > this.unprovenEnd;
    if (wasSetBack) this.beginAnew();
    fs.rmSync(this.unprovenPath, { force: true });
    return wasSetBack;
  }

  /** The id first: killed in between, a frame is sent again under it, which is better than one that is never sent. */
  private beginAnew(): void {
    this.id = randomUUID();
    writeState(this.idPath, this.id, { isSynced: true });
    syncFolder(this.options.folder);
    this.acknowledge(Math.max(this.acknowledged, this.unprovenEnd));
    this.writeCheckpoint();
  }

  /** Hands out again what follows a position, as far as it is still here; gives what that is. */
  goBack(position: number): { from: number; to: number } {
    const to = this.acknowledged;
    this.acknowledged = Math.min(to, Math.max(position, this.segments[0]!.start));
    this.writeCheckpoint();
    return { from: this.acknowledged, to };
  }

  /** Forgets what core has applied; not in a folder that is another's by now, who may be reading it. */
  acknowledge(position: number): void {
    if (this.options.lock?.isOurs() === false) throw new Error('another collector has taken the folder');
    this.acknowledged = position;
    this.forget();
    this.checkpointing ??= setTimeout(() => this.writeCheckpoint(), CHECKPOINT_MS).unref();
  }

  /**
   * A segment is kept whole as long as it grows, and on a small site it would grow for months, with what visitors sent long
   * after core has it. So it ends when it is old, and goes once core has applied it.
   */
  private age(keepMs: number): void {
    const { start, size } = this.last;
    const isNew = this.growing.start !== start || size === 0;
    if (isNew) this.growing = { start, since: Date.now() };
    if (Date.now() - this.growing.since < keepMs || this.options.lock?.isOurs() === false) return;
    try {
      this.writer.turnOver();
      this.forget();
    } catch (error) {
      this.options.log('error', 'an old segment of the spool could not be ended', {
        problem: (error as Error).message,
      });
    }
  }

  /** Resolves when everything accepted is on the disk. */
  async close(): Promise<void> {
    clearInterval(this.aging);
    await this.writer.close();
    this.writeCheckpoint();
  }

  /**
   * Now and then and without a sync, as an older checkpoint only sends a little again: renaming a file at each answer
   * slows the syncs of the same disk down to a third (measured on ext4). A full disk must not stop the forgetting of
   * segments, which is what makes room.
   */
  private writeCheckpoint(): void {
    clearTimeout(this.checkpointing);
    this.checkpointing = undefined;
    try {
      writeState(join(this.options.folder, 'checkpoint'), String(this.acknowledged));
    } catch (error) {
      this.options.metrics.count('checkpoints_unwritten_total');
      this.options.log('error', 'the checkpoint could not be written', { problem: (error as Error).message });
    }
  }

  private forget(): void {
    while (this.segments.length > 1 && this.segments[1]!.start <= this.acknowledged)
      fs.rmSync(this.pathOf(this.segments.shift()!), { force: true });
  }

  private get last(): Segment {
    return this.segments.at(-1)!;
  }

  private putAside(from: number, to: number, bytes: Uint8Array): void {
    const { folder, log, metrics } = this.options;
    const path = join(folder, `${segmentName(from)}.damaged`);
    fs.writeFileSync(path, bytes);
    metrics.count('spool_damaged_bytes_total', to - from);
    log('error', 'the spool is damaged; the damaged bytes were moved aside and what follows them goes on', {
      file: path,
      from,
      to,
    });
  }

  private readOrMakeId(): string {
    const known = readState(this.idPath);
    if (known) return known;
    const made = randomUUID();
    writeState(this.idPath, made, { isSynced: true });
    return made;
  }

  /** Kept until core was met, also through restarts: what is written meanwhile proves nothing. */
  private readOrMakeUnproven(): number {
    const known = Number(readState(this.unprovenPath) ?? NaN);
    if (Number.isSafeInteger(known)) return known;
    writeState(this.unprovenPath, String(this.end), { isSynced: true });
    return this.end;
  }

  private get idPath(): string {
    return join(this.options.folder, 'log-id');
  }

  private get unprovenPath(): string {
    return join(this.options.folder, 'unproven-end');
  }

  private readCheckpoint(): number {
    const position = Number(readState(join(this.options.folder, 'checkpoint')) ?? 0);
    return Number.isSafeInteger(position) && position >= 0 ? position : 0;
  }

  private pathOf({ start }: Segment): string {
    return join(this.options.folder, segmentName(start));
  }
}

/** A file that nobody has open, at a position that nobody can have reached: bytes and positions of the two never mix. */
const apartFrom = ({ start, size }: Segment): Segment => ({ start: start + size + 1, size: 0 });

export const isDiskFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as { code?: string }).code ?? '');
