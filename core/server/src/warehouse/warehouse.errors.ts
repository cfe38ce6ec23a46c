export const WAREHOUSE = {
  /** What waits is refused as a whole, and not for a row's sake: the operator has to look at the warehouse. */
  APPEND_STUCK: 'WAREHOUSE_APPEND_STUCK',
  /** Neither an embedded engine nor a URL: the operator has to choose one. */
  ENGINE_ABSENT: 'WAREHOUSE_ENGINE_ABSENT',
  /** The engine did not come (back) within the wait. */
  ENGINE_UNAVAILABLE: 'WAREHOUSE_ENGINE_UNAVAILABLE',
  MIGRATION_UNKNOWN: 'WAREHOUSE_MIGRATION_UNKNOWN',
  QUERY_FAILED: 'WAREHOUSE_QUERY_FAILED',
  QUERY_TIMEOUT: 'WAREHOUSE_QUERY_TIMEOUT',
  TABLE_INVALID: 'WAREHOUSE_TABLE_INVALID',
  URL_INVALID: 'WAREHOUSE_URL_INVALID',
} as const;
