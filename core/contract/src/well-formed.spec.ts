import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cut, isWellFormed, toWellFormed, wellFormed, wellFormedJson } from './well-formed.js';

/** Texts of any units: halves of pairs both ways, whole pairs, backslashes and what looks like an escape. */
const units = fc
  .array(fc.constantFrom('\ud83d', '\ude00', '😀', 'a', '字', '\0', '\ufffe', '\\', 'ud83d', '"', '\u202e'), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));
const native = (text: string) => (text as string & { toWellFormed(): string }).toWellFormed();

describe('texts that are no Unicode', () => {
  it('become what the platform makes of them', () => {
    fc.assert(
      fc.property(units, (text) => {
        expect(toWellFormed(text)).toBe(native(text));
        expect(isWellFormed(text)).toBe(text === native(text));
      }),
    );
  });

  it('become the same within JSON, keys and values, as after it was parsed', () => {
    fc.assert(
      fc.property(fc.dictionary(units, fc.oneof(units, fc.array(units), fc.dictionary(units, units))), (tree) => {
        const plain = JSON.parse(JSON.stringify(tree)) as unknown;
        expect(JSON.parse(wellFormedJson(JSON.stringify(tree)))).toEqual(wellFormed(plain));
      }),
    );
  });

  it('cost nothing where there are none: the value itself comes back', () => {
    const value = { a: ['😀', { b: 'c' }], at: new Date(0) };
    expect(wellFormed(value)).toBe(value);
    expect(wellFormedJson('{"a":"\\u0000\\u4f60"}')).toBe('{"a":"\\u0000\\u4f60"}');
  });

  it('keep a member that is named __proto__, and do not exhaust the stack', () => {
    const clean = wellFormed(JSON.parse('{"__proto__":{"x":"\\ud83d"}}') as object);
    expect(JSON.stringify(clean)).toBe('{"__proto__":{"x":"\uFFFD"}}');
    let deep: unknown = '\ud83d';
    for (let n = 0; n < 100_000; n++) deep = [deep];
    expect(() => wellFormed(deep)).not.toThrow();
  });

  it('do not come from a cut', () => {
    fc.assert(
      fc.property(units.map(native), fc.nat(12), (text, length) => {
        const short = cut(text, length);
        expect(isWellFormed(short)).toBe(true);
        expect(
          text.startsWith(short) && short.length <= length && short.length >= Math.min(text.length, length) - 1,
        ).toBe(true);
      }),
    );
  });
});
