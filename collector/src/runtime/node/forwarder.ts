import { LOG_HEADERS, readFrame, type LogAnswer } from '@perennial/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import { checksum } from './spool/segment.js';
import type { Spool } from './spool/spool.js';

const READ_BYTES = 2 * 1024 * 1024;
/** About what core applies in one transaction; a frame may hold a whole batch. */
const MAX_FRAMES = 1_000;
const TIMEOUT_MS = 60_000;
const LONGEST_PAUSE_MS = 5_000;

export interface ForwarderOptions {
  spool: Spool;
  coreUrl: string;
  secret: string;
  log: (level: 'info' | 'error', message: string) => void;
}

/** Carries the spool to core in order, at least once: the checkpoint moves only by core's answer. */
export class Forwarder {
  private isStopped = false;
  private wake: () => void = () => undefined;
  private failures = 0;
  private readonly stopping = new AbortController();

  constructor(private readonly options: ForwarderOptions) {
    options.spool.onAppend(() => this.wake());
  }

  async run(): Promise<void> {
    while (!this.isStopped) {
      const { spool } = this.options;
      if (spool.checkpoint >= spool.end) await new Promise<void>((resolve) => (this.wake = resolve));
      else
        await this.forward().then(
          () => this.succeeded(),
          (error: unknown) => this.failed(error),
        );
    }
  }

  stop(): void {
    this.isStopped = true;
    this.stopping.abort();
    this.wake();
  }

  private async forward(): Promise<void> {
    const { spool, coreUrl, secret } = this.options;
    const from = spool.checkpoint;
    const body = await wholeFrames(spool, from);
    if (!body) return spool.setAside(from);
    const response = await fetch(`${coreUrl}/internal/v1/log`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/octet-stream',
        [LOG_HEADERS.logId]: spool.logId,
        [LOG_HEADERS.from]: String(from),
      },
      body: body as Uint8Array<ArrayBuffer>,
      signal: AbortSignal.any([this.stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok) throw new Error(`core answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
    const { position } = (await response.json()) as LogAnswer;
    spool.acknowledge(Math.max(position, from + body.length));
  }

  private succeeded(): void {
    if (this.failures > 0) this.options.log('info', 'core takes events again');
    this.failures = 0;
  }

  private async failed(error: unknown): Promise<void> {
    if (this.isStopped) return;
    this.failures += 1;
    // Core being away for a while is ordinary; it is told when it begins and then now and then.
    if (this.failures === 1 || this.failures % 60 === 0)
      this.options.log('error', `core does not take events: ${(error as Error).message}`);
    const pause = Math.min(LONGEST_PAUSE_MS, 50 * 2 ** Math.min(this.failures, 10));
    await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

/** The bytes of as many whole frames as fit; one that is larger than a read is read in full. Undefined: damage. */
async function wholeFrames(spool: Spool, from: number): Promise<Uint8Array | undefined> {
  for (let limit = READ_BYTES; ; limit *= 2) {
    const bytes = await spool.read(from, limit);
    const length = wholeLength(bytes);
    if (length > 0) return bytes.subarray(0, length);
    if (bytes.length < limit) return undefined;
  }
}

function wholeLength(bytes: Uint8Array): number {
  let end = 0;
  for (let frames = 0; frames < MAX_FRAMES && end < bytes.length; frames++) {
    const read = readFrame(bytes, end, 0, checksum);
    if (read.kind !== 'frame') break;
    end = read.frame.end;
  }
  return end;
}
