import { describe, expect, it } from '@jest/globals';
import { byYear, linesBut } from './witness.js';

const line = (seq: number, at: number) => JSON.stringify({ profile: 7, at, seq });
const ndjson = [line(1, Date.UTC(2024, 11, 31, 23, 59)), line(2, Date.UTC(2025, 0, 1)), line(3, Date.UTC(2024, 0, 1))];

describe('witnesses', () => {
  it('stand for the rows of their year, in UTC', () => {
    const years = byYear(`${ndjson.join('\n')}\n`);
    expect([...years.keys()]).toEqual([2024, 2025]);
    expect(years.get(2024)).toEqual({
      witness: { profile: 7, at: Date.UTC(2024, 11, 31, 23, 59), seq: 1 },
      lines: [ndjson[0], ndjson[2]],
    });
  });
  it('leave the rows of the years that have not landed', () => {
    expect(linesBut(byYear(ndjson.join('\n')), new Set([2024]))).toBe(ndjson[1]);
    expect(linesBut(byYear(ndjson.join('\n')), new Set([2024, 2025]))).toBe('');
  });
});
