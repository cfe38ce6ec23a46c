import { expect, it } from '@jest/globals';
import { en } from './en.js';
import { zh } from './zh.js';

it('says everything in both languages', () => {
  expect(Object.keys(en).toSorted((a, b) => a.localeCompare(b))).toEqual(
    Object.keys(zh).toSorted((a, b) => a.localeCompare(b)),
  );
  expect([...Object.values(en), ...Object.values(zh)].every((text) => text.trim().length > 0)).toBe(true);
});
