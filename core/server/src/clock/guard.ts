import { DAY } from '../time/zone.js';

/** What this process can read: the wall clock, which people set, and one that only goes on. Both in milliseconds. */
export interface TwoClocks {
  wall: () => number;
  monotonic: () => number;
}

export const CLOCK_LIMITS = {
  /** More than this at once is no night of a sleeping machine. */
  ahead: DAY,
  /** Corrections by time servers are smaller. */
  behind: 10 * 60_000,
  /** A stop of the platform; whoever was off for longer says so. */
  stop: 31 * DAY,
} as const;

export type ClockState = 'right' | 'ahead' | 'behind';

/**
 * The platform's time. As long as the wall clock goes as the monotonic one does, it is the wall clock's; when that jumps
 * by more than a bound, time goes on as it went, until the wall clock is back or somebody agrees to what it says: moves
 * and sessions that a jump would end by the thousand wait for a person.
 */
export class ClockGuard {
  private anchor: { wall: number; monotonic: number };

  constructor(
    private readonly clocks: TwoClocks,
    /** The platform's time when it last ran, where it ever did. */
    last?: number,
  ) {
    const wall = clocks.wall();
    const gap = last === undefined ? 0 : wall - last;
    const isStop = gap <= CLOCK_LIMITS.stop && gap >= -CLOCK_LIMITS.behind;
    this.anchor = { wall: isStop ? wall : last!, monotonic: clocks.monotonic() };
  }

  readonly now = (): number => {
    const { wall, expected } = this.read();
    if (stateOf(wall - expected) !== 'right') return expected;
    this.anchor = { wall, monotonic: this.clocks.monotonic() };
    return wall;
  };

  get state(): ClockState {
    const { wall, expected } = this.read();
    return stateOf(wall - expected);
  }

  /** What the wall clock says, and what it would if it had gone on as before. */
  read(): { wall: number; expected: number } {
    const { anchor, clocks } = this;
    return { wall: clocks.wall(), expected: Math.floor(anchor.wall + clocks.monotonic() - anchor.monotonic) };
  }

  /** The wall clock is right: somebody says so. */
  agree(): void {
    this.anchor = { wall: this.clocks.wall(), monotonic: this.clocks.monotonic() };
  }
}

const stateOf = (drift: number): ClockState =>
  drift > CLOCK_LIMITS.ahead ? 'ahead' : drift < -CLOCK_LIMITS.behind ? 'behind' : 'right';
