import { describe, expect, it } from '@jest/globals';
import { lotLength, lotName, waitsFor } from './lot.js';
import { switchBatches } from './switch.batches.js';

const delivery = (seq: number) => ({
  seq,
  delivery_id: `d${seq}`,
  profile: 9,
  at: 0,
  destination: 'x',
  status: 'sent',
  detail: '',
});

describe('copies that take the place of old rows', () => {
  const deliveries = Array.from({ length: 5_001 }, (_, seq) => delivery(seq));
  const batches = switchBatches({ rows: { deliveries }, from: [1, 2], to: [9], revision: 5 });

  it('stand between two barriers, in pieces', () => {
    expect(batches.map(({ barrier, rows }) => [barrier, rows])).toEqual([
      [1, 1],
      [0, 5_000],
      [0, 1],
      [4, 3],
    ]);
  });

  it('count for nothing before they are there, and flip with a higher revision', () => {
    const marks = (at: number) =>
      (JSON.parse(batches.at(at)!.payload) as { voided: string }).voided
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
    expect(marks(0)).toEqual([{ number: 9, is_void: 1, revision: 5 }]);
    expect(marks(-1)).toEqual([
      { number: 9, is_void: 0, revision: 6 },
      { number: 1, is_void: 1, revision: 6 },
      { number: 2, is_void: 1, revision: 6 },
    ]);
  });

  it('the last barrier waits while one of its own batches is refused, and for nobody else', () => {
    const flip = lotName(13, 13, 'n', 4);
    expect(waitsFor(flip, [lotName(11, 11, 'n')])).toBe(true);
    expect(waitsFor(flip, [lotName(3, 5, 'n'), lotName(14, 14, 'n'), flip])).toBe(false);
    expect(waitsFor(lotName(13, 13, 'n'), [lotName(11, 11, 'n')])).toBe(false);
  });

  it('a barrier is alone in its lot, and what is before it goes before it', () => {
    const sizes = batches.map(({ rows, bytes, barrier }, at) => ({ id: at, rows, bytes, is_barrier: barrier || null }));
    expect(lotLength(sizes)).toBe(1);
    expect(lotLength(sizes.slice(1))).toBe(2);
    expect(lotLength(sizes.slice(3))).toBe(1);
  });
});
