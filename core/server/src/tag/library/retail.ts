import { band, counted, days, did, entry, PURCHASES, text, whether, type Entry } from './entry.js';

const industries = ['retail'];
const VISITS = ['Checked In', ...PURCHASES];
const inShop = (op: 'exists' | 'missing') =>
  counted(PURCHASES, days(365), { event: { names: PURCHASES, where: [{ property: 'shop', test: { op } }] } });

/** Retail chains: how often, where and how broadly somebody shops. */
export const RETAIL_TAGS: Entry[] = [
  entry(
    'rt_visit_days_90d',
    text('近 90 天到店天数', 'Days in a shop in 90 days'),
    'behaviour number',
    text('到店习惯分析', 'See who comes how often'),
    counted(VISITS, days(90), { measure: 'days' }),
  ),
  entry(
    'rt_visit_rhythm',
    text('到店节奏', 'Rhythm of visits'),
    'behaviour enum',
    text('按节奏安排促销与唤醒', 'Time offers by the rhythm of visits'),
    {
      kind: 'tiers',
      tiers: [
        { when: { tag: 'rt_visit_days_90d', test: { op: 'gte', value: 10 } }, value: 'weekly' },
        { when: { tag: 'rt_visit_days_90d', test: { op: 'gte', value: 5 } }, value: 'fortnightly' },
        { when: { tag: 'rt_visit_days_90d', test: { op: 'gte', value: 2 } }, value: 'monthly' },
        { when: { tag: 'rt_visit_days_90d', test: { op: 'exists' } }, value: 'rare' },
      ],
    },
    {
      values: [
        band('weekly', '每周', 'Weekly'),
        band('fortnightly', '每两周', 'Fortnightly'),
        band('monthly', '每月', 'Monthly'),
        band('rare', '偶尔', 'Rarely'),
      ],
    },
  ),
  entry(
    'rt_basket_365d',
    text('近一年平均客单', 'Mean basket of a year'),
    'behaviour number',
    text('满减门槛设置', 'Set the threshold of an offer'),
    counted(PURCHASES, days(365), { measure: 'average', property: 'total' }),
  ),
  entry(
    'rt_biggest_basket',
    text('最大客单', 'Biggest basket'),
    'behaviour number',
    text('识别大宗与团购机会', 'Find who could buy in bulk'),
    counted(PURCHASES, undefined, { measure: 'max', property: 'total' }),
  ),
  entry(
    'rt_home_shop',
    text('常去门店', 'Home shop'),
    'behaviour text',
    text('门店导购认领与活动邀约', 'Hand customers to their shop’s assistants'),
    counted(VISITS, days(365), { measure: 'top', property: 'shop' }),
    { onUnmatched: 'keep' },
  ),
  entry(
    'rt_breadth_365d',
    text('购买品类数', 'Categories bought in a year'),
    'product number',
    text('拓品类交叉销售', 'Widen what a customer buys'),
    counted(PURCHASES, days(365), { measure: 'distinct', property: '$product.category' }),
  ),
  entry(
    'rt_both_worlds',
    text('线上线下双栖', 'Shops online and in shops'),
    'behaviour boolean',
    text('小程序到店联动权益', 'Benefits across app and shop'),
    whether({
      all: [
        { behaviour: inShop('exists'), test: { op: 'exists' } },
        { behaviour: inShop('missing'), test: { op: 'exists' } },
      ],
    }),
  ),
  entry(
    'rt_coupons_waiting',
    text('未用优惠券数', 'Coupons not yet used'),
    'behaviour number',
    text('到期前用券提醒', 'Remind of coupons before they expire'),
    {
      kind: 'formula',
      formula: {
        op: 'subtract',
        of: [
          { aggregate: counted(['Coupon Received'], days(90)) },
          { op: 'coalesce', of: [{ aggregate: counted(['Coupon Redeemed'], days(90)) }, { number: 0 }] },
        ],
      },
      decimals: 0,
    },
  ),
  entry(
    'rt_month_buyer',
    text('本月已购', 'Bought this month'),
    'behaviour boolean',
    text('月度任务与积分提醒', 'Monthly goals and points'),
    whether(did(PURCHASES, { this: 'month' })),
  ),
].map((one) => ({ ...one, industries }));
