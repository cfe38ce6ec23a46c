import type { EventTest } from '@perennial/contract';
import { band, counted, days, entry, PURCHASES, text, type Entry } from './entry.js';

const industries = ['beauty'];
const TRIAL: EventTest = { property: 'order_type', test: { op: 'is', value: 'trial' } };
const bought = (where: EventTest[]) => counted(PURCHASES, undefined, { event: { names: PURCHASES, where } });

/** Beauty: from the trial pack to the regular, and how much a coupon decides. */
export const BEAUTY_TAGS: Entry[] = [
  entry(
    'bt_trial_to_regular',
    text('试用转正装', 'From trial to regular'),
    'behaviour enum',
    text('试用后推送正装优惠', 'Offer the full size after a trial'),
    {
      kind: 'tiers',
      tiers: [
        {
          when: {
            all: [
              { behaviour: bought([TRIAL]), test: { op: 'exists' } },
              { behaviour: bought([{ not: TRIAL }]), test: { op: 'exists' } },
            ],
          },
          value: 'converted',
        },
        { when: { behaviour: bought([TRIAL]), test: { op: 'exists' } }, value: 'trial_only' },
      ],
    },
    { values: [band('converted', '已转正装', 'Converted'), band('trial_only', '仅试用', 'Trial only')] },
  ),
  entry(
    'bt_coupon_share',
    text('用券占比', 'Share of purchases with a coupon'),
    'behaviour number',
    text('衡量对优惠的依赖', 'See how much coupons decide'),
    {
      kind: 'formula',
      formula: {
        op: 'divide',
        of: [
          { op: 'coalesce', of: [{ aggregate: counted(['Coupon Redeemed'], days(365)) }, { number: 0 }] },
          { tag: 'orders_365d' },
        ],
      },
      decimals: 2,
    },
  ),
  entry(
    'bt_price_sensitivity',
    text('价格敏感度', 'Price sensitivity'),
    'product enum',
    text('券额分级，减少无效折扣', 'Give discounts only where they decide'),
    {
      kind: 'tiers',
      tiers: [
        { when: { tag: 'bt_coupon_share', test: { op: 'gte', value: 0.6 } }, value: 'high' },
        { when: { tag: 'bt_coupon_share', test: { op: 'gte', value: 0.2 } }, value: 'medium' },
        { when: { tag: 'bt_coupon_share', test: { op: 'exists' } }, value: 'low' },
      ],
    },
    { values: [band('high', '高敏感', 'High'), band('medium', '中敏感', 'Medium'), band('low', '低敏感', 'Low')] },
  ),
  entry(
    'bt_effects',
    text('功效偏好', 'Effects of interest'),
    'product list',
    text('按功效推荐新品', 'Recommend new products by effect'),
    counted(['Product Viewed', 'Product Added', ...PURCHASES], days(365), {
      measure: 'top',
      property: '$product.tags',
      limit: 5,
    }),
  ),
  entry(
    'bt_skin_type',
    text('肤质', 'Skin type'),
    'attribute text',
    text('护肤方案推荐', 'Recommend a routine'),
    { kind: 'trait', trait: 'skin_type' },
    { onUnmatched: 'keep' },
  ),
  entry(
    'bt_replenish',
    text('护肤品补货', 'Skin care to be replenished'),
    'behaviour enum',
    text('约 60 天用完前提醒补货', 'Remind before about sixty days have used it up'),
    {
      kind: 'recency',
      event: { names: PURCHASES, where: [{ property: '$product.category', test: { op: 'contains', value: '护肤' } }] },
      bands: [
        { withinDays: 45, value: 'in_use' },
        { withinDays: 75, value: 'due' },
      ],
      otherwise: 'overdue',
    },
    {
      values: [band('in_use', '使用中', 'In use'), band('due', '该补货', 'Due'), band('overdue', '已断货', 'Overdue')],
    },
  ),
  entry(
    'bt_reviews_365d',
    text('近一年晒单评价', 'Reviews of a year'),
    'content number',
    text('邀请种草与体验官', 'Invite to write about new products'),
    counted(['Review Submitted'], days(365)),
  ),
  entry(
    'bt_live_minutes_90d',
    text('近 90 天看播时长', 'Minutes of live shows in 90 days'),
    'content number',
    text('直播预约与专场邀约', 'Invite to the next live show'),
    counted(['Live Watched'], days(90), { measure: 'sum', property: 'minutes' }),
  ),
].map((one) => ({ ...one, industries }));
