/** How far a zone's wall clock is ahead of UTC at an instant, in milliseconds. */
export interface Offsets {
  at(instant: number): number;
}

export const UTC: Offsets = { at: () => 0 };

/** Reads a wall clock as early as it can have shown the time anywhere. */
export const EARLIEST: Offsets = { at: () => 14 * 3_600_000 };

const QUARTER = 900_000;
const DAY = 86_400_000;
const MOST_KNOWN = 100_000;

/** Offsets change on the quarter hour at the earliest, so one measurement serves a quarter of an hour. */
export class ZoneOffsets implements Offsets {
  private readonly format: Intl.DateTimeFormat;
  private readonly known = new Map<number, number>();

  /** Throws a `RangeError` for what is no IANA name. */
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

  at(instant: number): number {
    const quarter = Math.floor(instant / QUARTER);
    const known = this.known.get(quarter);
    if (known !== undefined) return known;
    // Instants come from texts of anybody: what is remembered of them must have an end.
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    const offset = this.measure(quarter * QUARTER);
    this.known.set(quarter, offset);
    return offset;
  }

  private measure(at: number): number {
    const part = Object.fromEntries(this.format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'], part['second']) - at;
  }
}

/**
 * A wall clock's reading (as if it were UTC) as an instant: the first of two where the clock was put back, and as if it
 * had not been put forward where it was (as Temporal's `compatible` does).
 */
export function instantOfWall(wall: number, offsets: Offsets): number {
  const [before, after] = [wall - offsets.at(wall - DAY), wall - offsets.at(wall + DAY)];
  const isShown = (instant: number) => instant + offsets.at(instant) === wall;
  return isShown(before) || !isShown(after) ? before : after;
}
