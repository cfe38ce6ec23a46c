import { readFrame } from '@perennial/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Metrics } from '../../metrics.js';
import type { Log } from './log.js';
import { problemOf, SetBack, type Outlet } from './outlet.js';
import type { PairedRecord } from './paired-record.js';
import type { Lot } from './spool/lot.js';
import { checksum } from './spool/segment.js';
import type { Spool } from './spool/spool.js';
import type { Way } from './way.js';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
/** With pauses of up to five seconds: about once in five minutes. */
const TELL_EVERY = 60;
/** So often it is asked, while nothing is to be sent, whether the other side was put back to an older copy. */
const LOOK_MS = 10_000;

export interface ForwarderOptions {
  spool: Spool;
  outlet: Outlet;
  way: Way;
  record: PairedRecord;
  log: Log;
  metrics: Metrics;
}

/**
 * Carries the spool out in order, at least once: the checkpoint moves only by the other side's word. One lot is under way at
 * a time, because of two the second could be kept and the first not, and a position once passed is never gone back to.
 */
export class Forwarder {
  private wake: () => void = () => undefined;
  private failures = 0;
  private hasMet = false;
  private hasProven = false;
  /** Up to where the other side has said that the log is applied. */
  private known = 0;
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

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.options.outlet.close();
  }

  private async forwardNext(): Promise<void> {
    const { spool, outlet } = this.options;
    const lot = await spool.next(outlet.lotBytes);
    this.oldest = lot && receivedAtOf(lot);
    if (!this.hasMet) return this.meet();
    if (!lot) return this.sleepUntilMore();
    await this.send(lot);
    if (this.failures > 0) this.options.log('info', `${outlet.name} takes events again`);
    this.failures = 0;
  }

  private async send({ from, to, bytes }: Lot): Promise<void> {
    const { spool, outlet, way, metrics } = this.options;
    const began = performance.now();
    const position = await outlet.send({
      logId: spool.logId,
      from,
      to,
      after: way.after(from),
      known: this.known,
      bytes,
    });
    const seconds = (performance.now() - began) / 1000;
    if (!(position >= to)) throw new Error(`${outlet.name} took up to ${position} of ${to}`);
    spool.acknowledge(to);
    this.known = position;
    way.reached(position);
    metrics.observe('forward_seconds', seconds);
    metrics.count('forwarded_lots_total');
    metrics.count('forwarded_bytes_total', to - from);
  }

  /** Nothing can arrive between the look and the wait: both run in one turn of the event loop. */
  private async sleepUntilMore(): Promise<void> {
    const { spool } = this.options;
    if (spool.checkpoint < spool.end || this.stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.hasMet = false;
        resolve();
      }, LOOK_MS);
      this.wake = () => (clearTimeout(timer), resolve());
    });
  }

  private async meet(): Promise<void> {
    const { spool, outlet, way, record, log } = this.options;
    const { position, recordId } = await outlet.positionOf(spool.logId);
    const isSame = record.meet(recordId);
    if (!this.hasProven && spool.prove(position))
      log('info', 'the spool was restored from a backup; what is written since goes on as a new log');
    if (!this.hasProven) way.begin(position);
    this.hasProven = true;
    if (isSame && way.isDirect && position < spool.checkpoint) this.goBack(position);
    this.known = position;
    this.hasMet = true;
  }

  /** Nothing is lost by sending twice: what is applied is recognised. */
  private goBack(position: number): void {
    const { spool, outlet, log } = this.options;
    const { from, to } = spool.goBack(position);
    const text = `${outlet.name} was put back to an older copy; what it lacks is sent again as far as it is still here`;
    log('error', text, { from, to, gone: from - position });
  }

  private async failed(error: unknown): Promise<void> {
    if (this.stopping.signal.aborted) return;
    if (error instanceof SetBack) return void (this.hasMet = false);
    const { metrics, log, outlet } = this.options;
    metrics.count('forward_failures_total');
    // The other side being away for a while is ordinary: it is told when it begins, and then now and then.
    if (this.failures % TELL_EVERY === 0)
      log('error', `${outlet.name} does not take events; they wait in the spool`, { problem: problemOf(error) });
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.failures, 10));
    this.failures += 1;
    await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

function receivedAtOf({ bytes, from }: Lot): number | undefined {
  const read = readFrame(bytes, 0, from, checksum);
  return read.kind === 'frame' ? read.frame.header.receivedAt : undefined;
}
