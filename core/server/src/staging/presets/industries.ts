import type { Condition, Guard, LifecycleDefinition, SubStage, Text } from '@perennial/contract';
import { fiveStages, type Industry, type Thresholds } from './five.js';

const t = (zh: string, en: string): Text => ({ zh, en });
const is = (tag: string, value: string | boolean): Condition => ({ tag, test: { op: 'is', value } });
const sub = (key: string, zh: string, en: string, when: Condition): SubStage => ({ key, title: t(zh, en), when });

const NOT_IN_AFTERCARE: Guard = {
  key: 'aftercare',
  veto: is('ma_aftercare', true),
  message: t(
    '术后护理期内不判为流失，也不做营销',
    'Nobody counts as leaving, or is advertised to, in the week after treatment',
  ),
};
const NO_ADVERSE_EFFECT: Guard = {
  key: 'adverse_effect',
  veto: is('hp_adverse_report', true),
  message: t('有不良反应反馈，先由专业人员跟进', 'An adverse effect was reported; a professional follows it up first'),
};

/** What the four industries know of their customers' rhythm; where an enterprise has data of its own, the wizard knows better. */
export const INDUSTRIES: Industry[] = [
  {
    industry: 'medical_aesthetics',
    title: t('医美客户生命周期', 'Medical aesthetics lifecycle'),
    explanation: t(
      '决策慢、客单高、按疗程复购：注射约 4 个月、光电约 1 个月。潜客按意向强度分层；两个疗程没有互动即预警；术后一周内不判流失。',
      'Decisions are slow, purchases large, and repeated by treatment: injections about every four months. Leads are told apart by intent; two cycles without contact are a warning; the week after treatment is left in peace.',
    ),
    thresholds: { atRiskDays: 90, dormantDays: 180, lostDays: 365, highValue: 20_000, frequentOrders: 4 },
    atRisk: [is('ma_injection_cycle', 'overdue')],
    potential: [
      sub('hot', '强意向', 'Hot', is('ma_intent_strength', 'hot')),
      sub('warm', '中意向', 'Warm', is('ma_intent_strength', 'warm')),
    ],
    guards: { churn: [NOT_IN_AFTERCARE] },
  },
  {
    industry: 'beauty',
    title: t('美妆客户生命周期', 'Beauty lifecycle'),
    explanation: t(
      '消耗品，约 60 天用完：过了一个周期没有互动即预警。新客分“仅试用”与“正装”，目标是试用转正装。',
      'Consumables that last about sixty days: one cycle without contact is a warning. New customers are told apart by trial and full size.',
    ),
    thresholds: { atRiskDays: 60, dormantDays: 120, lostDays: 240, highValue: 2_500, frequentOrders: 6 },
    atRisk: [{ all: [is('bt_replenish', 'overdue'), { tag: 'contacts_30d', test: { op: 'missing' } }] }],
    newcomers: [sub('trial', '仅试用', 'Trial only', is('bt_trial_to_regular', 'trial_only'))],
  },
  {
    industry: 'retail',
    title: t('连锁零售客户生命周期', 'Retail chain lifecycle'),
    explanation: t(
      '高频低额：按到店节奏判断。45 天没有互动即预警，90 天沉睡，180 天流失。',
      'Often and small: what counts is the rhythm of visits. 45 days without contact are a warning, 90 dormant, 180 lost.',
    ),
    thresholds: { atRiskDays: 45, dormantDays: 90, lostDays: 180, highValue: 5_000, frequentOrders: 12 },
    newcomers: [sub('one_shop', '单店新客', 'New, in shops only', { not: is('rt_both_worlds', true) })],
  },
  {
    industry: 'health',
    title: t('大健康客户生命周期', 'Health products lifecycle'),
    explanation: t(
      '按疗程服用，约 30 天一周期：断档即预警。有不良反应反馈的客户不升级、不营销，先由专业人员跟进。',
      'Taken in courses of about thirty days: a break is a warning. Whoever reported an adverse effect is not moved up or advertised to before a professional has followed it up.',
    ),
    thresholds: { atRiskDays: 45, dormantDays: 75, lostDays: 150, highValue: 4_000, frequentOrders: 8 },
    atRisk: [is('hp_cycle_adherence', 'broken_off')],
    guards: { loyal: [NO_ADVERSE_EFFECT] },
  },
];

/** The presets, with the enterprise's own thresholds where they are given. */
export const presetsWith = (own: Partial<Thresholds>): LifecycleDefinition[] =>
  INDUSTRIES.map((industry) =>
    fiveStages(industry.industry, { ...industry, thresholds: { ...industry.thresholds, ...own } }),
  );
