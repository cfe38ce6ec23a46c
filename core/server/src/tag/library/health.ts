import { band, counted, days, did, entry, PURCHASES, text, whether, type Entry } from './entry.js';

const industries = ['health'];

/** Health products: keeping to the course, questions, and when not to advertise. */
export const HEALTH_TAGS: Entry[] = [
  entry(
    'hp_days_since_purchase',
    text('距上次购买天数', 'Days since the last purchase'),
    'behaviour number',
    text('疗程断档判断', 'See where a course was broken off'),
    { kind: 'daysSince', event: { names: PURCHASES }, cap: 365 },
  ),
  entry(
    'hp_cycle_adherence',
    text('周期依从性', 'Keeping to the cycle'),
    'behaviour enum',
    text('30 天周期的续服提醒', 'Remind of the next pack of a thirty-day cycle'),
    {
      kind: 'tiers',
      tiers: [
        { when: { tag: 'hp_days_since_purchase', test: { op: 'lte', value: 35 } }, value: 'on_cycle' },
        { when: { tag: 'hp_days_since_purchase', test: { op: 'lte', value: 50 } }, value: 'late' },
        { when: { tag: 'hp_days_since_purchase', test: { op: 'exists' } }, value: 'broken_off' },
      ],
    },
    {
      values: [
        band('on_cycle', '按期', 'On cycle'),
        band('late', '延迟', 'Late'),
        band('broken_off', '中断', 'Broken off'),
      ],
    },
  ),
  entry(
    'hp_check_in_streak',
    text('连续打卡天数', 'Longest run of check-ins'),
    'behaviour number',
    text('坚持打卡激励', 'Praise who keeps at it'),
    counted(['Health Checked In'], days(60), { measure: 'streak' }),
  ),
  entry(
    'hp_topics',
    text('关注健康话题', 'Health topics'),
    'content scores',
    text('科普内容与课程推送', 'Send articles and courses on the topic'),
    counted(['Question Asked', 'Content Viewed'], days(180), { measure: 'scores', property: 'topic', limit: 5 }),
  ),
  entry(
    'hp_questions_30d',
    text('近 30 天咨询次数', 'Questions of 30 days'),
    'behaviour number',
    text('健康顾问主动回访', 'A call from the health adviser'),
    counted(['Question Asked'], days(30)),
  ),
  entry(
    'hp_buys_for_others',
    text('为家人购买', 'Buys for others'),
    'behaviour number',
    text('家庭套餐与节日礼盒', 'Family packs and gift boxes'),
    counted(PURCHASES, days(365), { measure: 'distinct', property: 'for_whom' }),
  ),
  entry(
    'hp_adverse_report',
    text('不良反应反馈', 'Reported an adverse effect'),
    'behaviour boolean',
    text('暂停营销并转专业跟进', 'Stop marketing, hand to a professional'),
    whether(did(['Adverse Effect Reported'], days(180))),
  ),
  entry(
    'hp_doses_left',
    text('疗程剩余份数', 'Doses left of the course'),
    'attribute number',
    text('用完前提醒续订', 'Remind before the course is used up'),
    { kind: 'manual' },
    { onUnmatched: 'keep' },
  ),
].map((one) => ({ ...one, industries }));
