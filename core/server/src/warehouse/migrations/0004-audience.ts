import type { WarehouseMigration } from './migration.js';

/** What rules about people ask of a snapshot beside tags, and who belonged to an audience at each count of it. */
export const audience: WarehouseMigration = {
  version: 4,
  name: 'audience',
  statements: [
    "ALTER TABLE profiles ADD COLUMN IF NOT EXISTS stage_since Map(LowCardinality(String), DateTime64(3, 'UTC'))",
    'ALTER TABLE profiles ADD COLUMN IF NOT EXISTS kinds Array(LowCardinality(String))',
    `CREATE TABLE IF NOT EXISTS audience_members (
      audience LowCardinality(String), run UInt64, at DateTime64(3, 'UTC'), members AggregateFunction(groupBitmap, UInt32)
    ) ENGINE = MergeTree ORDER BY (audience, run)`,
  ],
};
