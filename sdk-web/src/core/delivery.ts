import { BATCH } from './limits.js';
import type { Answer, Transport } from './ports.js';
import type { Queue, Taken } from './queue.js';
import { isoOf } from './text.js';
import type { Vault } from './vault.js';

export interface Counts {
  sent: number;
  /** Given up here: no room, too large, or a form that the collector can never take. */
  dropped: number;
  /** Taken by the collector and refused there, each with a reason. */
  refused: number;
  /** Whatever went wrong within the tracker and was kept from the page. */
  errors: number;
}

export interface DeliveryParts {
  queue: Queue;
  vault: Vault;
  transport: Transport;
  writeKey: string;
  counts: Counts;
  now: () => number;
  onSent: (count: number) => void;
  /** An event was refused; told, but no error of ours. */
  onRefused: (error: Error) => void;
}

export interface Delivery {
  /** Sends one request and draws the consequences; rejects when it must be sent again later. */
  post: (taken: Taken) => Promise<void>;
  beacon: (taken: Taken) => boolean;
  /** How many events the next request may hold. */
  most: () => number;
  /** How long the collector asked to be left alone: all tabs keep to it, and the next page too. */
  askedPause: () => number;
}

const LONGEST_ASKED_MS = 3_600_000;

export function createDelivery(parts: DeliveryParts): Delivery {
  const { queue, vault, transport, counts, now } = parts;
  // Each collector speaks for itself.
  const pause = `pause.${parts.writeKey}`;
  let most = BATCH;
  const frame = ({ texts }: Taken) =>
    `{"batch":[${texts.join(',')}],"sentAt":"${isoOf(now())}","writeKey":${JSON.stringify(parts.writeKey)}}`;
  const delivered = ({ keys }: Taken, refused: number) => {
    counts.sent += keys.length - refused;
    counts.refused += refused;
    queue.remove(keys);
    parts.onSent(keys.length - refused);
  };
  const settle = (taken: Taken, { status, retryAfter, errors = [] }: Answer) => {
    if (status === 400 || status === 413) {
      // One broken event must not take its neighbours with it: ever smaller requests find it.
      most = taken.keys.length >> 1;
      if (most > 0) return;
      counts.dropped += 1;
      queue.remove(taken.keys);
    } else if (status < 200 || status > 299) {
      if (retryAfter) vault.set(pause, String(now() + Math.min(retryAfter * 1000, LONGEST_ASKED_MS)));
      throw new Error(`HTTP ${status}`);
    } else {
      delivered(taken, errors.length);
      for (const { code, message } of errors) parts.onRefused(new Error(`${code}: ${message}`));
    }
    most = BATCH;
  };
  return {
    most: () => most,
    post: async (taken) => settle(taken, await transport.post(frame(taken))),
    beacon(taken) {
      const isTaken = transport.beacon!(frame(taken));
      if (isTaken) delivered(taken, 0);
      return isTaken;
    },
    askedPause() {
      const left = Number(vault.get(pause)) - now();
      return left > 0 && left <= LONGEST_ASKED_MS ? left : 0;
    },
  };
}
