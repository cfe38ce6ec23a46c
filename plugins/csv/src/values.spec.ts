import { describe, expect, it } from '@jest/globals';
import { readBoolean, readInteger, readNumber, readPhone } from './values.js';

describe('values', () => {
  it.each([
    ['1,234.50', 1234.5],
    ['1,234,567', 1234567],
    ['１２３', 123],
    ['￥9.9', 9.9],
    ['-3', -3],
    ['1e3', 1000],
    ['.5', 0.5],
    [' 7 ', 7],
  ])('read the number %s', (cell, expected) => expect(readNumber(cell)).toBe(expected));

  it.each(['x', '', '12,5', '1,23,456', '1.2.3', '0x10', 'Infinity'])('do not read %s as a number', (cell) =>
    expect(readNumber(cell)).toBeUndefined(),
  );

  it('read whole numbers as spreadsheets leave them', () => {
    expect(['17850.0', '17850', '17850.5', '99999999999999999999', 'A1'].map(readInteger)).toEqual([
      '17850',
      '17850',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('repair a phone only while all its digits are there', () => {
    expect(['1.3912345678E+10', '1.39E+10', '13912345678.0', '+86 139', '１３９'].map(readPhone)).toEqual([
      '13912345678',
      undefined,
      '13912345678',
      '+86 139',
      '139',
    ]);
  });

  it('read yes and no in both languages', () => {
    expect(['是', 'TRUE', '1', '否', 'n', 'maybe'].map(readBoolean)).toEqual([
      true,
      true,
      true,
      false,
      false,
      undefined,
    ]);
  });
});
