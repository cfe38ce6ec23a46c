import { describe, expect, it } from '@jest/globals';
import { compare, type Counted } from './compare.js';
import { plainName, proposePairs } from './pairs.js';
import { readTable } from './table.js';

const names = (...list: string[]) => list.map((name) => ({ name, count: 1 }));

describe('names of two trackers', () => {
  it.each([
    ['Order Completed', 'order_completed'],
    ['orderCompleted', 'ORDER-COMPLETED'],
    ['$pageview', '$page'],
    ['下单', ' 下单 '],
    ['ＡｄｄＣａｒｔ', 'add cart'],
  ])('%s reads like %s', (one, other) => expect(plainName(one)).toBe(plainName(other)));

  it('are paired, equal ones first, each once', () => {
    expect(proposePairs(names('Pay', 'pay', 'x'), names('pay', 'PAY', 'y'))).toEqual([
      { old: 'pay', ours: 'pay' },
      { old: 'Pay', ours: 'PAY' },
    ]);
  });
});

describe('a table of daily counts', () => {
  it('is read with the words and numbers of spreadsheets', () => {
    const { counts, refused } = readTable(
      '\ufeff日期,事件名称,次数,访客数,用户数\n2026/1/5,下单,"1,234",7,\n20260106,下单,3.0,,2\n',
    );
    expect(refused).toEqual([]);
    expect(counts).toEqual([
      { day: '2026-01-05', name: '下单', events: 1234, people: 7 },
      { day: '2026-01-06', name: '下单', events: 3, users: 2 },
    ]);
  });

  it('tells the lines that are no count', () => {
    const { counts, refused } = readTable(
      'day,event,count\n2026-02-30,a,1\n2026-01-01,,1\n2026-01-01,a,-1\n2026-01-01,a,\n',
    );
    expect(counts).toEqual([]);
    expect(refused.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
  });

  it.each(['', 'a,b\n1,2', 'day,event\n1,2', 'day,event,count\n"'])('refuses %j', (text) => {
    expect(() => readTable(text)).toThrow(expect.objectContaining({ code: 'PARITY_TABLE_INVALID' }));
  });
});

describe('comparing', () => {
  const days = ['2026-01-01', '2026-01-02'];
  const row = (name: string, day: string, events: number, people?: number): Counted => ({
    name,
    day,
    events,
    ...(people !== undefined && { people }),
  });
  const sides = {
    old: [row('a', days[0]!, 100, 10), row('a', days[1]!, 100, 10), row('gone', days[0]!, 5)],
    ours: [row('A', days[0]!, 100, 10), row('A', days[1]!, 80, 9), row('A', '', 180, 15), row('new', days[1]!, 3)],
  };

  it('adds up events and never people, and flags what lies beyond the threshold', () => {
    const result = compare(sides, [{ old: 'a', ours: 'A' }], days, 0.05);
    expect(result.total).toEqual({ old: { events: 200 }, ours: { events: 180 }, difference: -0.1, isFlagged: true });
    expect(result.events[0]).toMatchObject({ old: { events: 200 }, ours: { events: 180, people: 15 } });
    expect(result.events[0]!.old).not.toHaveProperty('people');
    expect(result.events[0]!.days.map(({ isFlagged }) => isFlagged)).toEqual([false, true]);
    expect(result.unpaired).toEqual({ old: [{ name: 'gone', count: 5 }], ours: [{ name: 'new', count: 3 }] });
  });

  it('knows no share of nothing', () => {
    const result = compare(
      sides,
      [
        { old: 'absent', ours: 'new' },
        { old: 'absent', ours: 'absent' },
      ],
      days,
      0.05,
    );
    expect(result.events.map(({ difference, isFlagged }) => [difference, isFlagged])).toEqual([
      [null, false],
      [null, true],
    ]);
  });
});
