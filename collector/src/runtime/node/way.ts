import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readState, syncFolder, writeState } from './state-file.js';

/** By which way a log goes to core, and what that means for the lots that follow a change of it. */
export interface Way {
  /** Called once the other side was met and has said how far it knows the log, before anything is sent. */
  begin(position: number): void;
  /** Up to where the log must be applied before a lot that begins at `from`. */
  after(from: number): number;
  /** The other side keeps the log up to here. */
  reached(position: number): void;
  /** Whether the other side's position alone says what it has: nothing lies on the way. */
  readonly isDirect: boolean;
}

const MARK = 'by-nats';

/** Every lot follows the one before it; that NATS was used is on the disk before NATS has anything. */
export class NatsWay implements Way {
  readonly isDirect = false;

  constructor(private readonly folder: string) {}

  begin(): void {
    writeState(join(this.folder, MARK), 'yes', { isSynced: true });
    syncFolder(this.folder);
  }

  after(from: number): number {
    return from;
  }

  reached(): void {}
}

/**
 * Straight to core. After NATS was used, a part of the log may still lie there: what is sent now must wait for it, or core
 * would take that part for applied. All that was handed to NATS lies before the checkpoint.
 */
export class HttpWay implements Way {
  private handedOver = 0;

  constructor(
    private readonly folder: string,
    private readonly checkpoint: () => number,
  ) {}

  get isDirect(): boolean {
    return this.handedOver === 0;
  }

  begin(position: number): void {
    if (readState(this.path) === undefined) return;
    this.handedOver = this.checkpoint();
    this.reached(position);
  }

  after(): number {
    return this.handedOver;
  }

  reached(position: number): void {
    if (this.handedOver > position || readState(this.path) === undefined) return;
    this.handedOver = 0;
    rmSync(this.path, { force: true });
  }

  private get path(): string {
    return join(this.folder, MARK);
  }
}
