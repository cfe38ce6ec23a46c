import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

describe('the pace of timers', () => {
  /** A machine that deals with ten people a millisecond. */
  const after = (turns: { isBusy: boolean; at: number }[], rate = 10) => {
    const pace = new Pace();
    const rests = turns.map((turn) => pace.took({ people: pace.people, ms: pace.people / rate, ...turn }));
    return { people: pace.people, rest: rests.at(-1) };
  };
  const times = (count: number, isBusy: boolean, from = 0) =>
    Array.from({ length: count }, (_, i) => ({ isBusy, at: from + i }));

  it('grows to turns of a tenth of a second while nothing arrives, without a pause', () => {
    expect(after(times(10, false))).toEqual({ people: 1_000, rest: 0 });
    expect(after(times(10, false), 100).people).toBe(2_000);
  });

  it('keeps to short turns, and leaves ten times as long to events, while they arrive, and for a second after', () => {
    expect(after(times(10, true))).toEqual({ people: 200, rest: 200 });
    expect(after([...times(10, true), ...times(5, false, 500)])).toEqual({ people: 200, rest: 200 });
    expect(after([...times(10, true), ...times(5, false, 1_100)])).toEqual({ people: 1_000, rest: 0 });
  });

  it('goes on a little at a time on a machine that is slow', () => {
    expect(after(times(5, true), 0.1).people).toBe(25);
  });
});
