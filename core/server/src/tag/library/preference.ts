import type { Entry } from './entry.js';

/** What people look at and like: content and product preferences, intent, value bands. */
export const PREFERENCE_TAGS: Entry[] = [
  {
    key: 'favourite_category',
    title: { zh: '偏好品类', en: 'Favourite category' },
    category: 'product',
    valueType: 'text',
    computation: {
      kind: 'aggregate',
      event: { names: ['Product Viewed', 'Product Added'] },
      measure: 'top',
      property: '$product.category',
      window: { last: 180, unit: 'day' },
    },
    scenario: { zh: '品类推荐与新品通知', en: 'Recommend a category, announce new products' },
    onUnmatched: 'keep',
  },
  {
    key: 'products_viewed_30d',
    title: { zh: '近 30 天浏览商品数', en: 'Products viewed in 30 days' },
    category: 'product',
    valueType: 'number',
    computation: {
      kind: 'aggregate',
      event: { names: ['Product Viewed'] },
      measure: 'distinct',
      property: 'product_id',
      window: { last: 30, unit: 'day' },
    },
    scenario: { zh: '挖掘未转化的购买意向', en: 'Find intent that has not turned into a purchase' },
    onUnmatched: 'empty',
  },
  {
    key: 'contents_30d',
    title: { zh: '近 30 天内容互动', en: 'Contents in 30 days' },
    category: 'content',
    valueType: 'number',
    computation: {
      kind: 'aggregate',
      event: { names: ['Content Viewed', 'Live Watched'] },
      measure: 'count',
      window: { last: 30, unit: 'day' },
    },
    scenario: { zh: '内容种草人群', en: 'People that contents warm up' },
    onUnmatched: 'empty',
  },
  {
    key: 'price_level',
    title: { zh: '消费层级', en: 'Price level' },
    category: 'product',
    valueType: 'enum',
    values: [
      { value: 'premium', title: { zh: '高端', en: 'Premium' } },
      { value: 'middle', title: { zh: '中端', en: 'Middle' } },
      { value: 'value', title: { zh: '实惠', en: 'Value' } },
    ],
    computation: {
      kind: 'tiers',
      tiers: [
        { when: { tag: 'average_order', test: { op: 'gte', value: 800 } }, value: 'premium' },
        { when: { tag: 'average_order', test: { op: 'gte', value: 250 } }, value: 'middle' },
        { when: { tag: 'average_order', test: { op: 'gt', value: 0 } }, value: 'value' },
      ],
    },
    scenario: { zh: '按价格带选品与发券', en: 'Choose products and coupons by price level' },
    onUnmatched: 'keep',
  },
  {
    key: 'intent',
    title: { zh: '意向强度', en: 'Intent' },
    category: 'behaviour',
    valueType: 'enum',
    values: [
      { value: 'high', title: { zh: '高意向', en: 'High' } },
      { value: 'medium', title: { zh: '中意向', en: 'Medium' } },
      { value: 'low', title: { zh: '低意向', en: 'Low' } },
    ],
    computation: {
      kind: 'tiers',
      tiers: [
        { when: { tag: 'leads_30d', test: { op: 'gt', value: 0 } }, value: 'high' },
        {
          when: {
            any: [
              { tag: 'products_viewed_30d', test: { op: 'gte', value: 3 } },
              { tag: 'contents_30d', test: { op: 'gte', value: 5 } },
            ],
          },
          value: 'medium',
        },
        { when: { tag: 'contacts_30d', test: { op: 'gt', value: 0 } }, value: 'low' },
      ],
    },
    scenario: { zh: '线索分配给顾问跟进', en: 'Hand leads to consultants' },
    onUnmatched: 'empty',
  },
  {
    key: 'leads_30d',
    title: { zh: '近 30 天留资与预约', en: 'Leads in 30 days' },
    category: 'behaviour',
    valueType: 'number',
    computation: {
      kind: 'aggregate',
      event: { names: ['Lead Submitted', 'Consultation Booked'] },
      measure: 'count',
      window: { last: 30, unit: 'day' },
    },
    scenario: { zh: '销售线索跟进', en: 'Follow up on leads' },
    onUnmatched: 'empty',
  },
  {
    key: 'city',
    title: { zh: '城市', en: 'City' },
    category: 'attribute',
    valueType: 'text',
    computation: { kind: 'trait', trait: 'city' },
    scenario: { zh: '同城门店活动邀约', en: 'Invite to events of the local shop' },
    onUnmatched: 'keep',
  },
  {
    key: 'refunds_365d',
    title: { zh: '近一年退货次数', en: 'Refunds in a year' },
    category: 'behaviour',
    valueType: 'number',
    computation: {
      kind: 'aggregate',
      event: { names: ['Order Refunded'] },
      measure: 'count',
      window: { last: 365, unit: 'day' },
    },
    scenario: { zh: '服务关怀与退货预警', en: 'Care for people who return goods' },
    onUnmatched: 'empty',
  },
];
