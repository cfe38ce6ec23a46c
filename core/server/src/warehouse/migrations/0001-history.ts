import type { WarehouseMigration } from './migration.js';

/**
 * Deduplication by token needs the window (last 10,000 inserts of a table). The two fsync settings make an acknowledged
 * insert survive a power failure, because the record forgets the batch then.
 */
const DURABLE =
  'SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1';

const INSTANT = "DateTime64(3, 'UTC')";
const WORD = 'LowCardinality(String)';
/** Year by year: retention drops whole parts, and one insert touches few of them. */
const BY_YEAR = 'ENGINE = MergeTree PARTITION BY toYear(at)';

const events = `CREATE TABLE IF NOT EXISTS events (
  seq UInt64, event_id String, profile UInt32, at ${INSTANT}, received_at ${INSTANT},
  source_id ${WORD}, type ${WORD}, name ${WORD},
  properties String CODEC(ZSTD(1)), traits String CODEC(ZSTD(1)), context String CODEC(ZSTD(1)), identifiers Array(String)
) ${BY_YEAR} ORDER BY (profile, at, seq) ${DURABLE}`;

const tagChanges = `CREATE TABLE IF NOT EXISTS tag_changes (
  seq UInt64, profile UInt32, at ${INSTANT}, tag ${WORD}, value String, previous String, version UInt32, evidence String
) ${BY_YEAR} ORDER BY (profile, at, seq, tag) ${DURABLE}`;

const transitions = `CREATE TABLE IF NOT EXISTS transitions (
  seq UInt64, profile UInt32, at ${INSTANT}, lifecycle ${WORD}, from_stage ${WORD}, to_stage ${WORD}, reason String
) ${BY_YEAR} ORDER BY (profile, at, seq) ${DURABLE}`;

const profiles = `CREATE TABLE IF NOT EXISTS profiles (
  profile UInt32, revision UInt64, created_at ${INSTANT}, first_seen_at ${INSTANT}, last_seen_at ${INSTANT},
  events UInt64, is_identified UInt8, stages Map(${WORD}, String), tags Map(${WORD}, String),
  traits Map(${WORD}, String), sources Array(${WORD}), is_deleted UInt8
) ENGINE = ReplacingMergeTree(revision) ORDER BY profile ${DURABLE}`;

const aliases = `CREATE TABLE IF NOT EXISTS aliases (src UInt32, dst UInt32, revision UInt64)
ENGINE = ReplacingMergeTree(revision) ORDER BY src ${DURABLE}`;

const deliveries = `CREATE TABLE IF NOT EXISTS deliveries (
  seq UInt64, delivery_id String, profile UInt32, at ${INSTANT}, destination ${WORD}, status ${WORD}, detail String
) ${BY_YEAR} ORDER BY (profile, at, seq, delivery_id) ${DURABLE}`;

export const history: WarehouseMigration = {
  version: 1,
  name: 'history',
  statements: [events, tagChanges, transitions, profiles, aliases, deliveries],
};
