import { expect, it } from '@jest/globals';
import { Assembly, type Part } from './assembly.js';
import { PARTITION, shareOf, SLOT, type LeaseRow } from './share.js';

const part = (from: number, length: number, rest = 0, message = `${from}`): Part<string> => ({
  logId: 'log',
  from,
  after: from,
  rest,
  bytes: new Uint8Array(length).fill(from),
  message,
});

it('joins pieces of a lot, and holds nothing of it before the last one came', () => {
  const sut = new Assembly<string>();
  expect(sut.add(part(10, 5, 7))).toBeUndefined();
  expect(sut.add(part(15, 4, 3))).toBeUndefined();
  expect(sut.add(part(19, 3))).toMatchObject({ from: 10, to: 22, after: 10, messages: ['10', '15', '19'] });
  expect(sut.add(part(22, 2))).toMatchObject({ from: 22, to: 24, messages: ['22'] });
});

it('forgets pieces that another beginning overtakes, and never joins across a hole', () => {
  const sut = new Assembly<string>();
  sut.add(part(10, 5, 7, 'first try'));
  sut.add(part(10, 5, 7, 'again'));
  expect(sut.add(part(15, 7))).toMatchObject({ from: 10, to: 22, messages: ['again', '15'] });
  sut.add(part(30, 5, 7));
  expect(sut.add(part(36, 6))).toMatchObject({ from: 36, after: 36, messages: ['36'] });
});

const leases = (holders: Record<string, string>, until = 100): LeaseRow[] =>
  Object.entries(holders).map(([name, holder]) => ({ name, holder, until }));

it('gives all partitions to one core, and halves to two, whoever came first', () => {
  const alone = shareOf([], 'a', 0, 8);
  expect(alone).toMatchObject({ slot: `${SLOT}0`, keep: [], drop: [], take: [0, 1, 2, 3, 4, 5, 6, 7] });
  const all = Object.fromEntries(alone.take.map((n) => [`${PARTITION}${n}`, 'a']));
  const two = leases({ [`${SLOT}0`]: 'a', [`${SLOT}1`]: 'b', ...all });
  expect(shareOf(two, 'a', 0, 8)).toMatchObject({ slot: `${SLOT}0`, keep: [0, 1, 2, 3], drop: [4, 5, 6, 7], take: [] });
  expect(shareOf(two, 'b', 0, 8)).toMatchObject({ slot: `${SLOT}1`, keep: [], take: [] });
  expect(shareOf(leases({ [`${SLOT}0`]: 'a', ...all }), 'b', 0, 8).slot).toBe(`${SLOT}1`);
});

it('takes over what a dead core held once its leases are over, and takes nothing as the ninth', () => {
  const dead = leases({ [`${SLOT}0`]: 'a', [`${PARTITION}0`]: 'a', [`${PARTITION}1`]: 'a' }, 50);
  expect(shareOf(dead, 'b', 60, 8)).toMatchObject({ slot: `${SLOT}0`, take: [0, 1, 2, 3, 4, 5, 6, 7] });
  const eight = leases(Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`${SLOT}${n}`, `c${n}`])));
  expect(shareOf(eight, 'late', 0, 8)).toEqual({ slot: undefined, keep: [], drop: [], take: [] });
});
