/** @jest-environment node */
import { describe, expect, it } from '@jest/globals';
import { EXPERIMENT_VIEWED, PAGE_DEFINITION_LIMITS } from '@perennial/contract';
import { checkDefinitions, LIMITS } from './definitions.js';
import { VIEWED } from './exposure.js';

const variations = [
  { key: 'a', weight: 5000 },
  { key: 'b', weight: 5000 },
];
const check = (given: unknown) => {
  const problems: string[] = [];
  const sheet = checkDefinitions(given, ({ message }) => void problems.push(message));
  const keys = [...sheet.experiments, ...sheet.holdOuts, ...sheet.flags].map(({ key }) => key);
  return { keys, problems };
};

it('the bounds and names of the page are those of the contract', () => {
  expect([LIMITS, VIEWED]).toEqual([PAGE_DEFINITION_LIMITS, EXPERIMENT_VIEWED]);
});

describe('definitions', () => {
  it('that are sound are taken', () => {
    const sound = {
      experiments: [
        {
          key: 'hero',
          name: '首页',
          unit: 'userId',
          salt: '2',
          share: 5000,
          variations,
          winner: 'b',
          exclusion: { group: 'g', from: 0, to: 5000 },
        },
        { key: 'price', variations, exclusion: { group: 'g', from: 5000, to: 10_000 }, traits: { city: ['上海'] } },
      ],
      holdOuts: [{ key: 'q4', share: 500, experiments: ['hero'] }],
      flags: [{ key: 'cart', on: 'x', share: 0 }],
    };
    expect(check(sound)).toEqual({ keys: ['hero', 'price', 'q4', 'cart'], problems: [] });
    expect(check({})).toEqual({ keys: [], problems: [] });
  });

  it.each([null, 'text', 3, []])('that are %j are none, and told', (given) => {
    expect(check(given)).toEqual({ keys: [], problems: ['STATE_DEFINITIONS_INVALID'] });
  });

  it.each([
    ['no object', 3],
    ['null', null],
    ['no key', { variations }],
    ['a long key', { key: 'x'.repeat(65), variations }],
    ['no variations', { key: 'x' }],
    ['variations of nothing', { key: 'x', variations: [null] }],
    ['no variation', { key: 'x', variations: [] }],
    ['weights short of everybody', { key: 'x', variations: [{ key: 'a', weight: 9999 }] }],
    [
      'half a person',
      {
        key: 'x',
        variations: [
          { key: 'a', weight: 9999.5 },
          { key: 'b', weight: 0.5 },
        ],
      },
    ],
    [
      'a weight below nothing',
      {
        key: 'x',
        variations: [
          { key: 'a', weight: 10_001 },
          { key: 'b', weight: -1 },
        ],
      },
    ],
    ['two variations of one key', { key: 'x', variations: [variations[0], variations[0]] }],
    ['a winner who did not run', { key: 'x', variations, winner: 'c' }],
    ['another unit', { key: 'x', variations, unit: 'email' }],
    ['a share beyond all', { key: 'x', variations, share: 10_001 }],
    ['an empty range', { key: 'x', variations, exclusion: { group: 'g', from: 5000, to: 5000 } }],
    ['traits that are no lists', { key: 'x', variations, traits: { city: '上海' } }],
    ['a range that another has', { key: 'x', variations, exclusion: { group: 'taken', from: 2000, to: 9000 } }],
    ['a key that another has', { key: 'sound', variations }],
  ])('with %s cost themselves alone', (_what, broken) => {
    const sound = { key: 'sound', variations, exclusion: { group: 'taken', from: 0, to: 2001 } };
    expect(check({ experiments: [sound, broken, { key: 'next', variations }] })).toEqual({
      keys: ['sound', 'next'],
      problems: ['STATE_DEFINITION_INVALID: experiments[1]'],
    });
  });

  it('beyond the bound are left out', () => {
    const flags = Array.from({ length: 202 }, (_, i) => ({ key: `f${i}` }));
    expect(check({ flags }).keys).toHaveLength(200);
    expect(check({ holdOuts: [{ key: 'x' }], flags: 'all' }).problems).toHaveLength(2);
  });
});
