import type { QueryRunner } from 'typeorm';
import { creating, type TableSpec } from '../database/table-spec.js';
import { RECORD_BYTES } from './quota.js';

/** What a body begins with that is kept encrypted, as no JSON does; keys that are changed seal it anew. */
export const SEALED_MARK = 'sealed:';

/** Items that could not be applied, and rows that the warehouse refused; whole and replayable. */
export const QUARANTINE: TableSpec = {
  name: 'quarantine',
  columns: {
    id: { kind: { text: 27 }, isKey: true },
    source_id: { kind: { text: 64 } },
    received_at: { kind: 'instant', isIndexed: true },
    endpoint: { kind: { text: 32 } },
    code: { kind: { text: 64 }, isIndexed: true },
    message: { kind: { text: 255 } },
    body: { kind: 'long' },
    replays: { kind: 'number' },
  },
};

/** What each source has in quarantine, so that a quota need not count bodies. Counted anew now and then. */
export const QUARANTINE_USE: TableSpec = {
  name: 'quarantine_use',
  columns: {
    source_id: { kind: { text: 64 }, isKey: true },
    bytes: { kind: 'instant' },
  },
};

/** What was refused and not kept, because the quota was reached. */
export const QUARANTINE_SURPLUS: TableSpec = {
  name: 'quarantine_surplus',
  columns: {
    source_id: { kind: { text: 64 }, isKey: true },
    code: { kind: { text: 64 }, isKey: true },
    items: { kind: 'instant' },
    first_at: { kind: 'instant' },
    last_at: { kind: 'instant' },
  },
};

export const QUARANTINE_QUOTA_TABLES = [QUARANTINE_USE, QUARANTINE_SURPLUS];
const QuotaTables = creating('QuarantineQuotaCreate1764000002100', QUARANTINE_QUOTA_TABLES);

/** With what is there already: it counts towards the quota. */
export class QuarantineQuotaCreate extends QuotaTables {
  override async up(runner: QueryRunner): Promise<void> {
    await super.up(runner);
    await runner.query('DELETE FROM quarantine_use');
    await runner.query(
      `INSERT INTO quarantine_use (source_id, bytes)
       SELECT source_id, SUM(OCTET_LENGTH(body) + ${RECORD_BYTES}) FROM quarantine GROUP BY source_id`,
    );
  }
}
