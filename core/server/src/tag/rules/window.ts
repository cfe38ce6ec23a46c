import type { Window } from '@perennial/contract';
import { HOUR, type Zone } from '../../time/zone.js';

const MINUTE = 60_000;

/** Buckets of a window at an instant, both ends inclusive; a bucket is a calendar day, an hour or a minute, counted. */
export interface Span {
  from: number;
  to: number;
}

/** A window that has borders in time; one that is absent holds everything in a single bucket. */
export type Unit = 'day' | 'hour' | 'minute';

export const unitOf = (window: Window): Unit => ('this' in window ? 'day' : window.unit);

/** The bucket that holds the instant. */
export function bucketOf(unit: Unit, at: number, zone: Zone): number {
  if (unit === 'day') return zone.dayOf(at);
  return Math.floor(at / (unit === 'hour' ? HOUR : MINUTE));
}

/** The first instant of a bucket. */
export function startOf(unit: Unit, bucket: number, zone: Zone): number {
  if (unit === 'day') return zone.startOf(bucket);
  return bucket * (unit === 'hour' ? HOUR : MINUTE);
}

/** The buckets that count at `now`. */
export function spanAt(window: Window, now: number, zone: Zone): Span {
  const current = bucketOf(unitOf(window), now, zone);
  if ('this' in window) return { from: firstDayOf(window.this, current), to: current };
  const to = current - (window.skip ?? 0);
  return { from: to - window.last + 1, to };
}

/** The bucket with whose beginning `bucket`, which counts now, counts no more. */
export function leavesWith(window: Window, bucket: number): number {
  return 'this' in window ? nextFirstDay(window.this, bucket) : bucket + window.last + (window.skip ?? 0);
}

/** The bucket with whose beginning `bucket`, which is too new, begins to count. */
export const entersWith = (window: Window, bucket: number): number =>
  'this' in window ? bucket : bucket + (window.skip ?? 0);

const DAY = 24 * HOUR;
type Period = Extract<Window, { this: string }>['this'];

/** The first calendar day of the period that holds `day`; 1970-01-01 (day 0) was a Thursday. */
function firstDayOf(period: Period, day: number): number {
  if (period === 'week') return day - ((((day + 3) % 7) + 7) % 7);
  const date = new Date(day * DAY);
  const month = { month: date.getUTCMonth(), quarter: Math.floor(date.getUTCMonth() / 3) * 3, year: 0 }[period];
  return Date.UTC(date.getUTCFullYear(), month, 1) / DAY;
}

function nextFirstDay(period: Period, day: number): number {
  const first = firstDayOf(period, day);
  const longest = { week: 7, month: 31, quarter: 92, year: 366 }[period];
  return firstDayOf(period, first + longest);
}
