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
    if (this.kind === 'iso') return finite(/^\d{4}-\d{2}-\d{2}/.test(cell) ? Date.parse(cell) : Number.NaN);
    if (this.kind === 'epoch-s') return /^\d{9,10}(\.\d+)?$/.test(cell) ? Number(cell) * 1000 : undefined;
    if (this.kind === 'epoch-ms') return /^\d{12,13}$/.test(cell) ? Number(cell) : undefined;
    const wall = this.kind === 'excel-serial' ? serial(cell) : wallClock(cell);
    return wall === undefined ? undefined : this.instantOf(wall);
  }

  /** A wall clock's reading as an instant; one that a summer time skips or repeats gives the later reading. */
  private instantOf(wall: number): number {
    const guess = wall - this.offsetAt(wall);
    return wall - this.offsetAt(guess);
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

const finite = (instant: number): number | undefined => (Number.isNaN(instant) ? undefined : instant);

const serial = (cell: string): number | undefined =>
  /^\d{4,6}(\.\d+)?$/.test(cell) ? EXCEL_ZERO + Math.round(Number(cell) * DAY) : undefined;

/** `2026-11-23 15:04:05`, `2026/11/23 15:04`, `2026-11-23`: the clock as if it were UTC. */
function wallClock(cell: string): number | undefined {
  const match = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(cell);
  if (!match) return undefined;
  const [year, month, day, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part))) as number[];
  const wall = Date.UTC(year!, month! - 1, day, hour, minute, second);
  // 2026-02-30 is no day.
  return new Date(wall).getUTCDate() === day && month! <= 12 && hour < 24 && minute < 60 && second < 60
    ? wall
    : undefined;
}
