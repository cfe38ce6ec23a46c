import { describe, expect, it } from '@jest/globals';
import { csvLine, guarded, unguarded } from './csv.js';

describe('cells of spreadsheets', () => {
  it.each(['=1+1', '+8613912345678', '-5', '@x', '＝A1', "'quoted", "''", "'=1", '\tx', '', '张三', 'a-b'])(
    '%j is no formula and comes back as it was',
    (text) => {
      expect(guarded(text)).not.toMatch(/^[=+\-@＝＋－＠\t\r\n]/);
      expect(unguarded(guarded(text))).toBe(text);
    },
  );

  it('quotes what must be, and leaves numbers numbers', () => {
    expect(csvLine(['a,b', 'say "x"', 'two\nlines', -5, true, undefined, null, '-5', ['x']])).toBe(
      `"a,b","say ""x""","two\nlines",-5,true,,,'-5,"[""x""]"\r\n`,
    );
  });
});
