import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ModelReport, Score } from '@perennial/kit';
import { openHistory, type PastEvent, type TestHistory } from '@perennial/testing';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RfmModel } from './model.js';
import { RfmOptions } from './options.js';
import { RFM_QUERY } from './query.js';

const DATA = join(import.meta.dirname, '../../../../shared/data');
const hasData = existsSync(DATA) || Boolean(process.env['PERENNIAL_FORBID_SKIPS']);
const DAY = 86_400_000;
const NOW = Date.UTC(2006, 11, 31);

let history: TestHistory;
beforeAll(async () => {
  history = await openHistory();
}, 30_000);
afterAll(() => history.close());

async function run(more: Partial<RfmOptions> = {}, now = NOW, signal = new AbortController().signal) {
  const scores: Score[] = [];
  const running = new RfmModel(Object.assign(new RfmOptions(), more)).score({ rows: history.rows, now, signal });
  for (let next = await running.next(); ; next = await running.next()) {
    if (next.done) return { scores, metrics: (next.value satisfies ModelReport).metrics };
    scores.push(...next.value);
  }
}

const read = (path: string) => readFileSync(join(DATA, path), 'utf8').trim().split('\n').slice(1);

(hasData ? describe : describe.skip)('RFM of the published orders, against the R package rfm 0.3.0', () => {
  const found = { scores: [] as Score[], metrics: {} as ModelReport['metrics'] };
  const profiles = new Map<string, number>();
  const profileOf = (customer: string): number => {
    if (!profiles.has(customer)) profiles.set(customer, profiles.size + 1);
    return profiles.get(customer)!;
  };

  beforeAll(async () => {
    const orders = read('rfm-orders/rfm_data_orders.csv').map((line): PastEvent => {
      const [customer, date, revenue] = line.split(',') as [string, string, string];
      const properties = { total: Number(revenue) };
      return { profile: profileOf(customer), at: Date.parse(date), name: 'Order Completed', properties };
    });
    await history.add(orders);
    Object.assign(found, await run({ windowDays: 3650 }));
  });

  it('gives each of the 995 customers the same four scores', () => {
    const reference = read('reference/rfm_orders_rfm030.csv').map((line): Score => {
      const [, customer, rest] = /^"([^"]*)",(.*)$/.exec(line)!;
      const [recency, frequency, monetary, score] = rest!.split(',').slice(3).map(Number);
      const digits = { 'rfm.recency': recency!, 'rfm.frequency': frequency!, 'rfm.monetary': monetary! };
      return { profile: profiles.get(customer!)!, tags: { ...digits, 'rfm.score': score! } };
    });
    expect(reference).toHaveLength(995);
    expect(found.scores).toMatchObject(reference.toSorted((a, b) => a.profile - b.profile));
    const scores = found.scores.map(({ tags }) => tags['rfm.score'] as number);
    expect([scores.reduce((a, b) => a + b), new Set(scores).size]).toEqual([329_437, 92]);
  });

  it('reports the same cuts and counts of segments', () => {
    expect(found.metrics).toMatchObject({
      people: 995,
      cuts: {
        recency: [115, 181, expect.closeTo(297.4, 9), 482],
        frequency: [4, 5, 6, 8],
        monetary: [expect.closeTo(255.8, 9), 382, expect.closeTo(506.4, 9), 666],
      },
      segments: {
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
      },
    });
    const { shares } = found.metrics as { shares: Record<string, number> };
    expect(shares['potential_loyal']).toBe(0.3437);
    expect(Object.values(shares).reduce((a, b) => a + b)).toBeCloseTo(1, 3);
  });
});

describe('what RFM reads', () => {
  // Years later than the published orders, which the window leaves out.
  const now = Date.UTC(2026, 4, 1);
  const buy = (profile: number, total: unknown, more: Partial<PastEvent> = {}): PastEvent => ({
    profile,
    at: now - DAY,
    name: 'Order Completed',
    properties: { total } as NonNullable<PastEvent['properties']>,
    ...more,
  });
  const customer = async (profile: number, options: Partial<RfmOptions> = {}) => {
    const { purchases, amount } = Object.assign(new RfmOptions(), options);
    const params = { now, from: now - 365 * DAY, names: [...purchases, 'Order Refunded'], amount };
    const rows = await history.rows<{ profile: number; recency: number; frequency: number; monetary: number }>(
      RFM_QUERY,
      params,
    );
    return rows.find((row) => row.profile === profile);
  };

  beforeAll(async () => {
    await history.add([
      ...[6.5402, 0.1, 0.2, 8.12345].map((total) => buy(1001, total)),
      buy(1002, 100),
      buy(1002, 30, { name: 'Order Refunded', at: now - 1 }),
      ...['12.5', null, 'free', 1e16, 1e300, true].map((total) => buy(1003, total)),
      buy(1003, 5),
      buy(1004, 9, { at: now - 365 * DAY }),
      buy(1005, 9, { at: now + 1 }),
      buy(1006, 9, { name: 'Order Refunded' }),
      buy(1007, 9, { at: now - 2 * DAY - 1 }),
    ]);
  });

  it('adds money exactly to four decimals', async () => {
    expect(await customer(1001)).toEqual({ profile: 1001, recency: 1, frequency: 4, monetary: 14.9637 });
  });

  it('takes refunds off the money, and neither counts them nor calls them recent', async () => {
    expect(await customer(1002)).toEqual({ profile: 1002, recency: 1, frequency: 1, monetary: 70 });
    expect(await customer(1006)).toBeUndefined();
  });

  it('counts a purchase whose amount is no usable number, without its money, and goes on', async () => {
    expect(await customer(1003)).toMatchObject({ frequency: 7, monetary: 5 });
  });

  it('looks at the window alone, in whole days back from now', async () => {
    expect([await customer(1004), await customer(1005)]).toEqual([undefined, undefined]);
    expect(await customer(1007)).toMatchObject({ recency: 2 });
  });

  it('scores nobody where nobody bought, and does not call a stopped run done', async () => {
    expect(await run({}, Date.UTC(2001, 0, 1))).toEqual({ scores: [], metrics: { people: 0 } });
    await expect(run({}, now, AbortSignal.abort())).rejects.toThrow('abort');
  });
});
