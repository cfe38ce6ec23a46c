import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DeviceClocks } from './device-clocks.js';

const SECOND = 1_000;
const NOON = Date.parse('2026-06-01T12:00:00Z');

interface Request {
  /** Milliseconds between the request and the one before. */
  after: number;
  /** How long each of its acts had waited. */
  waits: number[];
  transit: number;
}

/** Acts of one device whose clock is wrong by a constant, as they arrive: requests may overtake each other. */
function arrive(error: number, requests: Request[]) {
  let sent = NOON;
  const acts = requests.flatMap(({ after, waits, transit }) => {
    sent += after;
    return waits.map((wait) => ({ happened: sent - wait, sent, receivedAt: sent + transit }));
  });
  const clocks = new DeviceClocks();
  return acts
    .toSorted((a, b) => a.receivedAt - b.receivedAt)
    .map((act) => {
      const skew = act.receivedAt - (act.sent + error);
      return { ...act, at: clocks.correct('d', act.happened + error, skew, act.receivedAt) };
    })
    .toSorted((a, b) => a.happened - b.happened);
}

const request = fc.record({
  after: fc.integer({ min: 0, max: 60 * SECOND }),
  waits: fc.array(fc.integer({ min: 0, max: 90 * SECOND }), { minLength: 1, maxLength: 4 }),
  transit: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 30 * SECOND })),
});
const DAY = 86_400 * SECOND;
const error = fc.oneof(fc.constant(0), fc.integer({ min: -90_000, max: 90_000 }), fc.integer({ min: -DAY, max: DAY }));

describe('the clock of one device', () => {
  it('keeps the order of its acts and their times within 30 s, however slow its requests are', () => {
    const holds = (wrong: number, requests: Request[]) =>
      arrive(wrong, requests).every(
        ({ at, happened, receivedAt }, i, acts) =>
          at >= (acts[i - 1]?.at ?? -Infinity) && at <= receivedAt && Math.abs(at - happened) <= 30 * SECOND,
      );
    fc.assert(fc.property(error, fc.array(request, { minLength: 1, maxLength: 30 }), holds), { numRuns: 1_000 });
  });

  it('an act whose upload took 8 s stays before the one made 3 s later', () => {
    const [first, second] = arrive(0, [
      { after: 0, waits: [0], transit: 8 * SECOND },
      { after: 3 * SECOND, waits: [0], transit: 50 },
    ]);
    expect(second!.at - first!.at).toBe(3 * SECOND);
  });

  it('a clock that is wrong by a day is put right to the transit of its fastest request', () => {
    const acts = arrive(DAY, [
      { after: 0, waits: [10 * SECOND], transit: 4 * SECOND },
      { after: 60 * SECOND, waits: [SECOND], transit: 100 },
      { after: 60 * SECOND, waits: [SECOND], transit: 20 * SECOND },
    ]);
    expect(acts.map(({ at, happened }) => at - happened)).toEqual([4 * SECOND, 1_100, 100]);
  });

  it('a clock that is set anew is measured anew', () => {
    const clocks = new DeviceClocks();
    expect(clocks.correct('d', NOON + DAY, -DAY, NOON)).toBe(NOON);
    expect(clocks.correct('d', NOON + SECOND, 100, NOON + SECOND + 100)).toBe(NOON + SECOND);
    expect(clocks.correct('d', NOON - DAY, DAY, NOON + 2 * SECOND)).toBe(NOON);
  });
});
