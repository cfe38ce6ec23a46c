import { describe, expect, it } from '@jest/globals';
import { driftOf } from './drift.js';

describe('drift of a distribution', () => {
  it('is nothing between equal shares, however many people', () => {
    expect(driftOf({ a: 10, b: 30 }, { a: 100, b: 300 })).toBe(0);
  });

  it('is the sum of each share’s change times the logarithm of its ratio', () => {
    // (0.6 - 0.5) ln(0.6 / 0.5) + (0.4 - 0.5) ln(0.4 / 0.5)
    expect(driftOf({ a: 50, b: 50 }, { a: 60, b: 40 })).toBeCloseTo(0.0405, 4);
    expect(driftOf({ a: 90, b: 10 }, { a: 50, b: 50 })).toBeGreaterThan(0.25);
  });

  it('knows no drift from or to nobody, and is finite where a value is new', () => {
    expect(driftOf({}, { a: 1 })).toBeUndefined();
    expect(driftOf({ a: 100 }, { a: 90, b: 10 })).toBeLessThan(1);
  });
});
