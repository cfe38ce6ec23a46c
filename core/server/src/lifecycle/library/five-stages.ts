import type { Condition, LifecycleDefinition } from '@perennial/contract';
import { PLAYBOOKS } from './playbooks.js';
import { ALWAYS, BY_INTENT, FADING, quietFor, UNANSWERED } from './signals.js';

const orders = (op: 'gte' | 'lte', value: number): Condition => ({ tag: 'orders_365d', test: { op, value } });
const spend = (op: 'gte' | 'lt', value: number): Condition => ({ tag: 'spend_365d', test: { op, value } });

/** From here on a customer's year of spend counts as high value; the currency is the shop's own. */
const HIGH_VALUE = 3_000;
const FREQUENT = 6;

/**
 * The default lifecycle. Churn is looked at first, because silence outweighs what was bought before; only people who
 * once bought can churn, the others stay potential however quiet they are.
 */
export const FIVE_STAGES: LifecycleDefinition = {
  key: 'default',
  title: { zh: '客户生命周期', en: 'Customer lifecycle' },
  version: 2,
  initial: 'potential',
  stages: [
    {
      key: 'churn',
      title: { zh: '沉睡流失', en: 'Churn' },
      playbook: PLAYBOOKS.churn,
      when: {
        all: [{ tag: 'orders_total', test: { op: 'gt', value: 0 } }, { any: [quietFor(45), UNANSWERED, FADING] }],
      },
      subStages: [
        { key: 'lost', title: { zh: '流失', en: 'Lost' }, when: quietFor(180) },
        { key: 'dormant', title: { zh: '沉睡', en: 'Dormant' }, when: quietFor(90) },
        { key: 'at_risk', title: { zh: '流失预警', en: 'At risk' }, when: ALWAYS },
      ],
    },
    {
      key: 'loyal',
      title: { zh: '高潜高值', en: 'Loyal and high value' },
      playbook: PLAYBOOKS.loyal,
      when: { any: [orders('gte', FREQUENT), spend('gte', HIGH_VALUE)] },
      subStages: [
        {
          key: 'all_round',
          title: { zh: '高频高额', en: 'All-round' },
          when: { all: [orders('gte', FREQUENT), spend('gte', HIGH_VALUE)] },
        },
        { key: 'frequent_small', title: { zh: '高频低额', en: 'Frequent small' }, when: orders('gte', FREQUENT) },
        { key: 'rare_large', title: { zh: '低频高额', en: 'Rare large' }, when: spend('gte', HIGH_VALUE) },
      ],
      minimumStayDays: 1,
    },
    {
      key: 'active',
      title: { zh: '活跃', en: 'Active' },
      playbook: PLAYBOOKS.active,
      when: { tag: 'orders_total', test: { op: 'gte', value: 2 } },
    },
    {
      key: 'new',
      title: { zh: '新客', en: 'New' },
      playbook: PLAYBOOKS.new,
      when: { tag: 'orders_total', test: { op: 'gte', value: 1 } },
    },
    { key: 'potential', title: { zh: '潜客', en: 'Potential' }, subStages: BY_INTENT, playbook: PLAYBOOKS.potential },
  ],
};
