import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { ownOf, putOwn, readJson } from './json.js';

describe('JSON as clients write it', () => {
  it.each([
    ['616581622363398145', '616581622363398145'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['18446744073709551616123', '18446744073709551616123'],
    ['1e400', '1e400'],
    ['-1E+999', '-1E+999'],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', '9007199254740993'],
    ['1234567890123456.5', 1234567890123456.5],
    ['1e21', 1e21],
    ['5e-324', 5e-324],
  ])('reads the number %s as %p', (written, expected) => {
    const text = `{"a":${written},"b":[ ${written} ,"${written}\\"${written}\\\\"],"${written}":1}`;
    expect(readJson(text)).toEqual({ a: expected, b: [expected, `${written}"${written}\\`], [written]: 1 });
  });

  it('gives what JSON.parse gives wherever no digits are at stake', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify([value, '1234567890123456 1e300 \\" "']);
        const safe = (_: string, node: unknown) =>
          typeof node === 'number' && Number.isInteger(node) && !Number.isSafeInteger(node) && !`${node}`.includes('e')
            ? String(node)
            : node;
        expect(readJson(text)).toEqual(JSON.parse(text, safe));
      }),
      { numRuns: 500 },
    );
  });

  it('looks a second time only where a value may lose digits: ids in quotes are full of digits and exponents', () => {
    const again = jest.spyOn(String.prototype, 'replace');
    readJson('{"id":"616581622363398145","m":"53e4567e-1b-4e123","n":12.5e1,"at":"2026-06-01T00:00:00Z"}');
    expect(again).not.toHaveBeenCalled();
    readJson('{"id":616581622363398145}');
    expect(again).toHaveBeenCalled();
    again.mockRestore();
  });

  it('refuses what is no JSON, and is not held up by quotes that never end', () => {
    expect(() => readJson(`"${'\\"'.repeat(200_000)} 1234567890123456`)).toThrow(SyntaxError);
  });
});

describe('a dictionary by names that clients choose', () => {
  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'valueOf', 'city'])('keeps %s as data', (name) => {
    const record: Record<string, number> = {};
    expect(ownOf(record, name)).toBeUndefined();
    putOwn(record, name, 1);
    expect(ownOf(record, name)).toBe(1);
    expect(Object.keys(JSON.parse(JSON.stringify(record)) as object)).toEqual([name]);
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
  });
});
