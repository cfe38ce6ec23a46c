import type { WarehouseMigration } from './migration.js';

/** Numbers whose rows do not count, by the highest revision; few, because people are rarely parted. */
export const voided: WarehouseMigration = {
  version: 3,
  name: 'voided',
  statements: [
    `CREATE TABLE IF NOT EXISTS voided (number UInt32, is_void UInt8, revision UInt64) ENGINE = MergeTree ORDER BY number
     SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1`,
  ],
};
