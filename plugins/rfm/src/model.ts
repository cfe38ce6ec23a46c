import type { Json } from '@perennial/contract';
import { ScoringModel, type Model, type ModelContext, type ModelReport, type Score } from '@perennial/kit';
import { RfmOptions } from './options.js';
import { RFM_QUERY } from './query.js';
import { cutAll, scoreOf, type Customer, type Cuts } from './score.js';
import { segmentOf } from './segment.js';

const DAY = 86_400_000;
const BATCH = 1_000;

type Row = Customer & { profile: number };

@ScoringModel({
  key: 'rfm.score',
  title: { zh: 'RFM 分层', en: 'RFM' },
  writes: ['rfm.recency', 'rfm.frequency', 'rfm.monetary', 'rfm.score', 'rfm.segment'],
  version: 1,
  everyHours: 24,
})
export class RfmModel implements Model {
  constructor(private readonly options: RfmOptions) {}

  async *score({ rows, now, signal }: ModelContext): AsyncGenerator<Score[], ModelReport> {
    const { purchases, amount, subtractsRefunds, windowDays, bins } = this.options;
    const names = subtractsRefunds ? [...purchases, 'Order Refunded'] : purchases;
    const customers = await rows<Row>(RFM_QUERY, { now, from: now - windowDays * DAY, names, amount });
    if (customers.length === 0) return { metrics: { people: 0 } };
    const cuts = cutAll(customers, bins);
    const segments: Record<string, number> = {};
    for (let from = 0; from < customers.length; from += BATCH) {
      // A run that was told to stop has not scored everybody, and must not say so.
      signal.throwIfAborted();
      yield customers.slice(from, from + BATCH).map((customer) => tagged(customer, cuts, bins, segments));
    }
    return { metrics: { people: customers.length, cuts: { ...cuts }, segments, shares: shares(segments) } };
  }
}

/** Of all people that were scored, to four decimals. */
function shares(segments: Record<string, number>): Record<string, number> {
  const people = Object.values(segments).reduce((a, b) => a + b, 0);
  return Object.fromEntries(Object.entries(segments).map(([key, n]) => [key, Math.round((n / people) * 1e4) / 1e4]));
}

function tagged(customer: Row, cuts: Cuts, bins: number, segments: Record<string, number>): Score {
  const score = scoreOf(customer, cuts);
  const segment = segmentOf(score, bins);
  segments[segment] = (segments[segment] ?? 0) + 1;
  const tags: Record<string, Json> = {
    'rfm.recency': score.recency,
    'rfm.frequency': score.frequency,
    'rfm.monetary': score.monetary,
    'rfm.score': score.score,
    'rfm.segment': segment,
  };
  return { profile: customer.profile, tags };
}
