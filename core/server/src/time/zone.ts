import { dayText, ZoneOffsets } from '@perennial/contract';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Calendar days of one time zone as whole numbers (days since 1970-01-01 by the wall clock there). */
export class Zone {
  readonly offsets: ZoneOffsets;

  constructor(readonly name: string) {
    this.offsets = new ZoneOffsets(name);
  }

  /** The calendar day that holds the instant. */
  dayOf(at: number): number {
    return Math.floor((at + this.offsets.at(at)) / DAY);
  }

  /** The first instant of the calendar day. */
  startOf(day: number): number {
    const guess = day * DAY - this.offsets.at(day * DAY);
    return day * DAY - this.offsets.at(guess);
  }

  /** The hour on the wall, 0 to 23. */
  hourOf(at: number): number {
    return Math.floor((at + this.offsets.at(at)) / HOUR) - this.dayOf(at) * 24;
  }

  /** 1 (Monday) to 7; 1970-01-01, day 0, was a Thursday. */
  weekdayOf(at: number): number {
    return ((((this.dayOf(at) + 3) % 7) + 7) % 7) + 1;
  }

  /** `2026-11-23 14:05:09` */
  wallOf(at: number): string {
    return new Date(at + this.offsets.at(at)).toISOString().slice(0, 19).replace('T', ' ');
  }

  /** `2026-11-23` */
  dateOf(at: number): string {
    return dayText(this.dayOf(at));
  }
}
