import type { Queue, Queued } from './queue.js';

const BATCH = 100;
const LONGEST_PAUSE_MS = 60_000;
/** Browsers refuse `keepalive` above 64 kB in flight. */
const KEEPALIVE_EVENTS = 20;

/** Empties the queue toward the collector: one request at a time, again and slower when nobody answers. */
export class Sender {
  readonly counts = { sent: 0, dropped: 0, errors: 0 };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sending: Promise<void> | undefined;
  private failures = 0;

  constructor(
    private readonly queue: Queue,
    private readonly url: string,
    private readonly writeKey: string,
  ) {}

  schedule(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, ms);
  }

  flush(): Promise<void> {
    this.sending ??= this.send()
      .catch(() => this.failed())
      .then(() => void (this.sending = undefined));
    return this.sending;
  }

  /** The last chance: the browser delivers a beacon after the page is gone. What it takes is removed. */
  beacon(): void {
    const { keys, events } = this.queue.take(BATCH);
    if (keys.length > 0 && navigator.sendBeacon?.(this.url, this.bodyOf(events))) this.queue.remove(keys);
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private async send(): Promise<void> {
    for (let { keys, events } = this.queue.take(BATCH); keys.length > 0; { keys, events } = this.queue.take(BATCH)) {
      // text/plain asks no preflight; the key is in the body.
      const answer = await fetch(this.url, {
        method: 'POST',
        body: this.bodyOf(events),
        headers: { 'content-type': 'text/plain' },
        keepalive: events.length < KEEPALIVE_EVENTS,
      });
      if (answer.status === 400 || answer.status === 413) this.counts.dropped += events.length;
      else if (!answer.ok) throw new Error(`the collector answered ${answer.status}`);
      else this.counts.sent += events.length;
      this.failures = 0;
      this.queue.remove(keys);
    }
  }

  private failed(): void {
    this.counts.errors += 1;
    this.failures += 1;
    this.schedule(Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** this.failures) * (0.5 + Math.random() / 2));
  }

  private bodyOf(events: Queued[]): string {
    return JSON.stringify({ batch: events, sentAt: new Date().toISOString(), writeKey: this.writeKey });
  }
}
