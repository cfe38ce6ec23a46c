/** @jest-environment node */
import { describe, expect, it } from '@jest/globals';
import { BUCKETS as CONTRACT_BUCKETS, type ExperimentDefinition, type HoldOut } from '@perennial/contract';
import { BUCKETS, bucketOf, decide, flagOf, type Person } from './assign.js';
import { murmur3 } from './murmur.js';

const IDS = 100_000;
const visitor = (i: number): Person => ({ anonymousId: murmur3(`v${i}`).toString(16).padStart(32, '0'), traits: {} });
const aTest = (more: Partial<ExperimentDefinition> = {}): ExperimentDefinition => ({
  key: 'hero',
  variations: [
    { key: 'a', weight: 5000 },
    { key: 'b', weight: 3000 },
    { key: 'c', weight: 2000 },
  ],
  ...more,
});
const dealt = (definition: ExperimentDefinition, person: Person, holdOuts: HoldOut[] = [], before = {}) =>
  decide(definition, holdOuts, person, before);
const chiSquare = (seen: number[], expected: number[]) =>
  seen.reduce((sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!, 0);

/** Published vectors of MurmurHash3_x86_32: seed, text, hash. */
const VECTORS: [number, string, number][] = [
  [0, '', 0],
  [1, '', 0x514e28b7],
  [0xffffffff, '', 0x81f16f39],
  [0, 'test', 0xba6bd213],
  [0, 'Hello, world!', 0xc0363e43],
  [0, 'The quick brown fox jumps over the lazy dog', 0x2e4ff723],
  [0x9747b28c, 'a', 0x7fa09ea6],
  [0x9747b28c, 'aa', 0x5d211726],
  [0x9747b28c, 'aaa', 0x283e0130],
  [0x9747b28c, 'aaaa', 0x5a97808a],
  [0x9747b28c, 'ππππππππ', 0xd58063c1],
];

describe('the hash', () => {
  it.each(VECTORS)('of seed %i and %j is the published one', (seed, text, hash) => {
    expect(murmur3(text, seed)).toBe(hash);
  });

  it('gives the buckets that the guide states', () => {
    expect([
      bucketOf('experiment', 'hero', 'u-1'),
      bucketOf('experiment', '首页', '会员-1'),
      bucketOf('hold-out', 'all', 'u-1'),
      bucketOf('exclusion', 'checkout', 'u-1'),
      bucketOf('flag', 'new-cart', 'u-1'),
      CONTRACT_BUCKETS,
    ]).toEqual([2149, 5439, 4026, 3747, 4673, BUCKETS]);
  });
});

describe('dealing', () => {
  const people = Array.from({ length: IDS }, (_, i) => visitor(i));

  it('fits the weights over 100,000 ids (chi-square, 2 degrees of freedom, p > 0.001), whatever the ids look like', () => {
    const shapes = [people, people.map((_, i) => ({ anonymousId: `u${i}`, traits: {} }))];
    for (const shape of shapes) {
      const seen = { a: 0, b: 0, c: 0 };
      for (const person of shape) seen[dealt(aTest(), person).variation as 'a']++;
      expect(chiSquare([seen.a, seen.b, seen.c], [50_000, 30_000, 20_000])).toBeLessThan(13.82);
    }
  });

  it('fills all buckets alike (100 cells of 100 buckets, p > 0.001)', () => {
    const cells = Array.from({ length: 100 }, () => 0);
    for (const { anonymousId } of people) cells[Math.floor(bucketOf('experiment', 'even', anonymousId!) / 100)]!++;
    expect(
      chiSquare(
        cells,
        cells.map(() => 1000),
      ),
    ).toBeLessThan(148.2);
  });

  it('of one experiment says nothing of another, nor of a hold-out (p > 0.001)', () => {
    const halves = [
      { key: 'a', weight: 5000 },
      { key: 'b', weight: 5000 },
    ];
    const table = [0, 0, 0, 0];
    const held = [0, 0, 0, 0];
    for (const person of people.slice(0, 40_000)) {
      const one = Number(dealt(aTest({ key: 'one', variations: halves }), person).variation === 'b');
      table[one * 2 + Number(dealt(aTest({ key: 'two', variations: halves }), person).variation === 'b')]!++;
      held[one * 2 + Number(bucketOf('hold-out', 'one', person.anonymousId!) < 5000)]!++;
    }
    for (const cells of [table, held]) expect(chiSquare(cells, [10_000, 10_000, 10_000, 10_000])).toBeLessThan(16.27);
  });

  it('is stable: the same person, asked again, in any order', () => {
    const answers = people.slice(0, 1000).map((person) => dealt(aTest(), person).variation);
    const again = people
      .slice(0, 1000)
      .toReversed()
      .map((person) => dealt(aTest(), person).variation);
    expect(again.toReversed()).toEqual(answers);
  });

  it('a larger share moves nobody who took part', () => {
    const counts = { kept: 0, moved: 0, grown: 0 };
    for (const person of people.slice(0, 10_000)) {
      const small = dealt(aTest({ share: 1000 }), person).variation;
      const large = dealt(aTest({ share: 5000 }), person).variation;
      if (small !== undefined) counts[small === large ? 'kept' : 'moved']++;
      else if (large !== undefined) counts.grown++;
    }
    expect(counts).toEqual({ kept: expect.any(Number), moved: 0, grown: expect.any(Number) });
    expect([Math.round(counts.kept / 500), Math.round(counts.grown / 500)]).toEqual([2, 8]);
  });

  it('the weights hold within a share, too', () => {
    const seen: Record<string, number> = { a: 0, b: 0, c: 0, none: 0 };
    for (const person of people.slice(0, 50_000)) seen[dealt(aTest({ share: 2000 }), person).variation ?? 'none']!++;
    expect(chiSquare(Object.values(seen), [5_000, 3_000, 2_000, 40_000])).toBeLessThan(16.27);
  });

  it('holds out the share that it says, from all experiments or the named ones', () => {
    const all: HoldOut = { key: 'quarter', share: 500 };
    const isOut = people.filter((person) => dealt(aTest(), person, [all]).reason === 'hold-out').length;
    expect(Math.abs(isOut - 5000)).toBeLessThan(3.3 * Math.sqrt(IDS * 0.05 * 0.95));
    const other: HoldOut = { ...all, experiments: ['other'] };
    expect(people.slice(0, 1000).some((person) => dealt(aTest(), person, [other]).reason === 'hold-out')).toBe(false);
  });

  it('of one exclusion group puts nobody into two experiments, and leaves nobody out of a full group', () => {
    const range = (from: number, to: number) => ({ exclusion: { group: 'checkout', from, to } });
    const tests = [aTest({ key: 'one', ...range(0, 4000) }), aTest({ key: 'two', ...range(4000, 10_000) })];
    const counts = people
      .slice(0, 5000)
      .map((person) => tests.filter((test) => dealt(test, person).variation !== undefined).length);
    expect(new Set(counts)).toEqual(new Set([1]));
  });
});

describe('a decision', () => {
  const person: Person = { anonymousId: 'v1', traits: { city: '上海' } };
  const other = (variation?: string) => ['a', 'b', 'c'].find((key) => key !== variation)!;

  it('stays with whoever was exposed: when weights, share and traits change, and a hold-out comes', () => {
    const first = dealt(aTest(), person).variation!;
    const before = { stuck: ['hero', first] };
    const only = other(first);
    const variations = ['a', 'b', 'c'].map((key) => ({ key, weight: key === only ? 10_000 : 0 }));
    const changed = aTest({ variations, share: 0, traits: { city: ['北京'] } });
    expect(dealt(changed, person, [{ key: 'all', share: 10_000 }], before)).toMatchObject({
      variation: first,
      reason: 'sticky',
    });
    expect(dealt({ ...aTest({ variations }), isSticky: false }, person, [], before).variation).toBe(only);
  });

  it('is dealt anew when the salt is new, or the variation is gone', () => {
    expect(dealt(aTest({ salt: 'round-2' }), person, [], { stuck: ['hero', 'a'] }).reason).toBe('dealt');
    expect(dealt(aTest(), person, [], { stuck: ['hero', 'gone'] }).reason).toBe('dealt');
  });

  it('gives way to what an operator asked to see, if there is such a variation', () => {
    expect(dealt(aTest({ isStopped: true }), person, [], { forced: 'c' })).toMatchObject({
      variation: 'c',
      reason: 'forced',
    });
    expect(dealt(aTest(), person, [], { forced: 'nonsense' }).reason).toBe('dealt');
  });

  it('is the winner, or nothing, when the experiment is over', () => {
    expect(dealt(aTest({ isStopped: true, winner: 'b' }), person)).toMatchObject({ variation: 'b', reason: 'stopped' });
    expect(dealt(aTest({ isStopped: true }), person).variation).toBeUndefined();
  });

  it('waits for a member where members are dealt', () => {
    expect(dealt(aTest({ unit: 'userId' }), person).reason).toBe('nobody');
    const [one, two] = ['phone', 'laptop'].map((anonymousId) => ({ ...person, anonymousId, userId: 'm1' }));
    expect(dealt(aTest({ unit: 'userId' }), one!)).toEqual(dealt(aTest({ unit: 'userId' }), two!));
  });

  it('is for those whose traits have one of the values', () => {
    expect(dealt(aTest({ traits: { city: ['北京', '上海'] } }), person).reason).toBe('dealt');
    expect(dealt(aTest({ traits: { city: ['北京'], vip: [true] } }), person).reason).toBe('traits');
  });

  it('of a flag is on for its share, and for whom it is meant', () => {
    expect(flagOf({ key: 'cart' }, person)).toBe(true);
    expect(flagOf({ key: 'cart', share: 0, off: 'old' }, person)).toBe('old');
    expect(flagOf({ key: 'cart', on: { columns: 3 }, traits: { city: ['上海'] } }, person)).toEqual({ columns: 3 });
    expect(flagOf({ key: 'cart', unit: 'userId' }, person)).toBe(false);
    const on = Array.from({ length: 20_000 }, (_, i) => flagOf({ key: 'cart', share: 2500 }, visitor(i))).filter(
      Boolean,
    );
    expect(Math.abs(on.length - 5000)).toBeLessThan(3.3 * Math.sqrt(20_000 * 0.25 * 0.75));
  });
});
