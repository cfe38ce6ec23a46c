import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cutAll, quantile, scoreOf, type Customer } from './score.js';
import { segmentOf } from './segment.js';

const DATA = join(import.meta.dirname, '../../../../shared/data');
const hasData = existsSync(DATA) || Boolean(process.env['PERENNIAL_FORBID_SKIPS']);

describe('quantile', () => {
  it('interpolates as R type 7 does', () => {
    expect(quantile([1, 2, 3, 4], 0.4)).toBeCloseTo(2.2, 12);
    expect(quantile([5], 0.8)).toBe(5);
  });
});

(hasData ? describe : describe.skip)('RFM of the published orders, against the R package rfm 0.3.0', () => {
  const reference = readFileSync(join(DATA, 'reference/rfm_orders_rfm030.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map(readReference);
  const customers = customersOf(
    readFileSync(join(DATA, 'rfm-orders/rfm_data_orders.csv'), 'utf8'),
    Date.parse('2006-12-31'),
  );
  const cuts = cutAll([...customers.values()], 5);

  it('finds the same cuts', () => {
    expect(cuts.recency).toEqual([115, 181, expect.closeTo(297.4, 9), 482]);
    expect(cuts.frequency).toEqual([4, 5, 6, 8]);
    expect(cuts.monetary).toEqual([expect.closeTo(255.8, 9), 382, expect.closeTo(506.4, 9), 666]);
  });

  it('gives each of the 995 customers the same score', () => {
    const ours = reference.map(({ id }) => scoreOf(customers.get(id)!, cuts).score);
    expect(ours).toEqual(reference.map(({ score }) => score));
    expect(ours.reduce((a, b) => a + b, 0)).toBe(329_437);
    expect(new Set(ours).size).toBe(92);
  });

  it('counts the ten segments alike', () => {
    const counts: Record<string, number> = {};
    for (const customer of customers.values()) {
      const segment = segmentOf(scoreOf(customer, cuts), 5);
      counts[segment] = (counts[segment] ?? 0) + 1;
    }
    expect(counts).toEqual({
      potential_loyal: 342,
      loyal: 170,
      lost: 148,
      new: 104,
      about_to_sleep: 102,
      cannot_lose: 47,
      champions: 35,
      at_risk: 28,
      need_attention: 10,
      promising: 9,
    });
  });
});

function readReference(line: string): { id: string; score: number } {
  const [, id, rest] = /^"([^"]*)",(.*)$/.exec(line)!;
  return { id: id!, score: Number(rest!.split(',').at(-1)) };
}

function customersOf(csv: string, now: number): Map<string, Customer> {
  const found = new Map<string, Customer>();
  for (const line of csv.trim().split('\n').slice(1)) {
    const [id, date, revenue] = line.split(',') as [string, string, string];
    const known = found.get(id) ?? { recency: Infinity, frequency: 0, monetary: 0 };
    const recency = Math.min(known.recency, (now - Date.parse(date)) / 86_400_000);
    found.set(id, { recency, frequency: known.frequency + 1, monetary: known.monetary + Number(revenue) });
  }
  return found;
}
