import { describe, expect, it } from '@jest/globals';
import { cutsOf, quantile, scoreOf } from './score.js';
import { OTHERS, SEGMENTS, segmentOf } from './segment.js';

describe('quantile', () => {
  it('interpolates as R type 7 does', () => {
    expect(quantile([1, 2, 3, 4], 0.4)).toBeCloseTo(2.2, 12);
    expect(quantile([5], 0.8)).toBe(5);
  });
});

describe('scores', () => {
  const cuts = { recency: [10, 20], frequency: [2, 3], monetary: [100, 200] };

  it('begin a new bin at the border itself', () => {
    expect(cutsOf([1, 2, 3, 4, 5], 2)).toEqual([4]);
    expect(scoreOf({ recency: 9.9, frequency: 1, monetary: 99.99 }, cuts).score).toBe(311);
    expect(scoreOf({ recency: 10, frequency: 2, monetary: 100 }, cuts).score).toBe(222);
    expect(scoreOf({ recency: 20, frequency: 3, monetary: 200 }, cuts).score).toBe(133);
  });

  it('keep people together who are alike: nobody is parted by the order of a list', () => {
    expect(cutsOf([7, 7, 7, 7, 7], 5)).toEqual([8, 8, 8, 8]);
  });
});

describe('segments', () => {
  const of = (recency: number, frequency: number, monetary: number, bins = 5) =>
    segmentOf({ recency, frequency, monetary, score: 0 }, bins);

  it('give a person the first whose ranges hold', () => {
    expect([of(5, 5, 5), of(4, 3, 3), of(2, 2, 2), of(1, 1, 1), of(5, 4, 1)]).toEqual([
      'champions',
      'potential_loyal',
      'loyal',
      'lost',
      'others',
    ]);
  });

  it('mean the same on other scales: best is best, worst is worst', () => {
    for (const bins of [2, 3, 4, 7, 10]) expect(of(bins, bins, bins, bins)).toBe('champions');
    expect(of(1, 1, 1, 10)).toBe('lost');
  });

  it('are named in both languages, each once', () => {
    const titles = [...SEGMENTS, OTHERS].flatMap(({ title }) => [title.zh, title.en]);
    expect(new Set(titles).size).toBe(22);
  });
});
