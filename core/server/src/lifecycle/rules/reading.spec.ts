import { describe, expect, it } from '@jest/globals';
import type { LifecycleDefinition } from '@perennial/contract';
import { inReadingOrder, readingProblems, withThoseRead } from './reading.js';

const title = { zh: '名', en: 'Name' };

/** Somebody is in when she is in the lifecycles that it reads. */
const reading = (key: string, ...reads: string[]): LifecycleDefinition => ({
  key,
  title,
  version: 1,
  initial: 'out',
  stages: [
    {
      key: 'in',
      title,
      when: { all: [{ tag: 'points', test: { op: 'gte', value: 1 } }, ...reads.map((read) => isIn(read))] },
    },
    { key: 'out', title },
  ],
});
const isIn = (stage: string) => ({ stage, test: { op: 'is' as const, value: 'in' } });
const said = (definition: LifecycleDefinition, ...others: LifecycleDefinition[]) =>
  readingProblems(definition, new Map(others.map((other) => [other.key, other]))).map(
    ({ path, message }) => `${path}: ${message.en}`,
  );

describe('lifecycles that read the stages of others', () => {
  it('are decided after them, and in the order of before otherwise', () => {
    const all = [reading('a', 'c'), reading('b'), reading('c', 'd'), reading('d')];
    expect(inReadingOrder(all).map(({ key }) => key)).toEqual(['d', 'c', 'a', 'b']);
    expect(withThoseRead([all[2]!], all).map(({ key }) => key)).toEqual(['d', 'c']);
  });

  it('may not read themselves, what is not there, or each other in a circle', () => {
    expect(said(reading('a', 'b'), reading('b'))).toEqual([]);
    expect(said(reading('a', 'a'))[0]).toMatch(
      /^stages.0.when: a condition cannot read the stage of its own lifecycle/,
    );
    expect(said(reading('a', 'x'))).toEqual(['stages.0.when: there is no lifecycle x']);
    expect(said(reading('a', 'b'), reading('b', 'c'), reading('c', 'a'))).toEqual([
      'stages.0.when: lifecycles read each other in a circle: a → b → c → a; take one of them out',
    ]);
  });
});
