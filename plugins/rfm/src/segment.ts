import type { Text } from '@perennial/contract';
import type { RfmScore } from './score.js';

type Range = readonly [number, number];

/** A named group by ranges of the three scores, on the scale of 1 to 5. */
interface Segment {
  key: string;
  title: Text;
  recency: Range;
  frequency: Range;
  monetary: Range;
}

/** The ten usual segments, tried in this order: the first that holds is the customer's. */
export const SEGMENTS: Segment[] = [
  {
    key: 'champions',
    title: { zh: '重要价值', en: 'Champions' },
    recency: [5, 5],
    frequency: [5, 5],
    monetary: [5, 5],
  },
  {
    key: 'potential_loyal',
    title: { zh: '潜在忠诚', en: 'Potential loyalist' },
    recency: [3, 5],
    frequency: [3, 5],
    monetary: [2, 5],
  },
  { key: 'loyal', title: { zh: '忠诚', en: 'Loyal' }, recency: [2, 4], frequency: [2, 4], monetary: [2, 4] },
  { key: 'promising', title: { zh: '有希望', en: 'Promising' }, recency: [3, 4], frequency: [1, 3], monetary: [3, 5] },
  { key: 'new', title: { zh: '新客', en: 'New' }, recency: [4, 5], frequency: [1, 3], monetary: [1, 5] },
  {
    key: 'cannot_lose',
    title: { zh: '必须挽留', en: 'Cannot lose them' },
    recency: [1, 2],
    frequency: [3, 4],
    monetary: [4, 5],
  },
  { key: 'at_risk', title: { zh: '流失预警', en: 'At risk' }, recency: [1, 2], frequency: [2, 5], monetary: [4, 5] },
  {
    key: 'need_attention',
    title: { zh: '需要关注', en: 'Need attention' },
    recency: [1, 3],
    frequency: [3, 5],
    monetary: [3, 5],
  },
  {
    key: 'about_to_sleep',
    title: { zh: '即将沉睡', en: 'About to sleep' },
    recency: [2, 3],
    frequency: [1, 3],
    monetary: [1, 4],
  },
  { key: 'lost', title: { zh: '已流失', en: 'Lost' }, recency: [1, 1], frequency: [1, 5], monetary: [1, 5] },
];

export const OTHERS = { key: 'others', title: { zh: '其他', en: 'Others' } };

const isIn = (value: number, [low, high]: Range): boolean => value >= low && value <= high;

/** The segment's key; scores of other scales are brought to 1..5 first. */
export function segmentOf({ recency, frequency, monetary }: RfmScore, bins: number): string {
  const onFive = (score: number) => Math.ceil((score * 5) / bins);
  const found = SEGMENTS.find(
    (s) =>
      isIn(onFive(recency), s.recency) && isIn(onFive(frequency), s.frequency) && isIn(onFive(monetary), s.monetary),
  );
  return (found ?? OTHERS).key;
}
