import { instantOfWall, UTC, type Offsets } from './zone-offsets.js';

/** What history can hold (`DateTime64(3)` of the warehouse); nothing that a shop is told of lies outside. */
const YEARS = { first: 1900, last: 2299 } as const;
const [FIRST, LAST] = [Date.UTC(YEARS.first, 0), Date.UTC(YEARS.last + 1, 0) - 1];
const DAY = 86_400_000;
const MOST_OFFSET_MINUTES = 14 * 60;

/** Whether history can hold the instant. */
export const isInHistory = (instant: number): boolean => instant >= FIRST && instant <= LAST;

const TEXT =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?([Zz]|[+-]\d\d(?::?\d\d)?))?)?$/;

/** As JavaScript writes it and nearly every client sends it, on a day that every month has: needs no second look. */
const PLAIN = /^(?:19|2[0-2])\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/**
 * Epoch milliseconds of an ISO 8601 text, or undefined when it is none: the one reader of times that clients, files and
 * callers of the API state. A day or an hour that no calendar has (`2026-02-30`, `24:00`), anything behind the time, and
 * years outside 1900 to 2299 are no times. A text without an offset is the reading of a wall clock of the zone.
 */
export function readInstant(text: unknown, zone: Offsets = UTC): number | undefined {
  if (typeof text !== 'string') return undefined;
  if (PLAIN.test(text)) return Date.parse(text);
  const part = TEXT.exec(text);
  if (!part) return undefined;
  const wall = wallOf(+part[1]!, +part[2]!, +part[3]!, +(part[4] ?? 0), +(part[5] ?? 0), +(part[6] ?? 0), part[7]);
  if (wall === undefined) return undefined;
  const offset = part[8] === undefined ? undefined : (readOffset(part[8]) ?? NaN);
  const instant = offset === undefined ? instantOfWall(wall, zone) : wall - offset;
  return isInHistory(instant) ? instant : undefined;
}

/** A wall clock's reading as if it were UTC; undefined where the calendar or the clock has none such. */
export function wallOf(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  fraction = '',
): number | undefined {
  if (year < YEARS.first || year > YEARS.last || month < 1 || month > 12 || day < 1 || day > daysIn(year, month))
    return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds(fraction));
}

/** Number of the day (days since 1970-01-01) that a text like `2026-11-24` writes, or undefined when it writes none. */
export function readDay(text: unknown): number | undefined {
  const part = typeof text === 'string' ? /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) : null;
  const wall = part ? wallOf(+part[1]!, +part[2]!, +part[3]!, 0, 0, 0) : undefined;
  return wall === undefined ? undefined : wall / DAY;
}

/** `2026-11-24` */
export const dayText = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/** Below it a number of milliseconds lies before March 1973: it was meant as seconds. */
const LEAST_MS = 1e11;

/**
 * Epoch milliseconds as other forms write them, as a number or in digits. Undefined for anything else: `true`, a list and
 * a number of seconds are no time, though JavaScript would make one of them.
 */
export function readEpochMs(value: unknown): number | undefined {
  const isDigits = typeof value === 'string' && /^\d{12,14}(?:\.\d+)?$/.test(value);
  const ms = isDigits ? Number(value) : value;
  return typeof ms === 'number' && ms >= LEAST_MS && isInHistory(ms) ? Math.floor(ms) : undefined;
}

const daysIn = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Milliseconds of `Z`, `+08`, `+0800` or `-05:30`; undefined where no zone is so far away. */
export function readOffset(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(3).replace(':', ''))];
  const total = hours * 60 + minutes;
  if (minutes > 59 || total > MOST_OFFSET_MINUTES) return undefined;
  return (text[0] === '-' ? -total : total) * 60_000;
}

const milliseconds = (fraction: string): number => Number(fraction.padEnd(3, '0').slice(0, 3));
