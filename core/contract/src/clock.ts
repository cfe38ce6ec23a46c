import { LIMITS, type Envelope } from './envelope.js';
import { isInHistory, readInstant } from './instant.js';
import type { JsonObject } from './json.js';
import type { Offsets } from './zone-offsets.js';

/**
 * The times that an event carries, as epoch milliseconds. Two families of clients name them differently:
 * - Segment's write `timestamp`, the device's clock at the act, and `sentAt`, the same clock at the sending;
 * - RudderStack's write `originalTimestamp` for the device's clock, and `timestamp` only where the caller stated a time.
 * So `timestamp` beside another `originalTimestamp` is the caller's own word, which no clock corrects (RudderStack's
 * server takes it as it is, too). Anything else was read from the device's clock.
 */
export interface Stamps {
  /** What the caller stated; no clock's error is in it. */
  stated?: number | undefined;
  /** The device's clock at the act. */
  acted?: number | undefined;
  /** The same clock at the sending. */
  sentAt?: number | undefined;
}

/** Undefined when one of them is there and no time. */
export function readStamps(raw: JsonObject | Envelope, zone: Offsets, batchSentAt?: unknown): Stamps | undefined {
  const [timestamp, original, sentAt] = [raw.timestamp, raw.originalTimestamp, raw.sentAt ?? batchSentAt].map((text) =>
    text === undefined || text === null ? undefined : (readInstant(text, zone) ?? NaN),
  );
  if (Number.isNaN(timestamp) || Number.isNaN(original) || Number.isNaN(sentAt)) return undefined;
  const isStated = timestamp !== undefined && original !== undefined && timestamp !== original;
  return isStated ? { stated: timestamp } : { acted: original ?? timestamp, sentAt };
}

/** What a device's clock is behind the server's by, as one request shows it: its transit is part of it. */
export const skewOf = (sentAt: number, receivedAt: number): number => receivedAt - sentAt;

/** A request that took so long or less says nothing of the device's clock: transit alone looks like that. */
export const TRANSIT_MS = 30_000;

/** The correction where nothing is known of the device but this one request. */
export const correctionOf = (skew: number): number => (skew >= 0 && skew <= TRANSIT_MS ? 0 : skew);

export interface Happened {
  at: number;
  /** The device's clock was set between act and sending, so that it only tells that the act was before its arrival. */
  isBounded?: true;
}

/** A device's two readings of one clock may be this far out of order: libraries take them by separate calls. */
const SLACK_MS = 1_000;

/**
 * When the act happened by the server's clock (epoch ms, never after `receivedAt`), or why nobody can tell. `correct`
 * gives what to add to the device's time; a constant error of its clock cancels out, as both of its stamps bear it.
 */
export function happenedAt(
  { stated, acted, sentAt }: Stamps,
  receivedAt: number,
  correct: (acted: number, skew: number) => number = (time, skew) => time + correctionOf(skew),
): Happened | 'future' | 'outside' {
  const time = stated ?? acted;
  if (time === undefined) return { at: receivedAt };
  if (stated !== undefined || sentAt === undefined) return before(time, receivedAt);
  if (time > sentAt + SLACK_MS) return setBetween(time, receivedAt);
  // An act that waited for years, sent by a clock far ahead: it is the sending that is wrong.
  const isFromFuture = sentAt > receivedAt + LIMITS.futureToleranceMs && time <= receivedAt;
  if (isFromFuture && sentAt - time > LIMITS.longestWaitMs) return { at: time };
  const at = Math.min(correct(time, skewOf(sentAt, receivedAt)), receivedAt);
  return isInHistory(at) ? { at } : 'outside';
}

const before = (time: number, receivedAt: number): Happened | 'future' =>
  time > receivedAt + LIMITS.futureToleranceMs ? 'future' : { at: Math.min(time, receivedAt) };

/** The clock was put back after the act, so that the two stamps are not of one clock. */
function setBetween(time: number, receivedAt: number): Happened | 'future' {
  if (time <= receivedAt) return { at: time };
  return time - receivedAt <= LIMITS.longestWaitMs ? { at: receivedAt, isBounded: true } : 'future';
}
