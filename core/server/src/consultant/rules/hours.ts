import type { WorkingHours } from '@perennial/contract';
import { HOUR, type Zone } from '../../time/zone.js';

const MINUTE = HOUR / 60;
/** Whoever works one day a week still has working time within so many days. */
const FAR_DAYS = 400;

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/** The working time of the calendar day that holds the instant. */
function windowOf({ days, from, to }: WorkingHours, at: number, zone: Zone): { from: number; to: number } | undefined {
  if (!days.includes(zone.weekdayOf(at))) return undefined;
  const start = zone.startOf(zone.dayOf(at));
  return { from: start + minutesOf(from) * MINUTE, to: start + minutesOf(to) * MINUTE };
}

export function isWithin(hours: WorkingHours | undefined, at: number, zone: Zone): boolean {
  if (!hours) return true;
  const window = windowOf(hours, at, zone);
  return window !== undefined && at >= window.from && at < window.to;
}

/** The instant at which so many minutes of working time have passed: a night is nobody's delay. */
export function dueAt(given: number, minutes: number, hours: WorkingHours | undefined, zone: Zone): number {
  let left = minutes * MINUTE;
  if (!hours) return given + left;
  const first = zone.dayOf(given);
  for (let day = first; day < first + FAR_DAYS; day++) {
    const window = windowOf(hours, zone.startOf(day), zone);
    const begin = Math.max(given, window?.from ?? Infinity);
    if (!window || begin >= window.to) continue;
    if (begin + left <= window.to) return begin + left;
    left -= window.to - begin;
  }
  return given + minutes * MINUTE;
}
