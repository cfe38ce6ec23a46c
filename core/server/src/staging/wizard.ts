import type { Proposal, Text } from '@perennial/contract';
import type { Zone } from '../time/zone.js';
import type { Warehouse } from '../warehouse/index.js';

interface Tools {
  warehouse: Warehouse;
  zone: Zone;
  now: () => number;
}

const PURCHASES = ['Order Completed', 'Product Purchased', 'Treatment Completed'];
const QUANTILES = '0.1, 0.25, 0.5, 0.75, 0.9';
const YEAR_DAYS = 365;
/** Fewer people say too little. */
const ENOUGH = 30;
const t = (zh: string, en: string): Text => ({ zh, en });

/** Thresholds from the enterprise's own purchases, each with what it was found from. */
export async function propose({ warehouse, zone, now }: Tools): Promise<Proposal[]> {
  const params = { names: PURCHASES, from: zone.startOf(zone.dayOf(now()) - YEAR_DAYS + 1), zone: zone.name };
  const bought =
    "FROM person_events WHERE has({names:Array(String)}, name) AND at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')";
  const [gaps] = await warehouse.rows<Found>(
    `SELECT quantilesExact(${QUANTILES})(gap) AS quantiles, quantileExact(0.8)(gap) AS high, uniqExact(profile) AS people FROM (
       SELECT profile, arrayJoin(arrayPopFront(arrayDifference(arraySort(groupUniqArray(toInt32(toDate32(at, {zone:String}))))))) AS gap
       ${bought} GROUP BY profile) WHERE gap > 0`,
    params,
  );
  const [people] = await warehouse.rows<{
    spend: number[];
    high: number;
    orders: number[];
    often: number;
    people: number;
  }>(
    `SELECT quantilesExact(${QUANTILES})(total) AS spend, quantileExact(0.8)(total) AS high, quantilesExact(${QUANTILES})(times) AS orders,
       quantileExact(0.8)(times) AS often, count() AS people FROM (
       SELECT profile, sum(JSONExtractFloat(properties, 'total')) AS total, count() AS times ${bought} GROUP BY profile)`,
    params,
  );
  return [...fromGaps(gaps!), ...fromPeople(people!)];
}

interface Found {
  quantiles: number[];
  high: number;
  people: number;
}

function fromGaps({ quantiles, people }: Found): Proposal[] {
  if (people < ENOUGH) return [];
  const [, , half, , most] = quantiles as [number, number, number, number, number];
  return [
    {
      key: 'repurchaseDays',
      title: t('复购周期（天）', 'Repurchase interval (days)'),
      reason: t('两次购买间隔的中位数', 'The median of the days between two purchases'),
      value: Math.round(half),
      quantiles,
      people,
    },
    {
      key: 'churnDays',
      title: t('流失预警（天）', 'Days until at risk'),
      reason: t('九成的复购发生在这么多天以内', 'Nine of ten purchases that follow come within so many days'),
      value: Math.max(1, Math.round(most)),
      quantiles,
      people,
    },
  ];
}

function fromPeople({
  spend,
  high,
  orders,
  often,
  people,
}: {
  spend: number[];
  high: number;
  orders: number[];
  often: number;
  people: number;
}): Proposal[] {
  if (people < ENOUGH) return [];
  return [
    {
      key: 'highValue',
      title: t('高价值门槛（年消费）', 'High value (spend of a year)'),
      reason: t('消费最高的两成客户都在此之上', 'The highest fifth of customers spend more'),
      value: rounded(high),
      quantiles: spend,
      people,
    },
    {
      key: 'frequentOrders',
      title: t('高频门槛（年购买次数）', 'Frequent (purchases of a year)'),
      reason: t('购买最勤的两成客户都在此之上，至少 3 次', 'The most frequent fifth buy more often; at least 3'),
      value: Math.max(3, Math.round(often)),
      quantiles: orders,
      people,
    },
  ];
}

/** Two digits that one can remember. */
function rounded(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return Math.round(value / unit) * unit;
}
