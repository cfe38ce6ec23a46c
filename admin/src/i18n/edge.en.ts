import type { edgeZh } from './edge.zh.js';

export const edgeEn: typeof edgeZh = {
  PLAN_EVENT_UNKNOWN: 'The event is not in the tracking plan',
  PLAN_PROPERTY_MISSING: 'A property that the plan demands is missing',
  PLAN_PROPERTY_INVALID: 'The property’s value is not as planned',
  PLAN_PROPERTY_UNKNOWN: 'The property is not in the plan',
};
