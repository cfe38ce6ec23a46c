import type { Aggregate, Condition, SubStage } from '@perennial/contract';

/** What the field reads from what people do, beside silence and spend. */

const within = (names: string[], days: number): Aggregate => ({
  kind: 'aggregate',
  event: { names },
  measure: 'count',
  window: { last: days, unit: 'day' },
});

export const quietFor = (days: number): Condition => ({ tag: 'last_contact_at', test: { op: 'olderThan', days } });

/** Was active once, and answered none of the last three campaigns. */
export const UNANSWERED: Condition = {
  all: [
    { behaviour: within(['Message Sent'], 90), test: { op: 'gte', value: 3 } },
    { behaviour: within(['Message Clicked', 'Message Replied'], 90), test: { op: 'missing' } },
    quietFor(30),
  ],
};

/** Looked at the products often within a quarter, and at none for a month: interest falls before contact ends. */
export const FADING: Condition = {
  all: [
    { behaviour: within(['Product Viewed'], 90), test: { op: 'gte', value: 6 } },
    { behaviour: within(['Product Viewed'], 30), test: { op: 'missing' } },
  ],
};

/** Holds of everybody: the sub-stage for those whom the stage's own condition brought. */
export const ALWAYS: Condition = { any: [quietFor(0), { not: quietFor(0) }] };

const intends = (key: string, value: string, zh: string, en: string): SubStage => ({
  key,
  title: { zh, en },
  when: { tag: 'intent', test: { op: 'is', value } },
});

/** Leads told apart by what they looked at and asked for: the high ones are a consultant's business. */
export const BY_INTENT: SubStage[] = [
  intends('high_intent', 'high', '高意向', 'High intent'),
  intends('some_intent', 'medium', '中意向', 'Some intent'),
];
