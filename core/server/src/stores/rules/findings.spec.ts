import { expect, it } from '@jest/globals';
import { missingBlocks, notReturned, partsDetached, rowsMissing } from './findings.js';

it('finds blocks that lack what has landed, and is content with more', () => {
  const landed = new Map([
    [2, 10],
    [0, 65_536],
    [1, 7],
  ]);
  const present = new Map([
    [0, 65_536],
    [1, 9],
    [2, 4],
  ]);
  expect(missingBlocks(landed, present)).toEqual([{ block: 2, landed: 10, present: 4 }]);
  expect(missingBlocks(landed, new Map())).toHaveLength(3);
});

it('says how much is missing, where, and what to do', () => {
  expect(rowsMissing([{ block: 1, landed: 10, present: 4 }]).message).toMatch(/6 events .* 65536 to 131071/);
  const parts = Array.from({ length: 7 }, (_, n) => ({ table: 'events', name: `p${n}`, reason: 'broken' }));
  expect(partsDetached(parts).message).toMatch(/7 damaged parts .* events\/p4 and 2 more/);
  const back = { events: 9, missing: 3, received: { from: 'a', to: 'b' } };
  expect(notReturned({ from: 5, to: 8 }, back).message).toMatch(
    /of 9 events .* 5 to 8, 3 have not come again \(received a to b\)/,
  );
});
