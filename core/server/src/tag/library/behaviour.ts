import type { TagDefinition } from '@perennial/contract';

type Entry = Omit<TagDefinition, 'version' | 'owner'>;

const PURCHASES = ['Order Completed', 'Product Purchased'];
const CONTACTS = [
  '$page',
  '$screen',
  'Product Viewed',
  'Product Added',
  'Content Viewed',
  'Live Watched',
  'Lead Submitted',
  'Checked In',
  'Consultation Booked',
  'Coupon Redeemed',
  'Message Clicked',
  'Message Replied',
  ...PURCHASES,
];

const amount = (windowDays?: number) =>
  ({
    kind: 'aggregate',
    event: { names: PURCHASES },
    measure: 'sum',
    property: 'total',
    ...(windowDays !== undefined && { windowDays }),
  }) as const;

/** What people did, counted: the ground that bands, stages and audiences stand on. */
export const BEHAVIOUR_TAGS: Entry[] = [
  {
    key: 'orders_365d',
    title: { zh: '近一年购买次数', en: 'Purchases in a year' },
    category: 'behaviour',
    valueType: 'number',
    computation: {
      kind: 'aggregate',
      event: { names: PURCHASES },
      measure: 'count',
      window: { last: 365, unit: 'day' },
    },
    scenario: { zh: '区分新客、老客与忠诚客户', en: 'Tell new, returning and loyal customers apart' },
    onUnmatched: 'empty',
  },
  {
    key: 'spend_365d',
    title: { zh: '近一年消费金额', en: 'Spend in a year' },
    category: 'behaviour',
    valueType: 'number',
    computation: amount(365),
    scenario: { zh: '识别高价值客户', en: 'Find high-value customers' },
    onUnmatched: 'empty',
  },
  {
    key: 'spend_total',
    title: { zh: '累计消费金额', en: 'Spend of all time' },
    category: 'behaviour',
    valueType: 'number',
    computation: amount(),
    scenario: { zh: '会员等级与权益', en: 'Member levels and benefits' },
    onUnmatched: 'empty',
  },
  {
    key: 'orders_total',
    title: { zh: '累计购买次数', en: 'Purchases of all time' },
    category: 'behaviour',
    valueType: 'number',
    computation: { kind: 'aggregate', event: { names: PURCHASES }, measure: 'count' },
    scenario: { zh: '首购与复购识别', en: 'Tell first from repeat purchases' },
    onUnmatched: 'empty',
  },
  {
    key: 'average_order',
    title: { zh: '客单价', en: 'Average purchase' },
    category: 'behaviour',
    valueType: 'number',
    computation: {
      kind: 'formula',
      formula: { op: 'divide', of: [{ tag: 'spend_total' }, { tag: 'orders_total' }] },
      decimals: 2,
    },
    scenario: { zh: '按客单价推荐价位', en: 'Recommend at the right price level' },
    onUnmatched: 'empty',
  },
  {
    key: 'last_purchase_at',
    title: { zh: '最近购买时间', en: 'Last purchase' },
    category: 'behaviour',
    valueType: 'date',
    computation: { kind: 'aggregate', event: { names: PURCHASES }, measure: 'lastAt' },
    scenario: { zh: '复购提醒', en: 'Remind of repurchase' },
    onUnmatched: 'empty',
  },
  {
    key: 'first_purchase_at',
    title: { zh: '首次购买时间', en: 'First purchase' },
    category: 'behaviour',
    valueType: 'date',
    computation: { kind: 'aggregate', event: { names: PURCHASES }, measure: 'firstAt' },
    scenario: { zh: '新客培育', en: 'Nurture new customers' },
    onUnmatched: 'empty',
  },
  {
    key: 'last_contact_at',
    title: { zh: '最近互动时间', en: 'Last contact' },
    category: 'behaviour',
    valueType: 'date',
    computation: { kind: 'aggregate', event: { names: CONTACTS }, measure: 'lastAt' },
    scenario: { zh: '沉睡预警与唤醒', en: 'Warn of dormancy and win back' },
    onUnmatched: 'empty',
  },
  {
    key: 'contacts_30d',
    title: { zh: '近 30 天互动次数', en: 'Contacts in 30 days' },
    category: 'behaviour',
    valueType: 'number',
    computation: { kind: 'aggregate', event: { names: CONTACTS }, measure: 'count', window: { last: 30, unit: 'day' } },
    scenario: { zh: '衡量活跃程度', en: 'Measure how active someone is' },
    onUnmatched: 'empty',
  },
  {
    key: 'recency_band',
    title: { zh: '最近消费分层', en: 'Recency of purchase' },
    category: 'behaviour',
    valueType: 'enum',
    values: [
      { value: 'hot', title: { zh: '30 天内', en: 'Within 30 days' } },
      { value: 'warm', title: { zh: '90 天内', en: 'Within 90 days' } },
      { value: 'cool', title: { zh: '180 天内', en: 'Within 180 days' } },
      { value: 'cold', title: { zh: '180 天以上', en: 'Over 180 days' } },
    ],
    computation: {
      kind: 'recency',
      event: { names: PURCHASES },
      bands: [
        { withinDays: 30, value: 'hot' },
        { withinDays: 90, value: 'warm' },
        { withinDays: 180, value: 'cool' },
      ],
      otherwise: 'cold',
    },
    scenario: { zh: '按购买远近分组触达', en: 'Address people by how recently they bought' },
    onUnmatched: 'empty',
  },
];
