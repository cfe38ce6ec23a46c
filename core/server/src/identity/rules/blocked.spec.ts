import { expect, it } from '@jest/globals';
import { blockedProblems, compileBlocked } from './blocked.js';

it('blocks whole texts and patterns, without case', () => {
  const isBlocked = compileBlocked(['Nobody', '/^test-\\d+$/', '/客服/']);
  expect(['NOBODY', 'Test-12', 'x客服1', 'nobody2', 'test-'].map(isBlocked)).toEqual([true, true, true, false, false]);
});

it.each(['/^(a|a)*$/', '/^(a|aa)+$/', '/(a?){50}b/', `/^${'a*'.repeat(7)}b/`, '/^(((a+)+)+)+$/'])(
  'a value that a stranger chose takes milliseconds: %s',
  (pattern) => {
    expect(blockedProblems([pattern])).toEqual([]);
    const isBlocked = compileBlocked([pattern]);
    const began = performance.now();
    for (const length of [254, 4_095]) expect(isBlocked(`${'a'.repeat(length)}!`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(150);
  },
);

it('a pattern that was kept before and is not known blocks nothing, and is told', () => {
  const kept = ['/(?=a)b/', 'x'];
  expect(['b', 'ab', 'x'].map(compileBlocked(kept))).toEqual([false, false, true]);
  expect(blockedProblems(kept)).toEqual([
    { pattern: '(?=a)b', problem: { zh: expect.stringContaining('环视'), en: expect.stringContaining('around') } },
  ]);
});
