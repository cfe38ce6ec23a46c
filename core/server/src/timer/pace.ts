/** How long timers hold the one turn that changes profiles: short while events are arriving, longer while none do. */
const TURN_MS = { busy: 20, calm: 100 };
/**
 * So many times as long as the turn took, the next one is left to events that are waiting, at most: on a machine that can
 * hardly keep up with them, what is due is late rather than they.
 */
const REST = 10;
const LEAST = 25;
/** Sizes are multiples of it, so that there are few different statements. */
const STEP = 25;
const MOST = 2_000;
/** Events that arrived so long ago still count as arriving: they come in bursts. */
const BUSY_MS = 1_000;

/** What timers have just done, and whether events were waiting meanwhile. */
export interface TurnTaken {
  people: number;
  ms: number;
  isBusy: boolean;
  /** Milliseconds by a clock that never goes back. */
  at: number;
}

/** How many people the next turn takes and how long the pause before it is, so that timers by the million hold up nobody. */
export class Pace {
  private busyAt = -Infinity;
  people = 100;

  /** Gives the milliseconds that those who wait may have, at most. */
  took({ people, ms, isBusy, at }: TurnTaken): number {
    if (isBusy) this.busyAt = at;
    const isCalm = at - this.busyAt > BUSY_MS;
    const fitting = (people / Math.max(ms, 1)) * (isCalm ? TURN_MS.calm : TURN_MS.busy);
    // Not more than twice as many at once: a short turn may have been luck.
    this.people = Math.max(LEAST, STEP * Math.floor(Math.min(MOST, 2 * this.people, fitting) / STEP));
    return isCalm ? 0 : Math.ceil(ms * REST);
  }
}
