import { expect, it } from '@jest/globals';
import type { TagDefinition } from '@perennial/contract';
import { previewWithoutFew, withoutFew } from './few.js';

const definition = {
  valueType: 'text',
  values: [{ value: 'gold', title: { zh: '金', en: 'Gold' } }],
} as unknown as TagDefinition;

it('tells a viewer no value that fewer than five people have, but those that the definition names', () => {
  const values = { gold: 1, Shanghai: 5, 赵敏的备注: 4 };
  const history = { days: [{ day: '2026-03-01', people: 10, changes: 2, values }], drift: 0.1 };
  expect(withoutFew(history, definition)).toEqual({
    days: [{ day: '2026-03-01', people: 10, changes: 2, values: { gold: 1, Shanghai: 5 } }],
    drift: 0.1,
  });
});

it('nor in a preview', () => {
  const side = { people: 10, none: 1, values: ['gold', 'x'].map((value) => ({ value, people: 1 })) };
  const preview = {
    before: side,
    after: { people: 3, none: 0, bands: [] },
    gained: 0,
    lost: 0,
    changed: 0,
    examples: [],
    ms: 1,
  };
  expect(previewWithoutFew(preview, definition)).toMatchObject({
    before: { people: 10, values: [{ value: 'gold', people: 1 }] },
    after: { bands: [] },
  });
});
