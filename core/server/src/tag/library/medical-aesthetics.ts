import { band, counted, days, did, didNot, entry, text, whether, type Entry } from './entry.js';

const INTERESTED = ['Product Viewed', 'Content Viewed', 'Price Asked', 'Lead Submitted', 'Consultation Booked'];
const TREATED = ['Treatment Completed'];
const industries = ['medical_aesthetics'];

/** Medical aesthetics: from a lead's intent to the next treatment's due date. */
export const MEDICAL_AESTHETICS_TAGS: Entry[] = [
  entry(
    'ma_intent_strength',
    text('医美意向强度', 'Strength of intent'),
    'behaviour enum',
    text('按意向强度分配咨询师', 'Hand leads to consultants by intent'),
    {
      kind: 'tiers',
      tiers: [
        { when: { any: [did(['Consultation Booked'], days(30)), did(['Price Asked'], days(14), 2)] }, value: 'hot' },
        {
          when: { any: [did(['Lead Submitted', 'Price Asked'], days(30)), did(INTERESTED, days(7), 5)] },
          value: 'warm',
        },
        { when: did(INTERESTED, days(30)), value: 'curious' },
      ],
    },
    { values: [band('hot', '强意向', 'Hot'), band('warm', '中意向', 'Warm'), band('curious', '关注', 'Curious')] },
  ),
  entry(
    'ma_price_asks_30d',
    text('近 30 天询价次数', 'Price questions of 30 days'),
    'behaviour number',
    text('询价未到店的跟进', 'Follow up on who asked and did not come'),
    counted(['Price Asked'], days(30)),
  ),
  entry(
    'ma_project_interest',
    text('关注项目', 'Treatment of interest'),
    'product text',
    text('项目案例与体验邀约', 'Send cases of the treatment, invite to try it'),
    counted(['Product Viewed', 'Price Asked'], days(90), { measure: 'top', property: '$product.category' }),
    { onUnmatched: 'keep' },
  ),
  entry(
    'ma_consulted_not_treated',
    text('到诊未成交', 'Consulted, not treated'),
    'behaviour boolean',
    text('到诊未成交的二次跟进', 'A second talk with who came and did not decide'),
    whether({ all: [did(['Consultation Attended'], days(60)), didNot(TREATED, days(60))] }),
  ),
  entry(
    'ma_missed_90d',
    text('近 90 天爽约次数', 'Missed appointments of 90 days'),
    'behaviour number',
    text('预约确认与押金策略', 'Confirm appointments, ask for a deposit'),
    counted(['Appointment Missed'], days(90)),
  ),
  entry(
    'ma_last_treatment_at',
    text('最近治疗时间', 'Last treatment'),
    'behaviour date',
    text('复诊与补打提醒', 'Remind of check-ups and touch-ups'),
    counted(TREATED, undefined, { measure: 'lastAt' }),
  ),
  entry(
    'ma_aftercare',
    text('术后护理期', 'Aftercare'),
    'behaviour boolean',
    text('术后 7 天关怀，暂停营销', 'Care for a week after treatment, no marketing'),
    { kind: 'recency', event: { names: TREATED }, bands: [{ withinDays: 7, value: true }] },
  ),
  entry(
    'ma_injection_cycle',
    text('注射周期', 'Injection cycle'),
    'behaviour enum',
    text('注射项目约 4 个月补打邀约', 'Invite for the next injection after about four months'),
    {
      kind: 'recency',
      event: { names: TREATED, where: [{ property: 'method', test: { op: 'is', value: 'injection' } }] },
      bands: [
        { withinDays: 90, value: 'effective' },
        { withinDays: 130, value: 'due' },
      ],
      otherwise: 'overdue',
    },
    {
      values: [
        band('effective', '有效期内', 'Effective'),
        band('due', '该补打', 'Due'),
        band('overdue', '已过期', 'Overdue'),
      ],
    },
  ),
  entry(
    'ma_consultant_view',
    text('咨询师评估', 'Consultant’s view'),
    'attribute enum',
    text('咨询师手工判断成交机会', 'What the consultant thinks of the chance'),
    { kind: 'manual' },
    {
      onUnmatched: 'keep',
      values: [
        band('likely', '很可能', 'Likely'),
        band('open', '待观察', 'Open'),
        band('unlikely', '不太可能', 'Unlikely'),
      ],
    },
  ),
].map((one) => ({ ...one, industries }));
