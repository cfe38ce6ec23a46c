import { expect, it } from '@jest/globals';
import { BLOCK, byBlock } from './landed.js';

it('counts arrival numbers by block, also across its border', () => {
  const ranges = [
    { first: 1, events: 10 },
    { first: BLOCK - 3, events: 2 * BLOCK },
    { first: 20, events: 0 },
  ];
  expect([...byBlock(ranges)]).toEqual([
    [0, 13],
    [1, BLOCK],
    [2, BLOCK - 3],
  ]);
});
