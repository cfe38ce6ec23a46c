export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/**
 * Calendar days of one time zone as whole numbers (days since 1970-01-01 by the wall clock there). Offsets change on
 * the quarter hour at the earliest, so one measurement serves a quarter of an hour.
 */
export class Zone {
  private readonly format: Intl.DateTimeFormat;
  private readonly offsets = new Map<number, number>();

  constructor(readonly name: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** The calendar day that holds the instant. */
  dayOf(at: number): number {
    return Math.floor((at + this.offsetAt(at)) / DAY);
  }

  /** The first instant of the calendar day. */
  startOf(day: number): number {
    const guess = day * DAY - this.offsetAt(day * DAY);
    return day * DAY - this.offsetAt(guess);
  }

  /** The hour on the wall, 0 to 23. */
  hourOf(at: number): number {
    return Math.floor((at + this.offsetAt(at)) / HOUR) - this.dayOf(at) * 24;
  }

  /** 1 (Monday) to 7; 1970-01-01, day 0, was a Thursday. */
  weekdayOf(at: number): number {
    return ((((this.dayOf(at) + 3) % 7) + 7) % 7) + 1;
  }

  /** `2026-11-23` */
  dateOf(at: number): string {
    return new Date(this.dayOf(at) * DAY).toISOString().slice(0, 10);
  }

  private offsetAt(at: number): number {
    const quarter = Math.floor(at / (HOUR / 4));
    const known = this.offsets.get(quarter);
    if (known !== undefined) return known;
    if (this.offsets.size > 100_000) this.offsets.clear();
    const offset = this.measure(quarter * (HOUR / 4));
    this.offsets.set(quarter, offset);
    return offset;
  }

  private measure(at: number): number {
    const part = Object.fromEntries(this.format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'], part['second']) - at;
  }
}
