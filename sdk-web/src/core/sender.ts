import { createDelivery, type Delivery, type DeliveryParts } from './delivery.js';
import { BATCH, BEACON_BYTES, REQUEST_BYTES } from './limits.js';
import type { Turn } from './ports.js';
import type { Queue } from './queue.js';

export interface SenderParts extends DeliveryParts {
  /** Absent where nobody else uses the queue. */
  turn: Turn | undefined;
  /** Whether events wait for the visitor's consent. */
  isHeld: () => boolean;
  onError: (error: unknown) => void;
}

export interface Sender {
  /** Sends in so many milliseconds, or earlier when an earlier call said so. */
  schedule: (ms: number) => void;
  flush: () => Promise<void>;
  /** The page may be gone in a moment: what this tab made is handed to the platform. */
  leave: () => void;
  /** The network is back, or the page is: no reason to wait any longer. */
  wake: () => void;
  close: () => void;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 300_000;
const LOOK_AGAIN_MS = 2000;
/** Room in a request for what stands around the events. */
const FRAME_BYTES = 1024;

/** Empties the queue toward the collector: one request at a time, again and slower when nobody answers. */
export function createSender(parts: SenderParts): Sender {
  const { queue, now, turn } = parts;
  const delivery = createDelivery(parts);
  let failures = 0;
  let inFlight: string[] = [];
  let isClosed = false;
  let sending: Promise<void> | undefined;
  const alarm = createAlarm(now, () => void flush());
  const isIdle = () => isClosed || parts.isHeld();
  const schedule = (ms: number) => {
    if (!isClosed) alarm.set(Math.max(ms, delivery.askedPause()));
  };
  const sendAll = async (look: () => string[]) => {
    while (!isIdle()) {
      const taken = queue.take(delivery.most(), REQUEST_BYTES - FRAME_BYTES, look());
      if (taken.keys.length === 0) return;
      inFlight = taken.keys;
      await delivery.post(taken);
      failures = 0;
    }
  };
  const attempt = async () => {
    if (isIdle()) return;
    if (delivery.askedPause() > 0) return schedule(0);
    // What others have just made is theirs to send: a tab that sends it too meets them on the way.
    await sendAll(turn ? queue.own : queue.keys);
    if (turn && queue.orphans().length > 0) await turn.take(() => sendAll(queue.orphans));
    if (queue.size() > 0) schedule(LOOK_AGAIN_MS);
  };
  const failed = (error: unknown) => {
    parts.onError(error);
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures++);
    schedule(pause * (0.5 + Math.random() / 2));
  };
  const ended = () => {
    inFlight = [];
    sending = undefined;
  };
  const flush = () => (sending = sending || attempt().catch(failed).then(ended));
  const leave = () => {
    if (!parts.transport.beacon) return void flush();
    // Where the collector does not answer, what is stored is safer where it lies.
    const isRisky = failures > 0 || delivery.askedPause() > 0;
    const isFree = (key: string) => !inFlight.includes(key) && (!isRisky || parts.vault.isVolatile(key));
    if (!isIdle()) handOver(delivery, queue, queue.own().filter(isFree));
  };
  const wake = () => {
    failures = 0;
    schedule(0);
  };
  const close = () => {
    isClosed = true;
    alarm.clear();
  };
  return { schedule, flush, leave, wake, close };
}

/** In pieces that a browser takes; what it does not take stays. */
function handOver(delivery: Delivery, queue: Queue, keys: string[]): void {
  for (let rest = keys; rest.length > 0;) {
    const taken = queue.take(BATCH, BEACON_BYTES, rest);
    if (taken.keys.length === 0 || !delivery.beacon(taken)) return;
    rest = rest.filter((key) => !taken.keys.includes(key));
  }
}

/** One timer that only ever moves forward. */
function createAlarm(now: () => number, ring: () => void): { set: (ms: number) => void; clear: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = 0;
  const clear = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const set = (ms: number) => {
    if (timer !== undefined && due <= now() + ms) return;
    clear();
    due = now() + ms;
    timer = setTimeout(() => {
      timer = undefined;
      ring();
    }, ms);
  };
  return { set, clear };
}
