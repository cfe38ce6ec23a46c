import { LOG_HEADERS, readFrame, type LogAnswer } from '@perennial/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Metrics } from '../../metrics.js';
import type { Log } from './log.js';
import type { Lot } from './spool/lot.js';
import { checksum } from './spool/segment.js';
import type { Spool } from './spool/spool.js';

const TIMEOUT_MS = 30_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
/** With pauses of up to five seconds: about once in five minutes. */
const TELL_EVERY = 60;

export interface ForwarderOptions {
  spool: Spool;
  coreUrl: string;
  secret: string;
  log: Log;
  metrics: Metrics;
}

/** Carries the spool to core in order, at least once: the checkpoint moves only by core's answer. */
export class Forwarder {
  private wake: () => void = () => undefined;
  private failures = 0;
  private hasMetCore = false;
  /** When the first request that waits was received; undefined while none does. */
  private oldest: number | undefined;
  private readonly stopping = new AbortController();

  constructor(private readonly options: ForwarderOptions) {
    options.spool.onAppend(() => this.wake());
  }

  /** Resolves after `stop`. */
  async run(): Promise<void> {
    while (!this.stopping.signal.aborted)
      try {
        await this.forwardNext();
      } catch (error) {
        await this.failed(error);
      }
  }

  /** How long the first request that waits has been waiting, in ms. */
  oldestAge(now: number): number {
    return this.oldest === undefined ? 0 : Math.max(0, now - this.oldest);
  }

  stop(): void {
    this.stopping.abort();
    this.wake();
  }

  private async forwardNext(): Promise<void> {
    const { spool, metrics } = this.options;
    const lot = await spool.next();
    this.oldest = lot && receivedAtOf(lot);
    if (!this.hasMetCore) return this.meetCore();
    if (!lot) return this.sleepUntilMore();
    const began = performance.now();
    const { position } = await this.send(lot);
    metrics.count('forward_seconds_total', (performance.now() - began) / 1000);
    metrics.count('forwarded_lots_total');
    if (!(position >= lot.to)) throw new Error(`core applied up to ${position} of ${lot.to}`);
    spool.acknowledge(lot.to);
    metrics.count('forwarded_bytes_total', lot.to - lot.from);
    if (this.failures > 0) this.options.log('info', 'core takes events again');
    this.failures = 0;
  }

  /** Nothing can arrive between the look and the wait: both run in one turn of the event loop. */
  private async sleepUntilMore(): Promise<void> {
    const { spool } = this.options;
    if (spool.checkpoint >= spool.end && !this.stopping.signal.aborted)
      await new Promise<void>((resolve) => (this.wake = resolve));
  }

  private async meetCore(): Promise<void> {
    const { position } = await this.ask({ method: 'GET' });
    if (!Number.isSafeInteger(position)) throw new Error('core answered no position');
    if (this.options.spool.prove(position))
      this.options.log('info', 'the spool was restored from a backup; what is written since goes on as a new log');
    this.hasMetCore = true;
  }

  private send({ from, bytes }: Lot): Promise<LogAnswer> {
    const headers = { 'content-type': 'application/octet-stream', [LOG_HEADERS.from]: String(from) };
    return this.ask({ method: 'POST', headers, body: bytes });
  }

  private async ask({ headers, ...request }: RequestInit): Promise<LogAnswer> {
    const { spool, coreUrl, secret } = this.options;
    const response = await fetch(`${coreUrl}/internal/v1/log`, {
      ...request,
      headers: { ...(headers as object), authorization: `Bearer ${secret}`, [LOG_HEADERS.logId]: spool.logId },
      signal: AbortSignal.any([this.stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok) throw new Error(whyRefused(response.status, await response.text()));
    return (await response.json()) as LogAnswer;
  }

  private async failed(error: unknown): Promise<void> {
    if (this.stopping.signal.aborted) return;
    this.options.metrics.count('forward_failures_total');
    // Core being away for a while is ordinary: it is told when it begins, and then now and then.
    if (this.failures % TELL_EVERY === 0)
      this.options.log('error', 'core does not take events; they wait in the spool', { problem: problemOf(error) });
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.failures, 10));
    this.failures += 1;
    await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

function receivedAtOf({ bytes, from }: Lot): number | undefined {
  const read = readFrame(bytes, 0, from, checksum);
  return read.kind === 'frame' ? read.frame.header.receivedAt : undefined;
}

const whyRefused = (status: number, text: string): string =>
  status === 401 || status === 403
    ? `core refuses the collector's secret (${status}); PERENNIAL_COLLECTOR_SECRET or the file collector.secret must be the same on both sides`
    : `core answered ${status}: ${text.slice(0, 200)}`;

/** `fetch failed` alone says nothing; the cause tells refused from unresolved. */
const problemOf = (error: unknown): string => {
  const { message, cause } = error as Error & { cause?: { code?: string } };
  return cause?.code ? `${message} (${cause.code})` : message;
};
