import { instantOfWall, isInHistory, readEpochMs, readOffset, wallOf, ZoneOffsets } from '@perennial/contract';
import type { TimeFormat } from './mapping.js';

const DAY = 86_400_000;
/** Day 0 of spreadsheets that count 1900 as a leap year: what all of them do. */
const EXCEL_ZERO = Date.UTC(1899, 11, 30);

/** Reads the times of one column; what the platform takes from nobody (decision 29), it takes from no file either. */
export class TimeReader {
  private readonly zone: ZoneOffsets;

  constructor(
    private readonly kind: TimeFormat,
    timeZone: string,
  ) {
    this.zone = new ZoneOffsets(timeZone);
  }

  /** Epoch ms, or undefined when the text is not of the format. */
  read(text: string): number | undefined {
    const cell = text.trim();
    const at = this.instantIn(cell);
    return at !== undefined && isInHistory(at) ? at : undefined;
  }

  private instantIn(cell: string): number | undefined {
    if (this.kind === 'epoch-s') return /^\d{9,10}(\.\d+)?$/.test(cell) ? Number(cell) * 1000 : undefined;
    if (this.kind === 'epoch-ms') return readEpochMs(cell);
    const [clock, offset] = this.kind === 'iso' ? partOffset(cell) : [cell, undefined];
    const wall = this.kind === 'excel-serial' ? serial(clock) : wallClock(clock);
    if (wall === undefined) return undefined;
    return offset === undefined ? instantOfWall(wall, this.zone) : wall - offset;
  }
}

/** `2026-11-23T15:04:05+08:00` as the clock's text and ms of offset; without one the zone of the mapping counts. */
function partOffset(cell: string): [string, number | undefined] {
  const match = /^(\S+[T ]\S+?)(Z|[+-]\d{2}:?\d{2})$/.exec(cell);
  return match ? [match[1]!, readOffset(match[2]!) ?? NaN] : [cell, undefined];
}

const serial = (cell: string): number | undefined =>
  /^\d{4,6}(\.\d+)?$/.test(cell) ? EXCEL_ZERO + Math.round(Number(cell) * DAY) : undefined;

const CLOCK = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?$/;

/** `2026-11-23 15:04:05`, `2026/11/23 15:04`, `2026-11-23`: the clock as if it were UTC. */
function wallClock(cell: string): number | undefined {
  const match = CLOCK.exec(cell);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as Clock;
  return wallOf(year, month, day, hour, minute, second, match[7]);
}

type Clock = [number, number, number, number, number, number];
