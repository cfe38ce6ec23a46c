import { expect, it } from '@jest/globals';
import { REFUSAL_CODES } from '@perennial/contract';
import { en } from './en.js';
import { zh } from './zh.js';

it('says everything in both languages', () => {
  expect(Object.keys(en).toSorted((a, b) => a.localeCompare(b))).toEqual(
    Object.keys(zh).toSorted((a, b) => a.localeCompare(b)),
  );
  expect([...Object.values(en), ...Object.values(zh)].every((text) => text.trim().length > 0)).toBe(true);
});

it('has words for every reason why an event is refused', () => {
  expect(REFUSAL_CODES.filter((code) => !(code in zh))).toEqual([]);
});
