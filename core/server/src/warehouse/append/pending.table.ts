import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isMysql } from '../../database/sql.js';
import { adding, creating, grown, type TableSpec } from '../../database/table-spec.js';

/**
 * Batches of warehouse rows that are committed in the record and not yet known to be in the warehouse. `lot` names the
 * rows appended together; it is fixed before the first insert, null until then. `payload` is JSON: table to NDJSON.
 * Mind the quotes around `rows`, a reserved word of MySQL.
 */
export const WAREHOUSE_PENDING: TableSpec = {
  name: 'warehouse_pending',
  columns: {
    id: { kind: 'number', isKey: true, isGenerated: true },
    lot: { kind: { text: 64 }, isNullable: true },
    payload: { kind: 'long' },
    rows: { kind: 'number' },
    bytes: { kind: 'number' },
  },
};

const PENDING_MORE: TableSpec['columns'] = {
  /** How many batches a barrier closes, itself included; null for a batch like any other. See `switch.batches.ts`. */
  is_barrier: { kind: 'number', isNullable: true },
};

/** The events of a batch have the arrival numbers from `first_seq` on; null for a batch without any. */
const PENDING_EVENTS: TableSpec['columns'] = {
  first_seq: { kind: 'instant', isNullable: true },
  events: { kind: 'number', isNullable: true },
};

/** How many events have landed of each 65,536 arrival numbers: what the warehouse must have, whatever happens to it. */
export const LANDED_BLOCK: TableSpec = {
  name: 'landed_block',
  columns: {
    block: { kind: 'number', isKey: true },
    events: { kind: 'number' },
  },
};

const QUEUE_INDEX = 'idx_warehouse_pending_queue';
const QUEUE_COLUMNS = ['lot', 'id', 'rows', 'bytes', 'is_barrier'];

/**
 * The queue is looked at every second. Without this index each look reads the payloads too, since they stand before the
 * columns that it wants: gigabytes a minute where much waits.
 */
export class PendingIndex implements MigrationInterface {
  readonly name = 'PendingIndex1764000002110';

  async up(runner: QueryRunner): Promise<void> {
    // MySQL keeps what a migration did before a kill, and knows no IF NOT EXISTS here.
    const known = isMysql(runner.manager)
      ? `SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name = '${QUEUE_INDEX}' LIMIT 1`
      : `SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = '${QUEUE_INDEX}'`;
    if (((await runner.query(known)) as unknown[]).length > 0) return;
    await runner.query(
      `CREATE INDEX ${QUEUE_INDEX} ON \`warehouse_pending\` (${QUEUE_COLUMNS.map((column) => `\`${column}\``).join(', ')})`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX ${QUEUE_INDEX}${isMysql(runner.manager) ? ' ON `warehouse_pending`' : ''}`);
  }
}

export const WAREHOUSE_RECORD_TABLES: TableSpec[] = [
  {
    ...grown(grown(WAREHOUSE_PENDING, PENDING_MORE), PENDING_EVENTS),
    indexes: { [QUEUE_INDEX]: QUEUE_COLUMNS },
  },
  LANDED_BLOCK,
];
export const WAREHOUSE_RECORD_MIGRATIONS = [
  creating('WarehouseCreate1764000000260', [WAREHOUSE_PENDING]),
  adding('PendingBarrier1764000001010', 'warehouse_pending', PENDING_MORE),
  adding('PendingEvents1764000001101', 'warehouse_pending', PENDING_EVENTS),
  creating('LandedBlockCreate1764000001102', [LANDED_BLOCK]),
  PendingIndex,
];
