import { encodeFrame, type LogHeader } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writev,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Full } from '../../../app.js';
import { checksum, repairSegment, segmentName, segmentStart } from './segment.js';

const SEGMENT_BYTES = 64 * 1024 * 1024;
const RETRY_AFTER_SECONDS = 5;
const WRITEV_PARTS = 1024;

const write = promisify(writev);
const sync = promisify(fdatasync);

interface Waiting {
  frame: Uint8Array;
  done: () => void;
  failed: (error: unknown) => void;
}

interface Segment {
  start: number;
  size: number;
}

export interface SpoolOptions {
  folder: string;
  maxBytes: number;
  log: (level: 'info' | 'error', message: string) => void;
}

/**
 * The durable log at the edge. Frames that arrive while the disk is busy are written and synced together, so that a
 * thousand requests cost one fdatasync; none is acknowledged before. Positions are byte offsets since the beginning.
 */
export class Spool {
  readonly logId: string;
  private readonly segments: Segment[] = [];
  private fd: number;
  private waiting: Waiting[] = [];
  private isWriting = false;
  private acknowledged: number;
  private readonly listeners = new Set<() => void>();
  private pendingBytes = 0;

  constructor(private readonly options: SpoolOptions) {
    mkdirSync(options.folder, { recursive: true });
    this.logId = this.readOrMakeId();
    this.acknowledged = this.readCheckpoint();
    this.recover();
    this.fd = openSync(this.path(this.last), 'a');
    this.syncFolder();
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
  append(header: LogHeader, body: Uint8Array): Promise<void> {
    const frame = encodeFrame(header, body, checksum);
    if (this.backlogBytes + this.pendingBytes + frame.length > this.options.maxBytes)
      return Promise.reject(new Full(RETRY_AFTER_SECONDS));
    this.pendingBytes += frame.length;
    return new Promise((done, failed) => {
      this.waiting.push({ frame, done, failed });
      if (!this.isWriting) void this.flush();
    });
  }

  /** Calls back whenever there is more to read. Returns the removal. */
  onAppend(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Durable bytes from a position on, up to the end of its segment and about `limit`; ends anywhere within a frame. */
  async read(position: number, limit: number): Promise<Uint8Array> {
    const segment = this.segments.findLast(({ start }) => start <= position)!;
    const length = Math.min(limit, segment.start + segment.size - position);
    const bytes = new Uint8Array(Math.max(0, length));
    const file = await open(this.path(segment), 'r');
    try {
      await file.read(bytes, 0, bytes.length, position - segment.start);
    } finally {
      await file.close();
    }
    return bytes;
  }

  /** Forgets what core has applied: written down first, so that a crash at most sends a little again. */
  acknowledge(position: number): void {
    this.acknowledged = position;
    const path = join(this.options.folder, 'checkpoint');
    writeFileSync(`${path}.new`, String(position));
    renameSync(`${path}.new`, path);
    while (this.segments.length > 1 && this.segments[1]!.start <= position) rmSync(this.path(this.segments.shift()!));
  }

  /**
   * A disk that gave back other bytes than it took: the rest of the segment is copied aside for a person to look at,
   * and the log goes on with the next one, because what lies behind must not wait for ever.
   */
  async setAside(position: number): Promise<void> {
    const segment = this.segments.findLast(({ start }) => start <= position)!;
    const rest = await this.read(position, segment.size);
    if (rest.length > 0) {
      writeFileSync(`${this.path(segment)}.${position - segment.start}.damaged`, rest);
      this.options.log(
        'error',
        `segment ${segmentName(segment.start)} is damaged; ${rest.length} bytes were moved aside as *.damaged`,
      );
    }
    if (segment === this.last) this.roll();
    this.acknowledge(this.segments[this.segments.indexOf(segment) + 1]!.start);
  }

  /** Resolves when everything accepted is on the disk. */
  async close(): Promise<void> {
    while (this.isWriting || this.waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    closeSync(this.fd);
  }

  private get last(): Segment {
    return this.segments.at(-1)!;
  }

  private async flush(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0, WRITEV_PARTS);
      await this.writeGroup(group);
    }
    this.isWriting = false;
  }

  private async writeGroup(group: Waiting[]): Promise<void> {
    const size = group.reduce((sum, { frame }) => sum + frame.length, 0);
    this.pendingBytes -= size;
    try {
      if (this.last.size >= SEGMENT_BYTES) this.roll();
      await this.writeAll(
        group.map(({ frame }) => frame),
        size,
      );
      await sync(this.fd);
      this.last.size += size;
      for (const { done } of group) done();
      for (const listener of this.listeners) listener();
    } catch (error) {
      this.afterFailure(error);
      for (const { failed } of group) failed(isDiskFull(error) ? new Full(RETRY_AFTER_SECONDS) : error);
    }
  }

  /** The kernel may take less than it was given; the rest follows. */
  private async writeAll(frames: Uint8Array[], size: number): Promise<void> {
    const { bytesWritten } = await write(this.fd, frames);
    if (bytesWritten === size) return;
    const rest = Buffer.concat(frames).subarray(bytesWritten);
    if (bytesWritten === 0) throw Object.assign(new Error('nothing could be written'), { code: 'ENOSPC' });
    await this.writeAll([rest], rest.length);
  }

  /** What a failed write left behind is cut off, so that the next frame follows the last acknowledged one. */
  private afterFailure(error: unknown): void {
    this.options.log(
      'error',
      isDiskFull(error)
        ? 'the disk of the spool is full; requests are turned away until there is room'
        : `the spool cannot be written: ${(error as Error).message}`,
    );
    closeSync(this.fd);
    repairSegment(this.options.folder, segmentName(this.last.start));
    this.fd = openSync(this.path(this.last), 'a');
  }

  private roll(): void {
    closeSync(this.fd);
    this.segments.push({ start: this.end, size: 0 });
    this.fd = openSync(this.path(this.last), 'a');
    this.syncFolder();
  }

  private recover(): void {
    const { folder, log } = this.options;
    const starts = readdirSync(folder)
      .flatMap((name) => segmentStart(name) ?? [])
      .sort((a, b) => a - b);
    for (const start of starts) {
      const isLast = start === starts.at(-1);
      const { size, repair } = isLast
        ? repairSegment(folder, segmentName(start))
        : { size: statSync(join(folder, segmentName(start))).size, repair: 'whole' };
      if (repair === 'damaged')
        log('error', `segment ${segmentName(start)} is damaged; what follows the damage was moved aside as *.damaged`);
      this.segments.push({ start, size });
    }
    if (this.segments.length === 0) this.segments.push({ start: this.acknowledged, size: 0 });
    // Never give out positions again that core may have seen: it would take new events for old ones.
    if (this.end < this.acknowledged) this.segments.push({ start: this.acknowledged, size: 0 });
  }

  private readOrMakeId(): string {
    const path = join(this.options.folder, 'log-id');
    if (!existsSync(path)) writeFileSync(path, randomUUID());
    return readFileSync(path, 'utf8').trim();
  }

  private readCheckpoint(): number {
    const path = join(this.options.folder, 'checkpoint');
    return existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  }

  private path({ start }: Segment): string {
    return join(this.options.folder, segmentName(start));
  }

  /** A new file's name is durable only when its folder is synced. */
  private syncFolder(): void {
    const fd = openSync(this.options.folder, 'r');
    fsyncSync(fd);
    closeSync(fd);
  }
}

const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes((error as { code?: string }).code ?? '');
