import { band, CONTACTS, counted, days, entry, PURCHASES, text, type Entry } from './entry.js';

const MESSAGES = ['Message Clicked', 'Message Replied'];
const DAY_MS = 86_400_000;

/** For every industry: when, where and with what a customer is best met, and whether she is cooling down. */
export const GENERAL_TAGS: Entry[] = [
  entry(
    'preferred_hour',
    text('活跃时段', 'Preferred hour'),
    'behaviour number',
    text('在客户习惯的时段发送消息', 'Send messages at the hour a customer is used to'),
    counted(CONTACTS, days(180), { measure: 'hour' }),
    { onUnmatched: 'keep' },
  ),
  entry(
    'preferred_weekday',
    text('活跃星期', 'Preferred weekday'),
    'behaviour number',
    text('安排活动与回访的日子', 'Choose the day of an event or a call'),
    counted(CONTACTS, days(180), { measure: 'weekday' }),
    { onUnmatched: 'keep' },
  ),
  entry(
    'answered_channel',
    text('有回应的渠道', 'Channel that she answers'),
    'behaviour text',
    text('选择触达渠道', 'Choose the channel of the next message'),
    counted(MESSAGES, days(365), { measure: 'top', property: 'channel' }),
    { onUnmatched: 'keep' },
  ),
  entry(
    'first_channel',
    text('首次来源渠道', 'Channel of the first contact'),
    'attribute text',
    text('评估拉新渠道的质量', 'Judge channels by the customers that they bring'),
    counted(CONTACTS, undefined, { measure: 'first', property: '$channel.name' }),
    { onUnmatched: 'keep' },
  ),
  entry(
    'messages_7d',
    text('近 7 天收到消息数', 'Messages of 7 days'),
    'behaviour number',
    text('控制触达频次，避免打扰', 'Cap how often a customer is addressed'),
    counted(['Message Sent'], days(7)),
  ),
  entry(
    'unanswered_90d',
    text('近 90 天未回应消息数', 'Unanswered messages of 90 days'),
    'behaviour number',
    text('减少无效触达，改换渠道', 'Stop what is not answered, try another channel'),
    {
      kind: 'formula',
      formula: {
        op: 'subtract',
        of: [
          { aggregate: counted(['Message Sent'], days(90)) },
          { op: 'coalesce', of: [{ aggregate: counted(MESSAGES, days(90)) }, { number: 0 }] },
        ],
      },
      decimals: 0,
    },
  ),
  entry(
    'brand_scores',
    text('品牌偏好', 'Brands by interest'),
    'product scores',
    text('品牌联合活动选人', 'Choose people for a brand’s campaign'),
    counted(['Product Viewed', 'Product Added', ...PURCHASES], days(365), {
      measure: 'scores',
      property: '$product.brand',
      limit: 10,
    }),
  ),
  entry(
    'bought_categories',
    text('购买品类', 'Categories bought'),
    'product scores',
    text('交叉销售与品类补货', 'Cross-sell and replenish by category'),
    counted(PURCHASES, days(365), { measure: 'scores', property: '$product.category', limit: 10 }),
  ),
  entry(
    'content_interests',
    text('内容兴趣', 'Content interests'),
    'content scores',
    text('推送客户爱看的内容', 'Send contents that a customer likes'),
    counted(['Content Viewed', 'Live Watched'], days(180), {
      measure: 'scores',
      property: '$content.category',
      limit: 5,
    }),
  ),
  entry(
    'repurchase_interval',
    text('平均复购间隔（天）', 'Mean days between purchases'),
    'behaviour number',
    text('在下次购买前提醒', 'Remind before the next purchase is due'),
    {
      kind: 'formula',
      formula: {
        op: 'divide',
        of: [
          { op: 'subtract', of: [{ tag: 'last_purchase_at' }, { tag: 'first_purchase_at' }] },
          {
            op: 'multiply',
            of: [{ number: DAY_MS }, { op: 'subtract', of: [{ tag: 'orders_total' }, { number: 1 }] }],
          },
        ],
      },
      decimals: 1,
    },
  ),
  entry(
    'spend_trend_90d',
    text('近 90 天消费变化', 'Change of spend in 90 days'),
    'behaviour number',
    text('消费下滑预警', 'Warn when spend falls'),
    {
      kind: 'formula',
      formula: {
        op: 'subtract',
        of: [0, 90].map((skip) => ({
          op: 'coalesce' as const,
          of: [{ aggregate: counted(PURCHASES, days(90, skip), { measure: 'sum', property: 'total' }) }, { number: 0 }],
        })),
      },
      decimals: 2,
    },
  ),
  entry(
    'cooling_down',
    text('兴趣降温', 'Cooling down'),
    'behaviour enum',
    text('流失前挽留', 'Hold customers before they leave'),
    {
      kind: 'tiers',
      tiers: [
        {
          when: {
            all: [
              { behaviour: counted(CONTACTS, days(60, 30)), test: { op: 'gte', value: 4 } },
              { behaviour: counted(CONTACTS, days(30)), test: { op: 'missing' } },
            ],
          },
          value: 'silent',
        },
        {
          when: {
            all: [
              { behaviour: counted(CONTACTS, days(60, 30)), test: { op: 'gte', value: 4 } },
              { behaviour: counted(CONTACTS, days(30)), test: { op: 'lte', value: 1 } },
            ],
          },
          value: 'cooling',
        },
      ],
    },
    { values: [band('cooling', '降温', 'Cooling'), band('silent', '沉默', 'Silent')] },
  ),
];
