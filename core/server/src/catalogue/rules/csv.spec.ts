import { describe, expect, it } from '@jest/globals';
import { decoded, readCatalogue } from './csv.js';

describe('a catalogue as a table', () => {
  it('gives objects with facts, numbers as numbers and codes as texts', () => {
    const { objects, refused } = readCatalogue(
      '\ufeffid,name,category,price,code,tags\np1,"面霜, 50ml",护肤,320,007,抗老| 热销 |热销\np2,,彩妆,,,\n',
    );
    expect(refused).toEqual([]);
    expect(objects).toEqual([
      { id: 'p1', name: '面霜, 50ml', facts: { category: '护肤', price: 320, code: '007' }, tags: ['抗老', '热销'] },
      { id: 'p2', name: 'p2', facts: { category: '彩妆' }, tags: [] },
    ]);
  });

  it('tells the lines that are no object and keeps the others', () => {
    const { objects, refused } = readCatalogue(`id,name\n,没有编号\np1,有\n${'x'.repeat(200)},长\n`);
    expect(objects.map(({ id }) => id)).toEqual(['p1']);
    expect(refused.map(({ line }) => line)).toEqual([2, 4]);
  });

  it('takes the last line of an id', () => {
    expect(readCatalogue('id,name\np1,a\np1,b').objects).toMatchObject([{ name: 'b' }]);
  });

  it.each([
    ['no id column', 'name\nx'],
    ['a column twice', 'id,id\n1,2'],
    ['an open quote', 'id,name\n1,"x'],
  ])('refuses a file with %s', (_, text) => {
    expect(() => readCatalogue(text)).toThrow(expect.objectContaining({ code: 'CATALOGUE_FILE_INVALID' }));
  });

  it('reads what a Chinese spreadsheet writes', () => {
    expect(decoded(Buffer.from([0xc3, 0xe6, 0xcb, 0xaa]))).toBe('面霜');
    expect(decoded(Buffer.from('面霜'))).toBe('面霜');
  });
});
