import type { WarehouseMigration } from './migration.js';

/**
 * Versions of a lifecycle that a restore took back, one row each, and the shadow whose moves count in their place. A
 * handful of rows in all, so a repeated insert does no harm: they are only ever asked for as sets.
 */
export const restored: WarehouseMigration = {
  version: 6,
  name: 'restored',
  statements: [
    `CREATE TABLE IF NOT EXISTS unmade (lifecycle LowCardinality(String), version UInt32, shadow LowCardinality(String))
     ENGINE = MergeTree ORDER BY (lifecycle, version)
     SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1`,
  ],
};
