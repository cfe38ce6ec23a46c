import type { TimeFormat } from './mapping.js';

const DAY = 86_400_000;
/** Day 0 of spreadsheets that count 1900 as a leap year: what all of them do. */
const EXCEL_ZERO = Date.UTC(1899, 11, 30);

/** Reads wall-clock times of one zone. Offsets are measured once per hour of history and remembered. */
export class TimeReader {
  private readonly offsets = new Map<number, number>();
  private readonly format: Intl.DateTimeFormat;

  constructor(
    private readonly kind: TimeFormat,
    timeZone: string,
  ) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Epoch ms, or undefined when the text is not of the format. */
  read(text: string): number | undefined {
    const cell = text.trim();
    if (this.kind === 'epoch-s') return /^\d{9,10}(\.\d+)?$/.test(cell) ? Number(cell) * 1000 : undefined;
    if (this.kind === 'epoch-ms') return /^\d{12,13}$/.test(cell) ? Number(cell) : undefined;
    const [clock, offset] = this.kind === 'iso' ? partOffset(cell) : [cell, undefined];
    const wall = this.kind === 'excel-serial' ? serial(clock) : wallClock(clock);
    if (wall === undefined) return undefined;
    return offset === undefined ? this.instantOf(wall) : wall - offset;
  }

  /**
   * A wall clock's reading as an instant: the first of two where the clock was put back, and as if it had not been put
   * forward where it was (as Temporal's `compatible` does).
   */
  private instantOf(wall: number): number {
    const [before, after] = [wall - this.offsetAt(wall - DAY), wall - this.offsetAt(wall + DAY)];
    const isShown = (instant: number) => instant + this.offsetAt(instant) === wall;
    return isShown(before) || !isShown(after) ? before : after;
  }

  private offsetAt(at: number): number {
    const hour = Math.floor(at / 3_600_000);
    const known = this.offsets.get(hour);
    if (known !== undefined) return known;
    const part = Object.fromEntries(
      this.format.formatToParts(hour * 3_600_000).map(({ type, value }) => [type, Number(value)]),
    );
    const offset =
      Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'], part['second']) -
      hour * 3_600_000;
    this.offsets.set(hour, offset);
    return offset;
  }
}

/** `2026-11-23T15:04:05+08:00` as the clock's text and ms of offset; without one the zone of the mapping counts. */
function partOffset(cell: string): [string, number | undefined] {
  const match = /^(\S+[T ]\S+?)(?:(Z)|([+-])(\d{2}):?(\d{2}))$/.exec(cell);
  if (!match) return [cell, undefined];
  const [, clock, zulu, sign, hours, minutes] = match;
  return [clock!, zulu ? 0 : Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000];
}

const serial = (cell: string): number | undefined =>
  /^\d{4,6}(\.\d+)?$/.test(cell) ? EXCEL_ZERO + Math.round(Number(cell) * DAY) : undefined;

const CLOCK = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?$/;

/** `2026-11-23 15:04:05`, `2026/11/23 15:04`, `2026-11-23`: the clock as if it were UTC. */
function wallClock(cell: string): number | undefined {
  const match = CLOCK.exec(cell);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as Clock;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(wall);
  // 2026-02-30 is no day, and 25:00 no hour: what the calendar gives back would differ.
  const isTrue = read.getUTCFullYear() === year && read.getUTCMonth() === month - 1 && read.getUTCDate() === day;
  return isTrue && hour < 24 && minute < 60 && second < 60 ? wall + milliseconds(match[7]) : undefined;
}

type Clock = [number, number, number, number, number, number];

const milliseconds = (fraction = ''): number => Number(fraction.padEnd(3, '0').slice(0, 3));
