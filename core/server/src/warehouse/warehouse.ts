/**
 * History and analytics: ClickHouse, embedded or by URL, through one network path. This class is the injection token.
 * Every call waits up to 30 s for an engine that is down, then fails with kind `transient`.
 */
export abstract class Warehouse {
  /**
   * Rows of a SELECT without a FORMAT clause. `params` fill `{name:Type}` placeholders and never become SQL text.
   * `signal` gives up on the answer. 64-bit numbers arrive as numbers, instants as ISO 8601 text in UTC. Limited to 30 s.
   */
  abstract rows<T>(sql: string, params?: Record<string, unknown>, signal?: AbortSignal): Promise<T[]>;
  /** A statement without a result. Not repeated when the engine dies meanwhile. */
  abstract command(sql: string, params?: Record<string, unknown>): Promise<void>;
  /**
   * Appends NDJSON rows (see `rows.ts`) and returns when they are on the disk. Idempotent by token, for any number of
   * attempts with the same rows. `isRepeat` says that an earlier attempt may have landed in part or whole: then the rows
   * are looked for first. Inserts of one token must not run at the same time.
   */
  abstract insert(table: string, ndjson: string, token: string, options?: { isRepeat?: boolean }): Promise<void>;
  /** Reachable and migrated. */
  abstract ready(): Promise<void>;
  abstract close(): Promise<void>;
}
