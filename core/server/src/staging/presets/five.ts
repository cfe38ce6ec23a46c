import type { Condition, Guard, LifecycleDefinition, Stage, SubStage, Text } from '@perennial/contract';
import { ALWAYS, BY_INTENT, FADING, PLAYBOOKS, quietFor, UNANSWERED } from '../../lifecycle/index.js';

/** What differs from industry to industry; days, amounts in the shop's currency, purchases of a year. */
export interface Thresholds {
  atRiskDays: number;
  dormantDays: number;
  lostDays: number;
  highValue: number;
  frequentOrders: number;
}

export interface Industry {
  industry: string;
  title: Text;
  explanation: Text;
  thresholds: Thresholds;
  /** More signals that a customer is about to leave. */
  atRisk?: Condition[];
  potential?: SubStage[];
  newcomers?: SubStage[];
  guards?: Partial<Record<'loyal' | 'churn', Guard[]>>;
}

const t = (zh: string, en: string): Text => ({ zh, en });
const tag = (key: string, test: Extract<Condition, { tag: string }>['test']): Condition => ({ tag: key, test });
const orders = (value: number): Condition => tag('orders_365d', { op: 'gte', value });
const spend = (value: number): Condition => tag('spend_365d', { op: 'gte', value });
/** Whoever reached a level keeps it down to nine tenths, so that one refund does not throw her out and in again. */
const nearly = (value: number): number => Math.floor(value * 0.9);

/** The five stages with an industry's thresholds, signals and guards. */
export function fiveStages(key: string, how: Industry): LifecycleDefinition {
  const { industry, title, explanation, potential = BY_INTENT, newcomers } = how;
  return {
    key,
    title,
    industry,
    explanation,
    version: 1,
    initial: 'potential',
    stages: [
      churn(how),
      loyal(how),
      {
        key: 'active',
        title: t('活跃', 'Active'),
        when: tag('orders_total', { op: 'gte', value: 2 }),
        playbook: PLAYBOOKS.active,
      },
      {
        key: 'new',
        title: t('新客', 'New'),
        when: tag('orders_total', { op: 'gte', value: 1 }),
        ...(newcomers && { subStages: newcomers }),
        playbook: PLAYBOOKS.new,
      },
      {
        key: 'potential',
        title: t('潜客', 'Potential'),
        subStages: potential,
        playbook: PLAYBOOKS.potential,
      },
    ],
  };
}

function churn({ thresholds: { atRiskDays, dormantDays, lostDays }, atRisk = [], guards }: Industry): Stage {
  const leaving: Condition = { any: [quietFor(atRiskDays), UNANSWERED, FADING, ...atRisk] };
  return {
    key: 'churn',
    title: t('沉睡流失', 'Churn'),
    when: { all: [tag('orders_total', { op: 'gt', value: 0 }), leaving] },
    subStages: [
      { key: 'lost', title: t('流失', 'Lost'), when: quietFor(lostDays) },
      { key: 'dormant', title: t('沉睡', 'Dormant'), when: quietFor(dormantDays) },
      { key: 'at_risk', title: t('流失预警', 'At risk'), when: ALWAYS },
    ],
    ...(guards?.churn && { guards: guards.churn }),
    playbook: PLAYBOOKS.churn,
  };
}

function loyal({ thresholds: { highValue, frequentOrders }, guards }: Industry): Stage {
  return {
    key: 'loyal',
    title: t('高潜高值', 'Loyal and high value'),
    when: { any: [orders(frequentOrders), spend(highValue)] },
    stay: { any: [orders(nearly(frequentOrders)), spend(nearly(highValue))] },
    subStages: [
      {
        key: 'all_round',
        title: t('高频高额', 'All-round'),
        when: { all: [orders(frequentOrders), spend(highValue)] },
      },
      { key: 'frequent_small', title: t('高频低额', 'Frequent small'), when: orders(nearly(frequentOrders)) },
      { key: 'rare_large', title: t('低频高额', 'Rare large'), when: spend(nearly(highValue)) },
    ],
    minimumStayDays: 7,
    ...(guards?.loyal && { guards: guards.loyal }),
    playbook: PLAYBOOKS.loyal,
  };
}
