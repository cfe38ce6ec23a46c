import { describe, expect, it } from '@jest/globals';
import { DAY, HOUR } from '../time/zone.js';
import { ClockGuard } from './guard.js';

const START = Date.parse('2026-06-01T00:00:00Z');

function machine(last?: number) {
  const at = { wall: START, monotonic: 7 };
  const guard = new ClockGuard({ wall: () => at.wall, monotonic: () => at.monotonic }, last);
  const pass = (ms: number) => {
    at.wall += ms;
    at.monotonic += ms;
    return guard.now();
  };
  return { at, guard, pass };
}

describe('the platform’s time', () => {
  it('is the wall clock’s, which time servers correct and which passes a night of a sleeping machine', () => {
    const { at, guard, pass } = machine();
    expect(pass(HOUR)).toBe(START + HOUR);
    at.wall -= 9 * 60_000;
    expect([guard.state, guard.now()]).toEqual(['right', at.wall]);
    at.wall += 23 * HOUR;
    expect([guard.state, guard.now()]).toEqual(['right', at.wall]);
  });

  it.each([
    [400 * DAY, 'ahead'],
    [-HOUR, 'behind'],
  ])('goes on as it went when the wall clock jumps by %d ms, until that is back', (jump, state) => {
    const { at, guard, pass } = machine();
    pass(HOUR);
    at.wall += jump;
    expect([guard.state, guard.now()]).toEqual([state, START + HOUR]);
    expect(pass(5_000)).toBe(START + HOUR + 5_000);
    at.wall -= jump;
    expect([guard.state, guard.now()]).toEqual(['right', START + HOUR + 5_000]);
  });

  it('is what the wall clock says once somebody agrees', () => {
    const { at, guard, pass } = machine();
    at.wall += 400 * DAY;
    guard.agree();
    expect([guard.state, guard.now()]).toEqual(['right', START + 400 * DAY]);
    expect(pass(1_000)).toBe(START + 400 * DAY + 1_000);
  });

  it.each([
    [2 * DAY, 'right', START],
    [31 * DAY, 'right', START],
    [32 * DAY, 'ahead', START - 32 * DAY],
    [-60_000, 'right', START],
    [-HOUR, 'behind', START + HOUR],
  ])('after a stop of %d ms by the wall clock it is %s', (stop, state, now) => {
    const { guard } = machine(START - stop);
    expect([guard.state, guard.now()]).toEqual([state, now]);
  });
});
