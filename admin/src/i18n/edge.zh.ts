/** Texts of sources' settings, plans, scrubbing and of parity. */
export const edgeZh = {
  PLAN_EVENT_UNKNOWN: '事件不在埋点方案中',
  PLAN_PROPERTY_MISSING: '缺少方案要求的属性',
  PLAN_PROPERTY_INVALID: '属性值不符合方案',
  PLAN_PROPERTY_UNKNOWN: '属性不在方案中',
};
