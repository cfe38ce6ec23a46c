import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Log } from '../log.js';
import { syncFolder } from '../state-file.js';
import type { Segment } from './segment.js';

/** The two calls that put frames on a disk; a test gives ones that fail. */
export interface Disk {
  write(fd: number, parts: Uint8Array[]): Promise<{ bytesWritten: number }>;
  sync(fd: number): Promise<void>;
}

const nodeDisk: Disk = { write: promisify(fs.writev), sync: promisify(fs.fdatasync) };

/** The kernel takes at most 1,024 parts in one call. */
const CALL_PARTS = 1024;
/** So many requests at most wait for one sync; with the limit of a request's size, that bounds how long it takes. */
const GROUP_FRAMES = 4096;

interface Waiting {
  head: Uint8Array;
  body: Uint8Array;
  done: () => void;
  failed: (error: unknown) => void;
}

export interface GroupWriterOptions {
  /** The last one grows; new ones are added behind it. Never empty. */
  segments: Segment[];
  pathOf: (segment: Segment) => string;
  segmentBytes: number;
  log: Log;
  disk?: Disk;
  /** Whether the folder still belongs to this process; absent where nobody else can come to it. */
  isOurs?: () => boolean;
}

/**
 * Group commit: frames that arrive while the disk is busy are written and synced together, so that a thousand requests
 * cost one fdatasync. A segment's size grows only when its bytes are synced.
 */
export class GroupWriter {
  pendingBytes = 0;
  private fd: number;
  private waiting: Waiting[] = [];
  private flushing: Promise<void> | undefined;
  private isDirty = false;
  private hasFailed = false;
  private isOld = false;
  private readonly disk: Disk;

  constructor(private readonly options: GroupWriterOptions) {
    this.disk = options.disk ?? nodeDisk;
    this.fd = fs.openSync(options.pathOf(this.last), 'a');
  }

  /** Resolves when the frame is synced; rejects with the disk's error, and then nothing of the frame stays. */
  write(head: Uint8Array, body: Uint8Array): Promise<void> {
    this.pendingBytes += head.length + body.length;
    return new Promise((done, failed) => {
      this.waiting.push({ head, body, done, failed });
      this.flushing ??= this.flush();
    });
  }

  /** What is written from now on goes into a new segment, also where the last one is small. */
  turnOver(): void {
    this.isOld = this.last.size > 0;
    if (!this.flushing) this.makeReady();
  }

  /** Resolves when nothing waits any more, and closes the file. */
  async close(): Promise<void> {
    while (this.flushing) await this.flushing;
    if (this.isDirty && this.isOurs()) fs.ftruncateSync(this.fd, this.last.size);
    fs.closeSync(this.fd);
  }

  private get last(): Segment {
    return this.options.segments.at(-1)!;
  }

  private async flush(): Promise<void> {
    // What else arrived in this turn of the event loop joins the first group.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) await this.writeGroup(this.waiting.splice(0, GROUP_FRAMES));
    this.flushing = undefined;
  }

  private async writeGroup(group: Waiting[]): Promise<void> {
    const parts = group.flatMap(({ head, body }) => [head, body]);
    const size = sizeOf(parts);
    try {
      this.makeReady();
      this.isDirty = true;
      await this.writeAll(parts, size);
      await this.disk.sync(this.fd);
      // After the sync: what is ours still lies there for whoever takes the folder from now on.
      this.mustBeOurs();
      this.isDirty = false;
      this.last.size += size;
      this.tellRecovery();
      for (const { done } of group) done();
    } catch (error) {
      this.tellFailure(error as Error);
      for (const { failed } of group) failed(error);
    } finally {
      this.pendingBytes -= size;
    }
  }

  /** What a failed write left behind is cut off first, so that each frame follows the last durable one. */
  private makeReady(): void {
    this.mustBeOurs();
    if (this.isDirty) {
      fs.ftruncateSync(this.fd, this.last.size);
      this.isDirty = false;
    }
    if (this.isOld || this.last.size >= this.options.segmentBytes) this.roll();
  }

  private isOurs(): boolean {
    return this.options.isOurs?.() ?? true;
  }

  private mustBeOurs(): void {
    if (!this.isOurs()) throw new Error('another collector has taken the folder');
  }

  private roll(): void {
    const next = { start: this.last.start + this.last.size, size: 0 };
    const path = this.options.pathOf(next);
    const fd = fs.openSync(path, 'a');
    syncFolder(dirname(path));
    fs.closeSync(this.fd);
    this.fd = fd;
    this.options.segments.push(next);
    this.isOld = false;
  }

  private async writeAll(parts: Uint8Array[], size: number): Promise<void> {
    if (parts.length <= CALL_PARTS) return this.writeSome(parts, size);
    for (let at = 0; at < parts.length; at += CALL_PARTS) {
      const some = parts.slice(at, at + CALL_PARTS);
      await this.writeSome(some, sizeOf(some));
    }
  }

  /** The kernel may take less than it was given; the rest follows. */
  private async writeSome(parts: Uint8Array[], size: number): Promise<void> {
    const { bytesWritten } = await this.disk.write(this.fd, parts);
    if (bytesWritten === size) return;
    if (bytesWritten === 0) throw Object.assign(new Error('the disk took nothing'), { code: 'ENOSPC' });
    await this.writeSome([Buffer.concat(parts).subarray(bytesWritten)], size - bytesWritten);
  }

  private tellFailure(error: Error): void {
    if (!this.hasFailed)
      this.options.log('error', 'the spool cannot be written; requests are turned away until it can', {
        problem: error.message,
      });
    this.hasFailed = true;
  }

  private tellRecovery(): void {
    if (this.hasFailed) this.options.log('info', 'the spool can be written again');
    this.hasFailed = false;
  }
}

const sizeOf = (parts: Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);
