import type { WarehouseMigration } from './migration.js';

/**
 * Whose history this is; the last row counts. `set_aside` keeps, as JSON, the rows of arrival numbers that this record has
 * not given out: it is an older copy, and what came after it comes again from the collectors as far as they have it.
 */
export const pairing: WarehouseMigration = {
  version: 5,
  name: 'pairing',
  statements: [
    "CREATE TABLE IF NOT EXISTS pairing (record String, at DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = MergeTree ORDER BY at",
    `CREATE TABLE IF NOT EXISTS set_aside (
      range UInt64, kind LowCardinality(String), seq UInt64, source_id String, event_id String, row String CODEC(ZSTD(1))
    ) ENGINE = MergeTree ORDER BY (range, kind, seq)`,
  ],
};
