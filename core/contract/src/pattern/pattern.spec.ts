import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern, patternProblem } from './index.js';

const repeat = fc.constantFrom('', '', '*', '+', '?', '{2}', '{0,3}', '{1,}', '*?', '{0}');
const atom = fc.constantFrom(
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\W',
  '\\.',
  '中',
  '😀',
  '\\u{1F600}',
  '\\p{L}',
  '[\\d\\]x-z]',
  '\\x41',
);
const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.tuple(atom, repeat).map(([one, times]) => one + times),
    fc.constantFrom('^', '$'),
    fc
      .tuple(fc.constantFrom('(', '(?:'), tie('pattern'), repeat)
      .map(([open, inner, times]) => `${open}${inner})${times}`),
  ),
  pattern: fc
    .array(fc.array(tie('part'), { maxLength: 4 }), { minLength: 1, maxLength: 3 })
    .map((choices) => choices.map((parts) => parts.join('')).join('|')),
}));
// Short, for RegExp takes for ever on longer ones.
const text = fc.array(fc.constantFrom('a', 'b', 'A', 'x', '1', '.', ']', '\n', '中', '😀', '\ud83d', 'ſ', 'K'), {
  maxLength: 5,
});

const millisecondsOf = (work: () => void): number => {
  const began = performance.now();
  work();
  return performance.now() - began;
};

describe('patterns of operators', () => {
  it.each(['u', 'iu'] as const)('match what RegExp matches, with the flags %s', (flags) => {
    let [compared, matched] = [0, 0];
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 6 }), (source, texts) => {
        if (patternProblem(source, flags)) return;
        const [ours, theirs] = [compilePattern(source, flags), new RegExp(source, flags)];
        for (const characters of texts) {
          const whole = characters.join('');
          compared += 1;
          matched += Number(theirs.test(whole));
          expect([source, whole, ours(whole)]).toEqual([source, whole, theirs.test(whole)]);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(compared).toBeGreaterThan(2_000);
    expect(matched).toBeGreaterThan(300);
    expect(matched).toBeLessThan(compared - 300);
  });

  it.each([
    ['optional ones before as many', `^${'a?'.repeat(30)}${'a'.repeat(30)}$`],
    ['bounded repeats one after the other', '^(?:[^b]{0,99}[^b]{0,99}[^b]{0,99}[^b]{0,99}b)$'],
    ['two equal ways, repeated', '^(a|a)*$'],
    ['two ways that overlap, repeated', '^(a|aa)+$'],
    ['optional ones, repeated', '(a?){50}b'],
    ['seven without bound', 'a*a*a*a*a*a*a*b'],
    ['a repetition of repetitions', '^(((a+)+)+)+$'],
  ])('take milliseconds: %s', (_, source) => {
    expect(patternProblem(source)).toBeUndefined();
    const matches = compilePattern(source);
    for (const [length, most] of [
      [256, 100],
      [4_096, 250],
    ] as const)
      for (const last of ['!', 'a', '😀'])
        expect(millisecondsOf(() => matches('a'.repeat(length) + last))).toBeLessThan(most);
  });

  it('remember no more than they may, whatever is read', () => {
    const matches = compilePattern('^(?:[ab]*a[ab]{12}|[^ab]+)$');
    const theirs = /^(?:[ab]*a[ab]{12}|[^ab]+)$/u;
    for (let n = 0; n < 2_500; n++) {
      const word = (n * 2_654_435_761).toString(2).replaceAll('0', 'a').replaceAll('1', 'b');
      const other = String.fromCodePoint(0x4e00 + n);
      expect([matches(word), matches(other)]).toEqual([theirs.test(word), true]);
    }
  });

  it.each([
    ['(a)\\1', 'look'],
    ['(?<n>a)\\k<n>', 'look'],
    ['(?=a)b', 'look'],
    ['(?!a)b', 'look'],
    ['(?<=a)b', 'look'],
    ['(?<!a)b', 'look'],
    ['\\bword\\b', '\\b'],
    ['[', 'no regular expression'],
    ['a{2,1}', 'no regular expression'],
    ['x'.repeat(201), '200 characters'],
    ['(?:a{100}){100}', 'repeats too much'],
    ['(?:(?:(?:){1000}){1000}){1000}', 'repeats too much'],
    ['a{0,99999999}', 'repeats too much'],
  ])('%s is refused at once, in two languages', (source, why) => {
    const problem = { zh: '', en: '' };
    expect(millisecondsOf(() => Object.assign(problem, patternProblem(source)))).toBeLessThan(100);
    expect(problem.en).toContain(why);
    expect(problem.zh).toMatch(/\p{Script=Han}/u);
  });

  it('names groups, and repeats them', () => {
    expect(patternProblem('(?<year>\\d{4})+')).toBeUndefined();
    expect(compilePattern('^(?<year>\\d{4})+$')('20252026')).toBe(true);
  });
});
