import { PlatformError } from '@perennial/contract';
import { STORES } from '../stores.errors.js';
import type { RecordFacts, Verdict } from './compare.js';

type Refused = Extract<Verdict, { kind: 'foreign' | 'record-lost' }>;

/** Why two stores may not be used together, where they lie, and what to do. */
export function refusal(verdict: Refused, { id }: RecordFacts, places: { record: string; warehouse: string }) {
  const { record, warehouse } = places;
  if (verdict.kind === 'record-lost')
    return new PlatformError(
      STORES.RECORD_LOST,
      `the warehouse ${warehouse} holds the history of ${verdict.lastProfile} people, and the record ${record} knows nobody: ` +
        'a newcomer would inherit the history of somebody else. Put the record that belongs to it back (record.db, or the ' +
        'right PERENNIAL_DATABASE_URL); to begin anew, move the warehouse away as well',
      { kind: 'conflict' },
    );
  const whose = verdict.warehouseId
    ? `of another record (${verdict.warehouseId})`
    : 'ahead of this record and names none';
  return new PlatformError(
    STORES.FOREIGN,
    `the warehouse ${warehouse} is ${whose}; the record ${record} is ${id}. Use the record and the warehouse of one and the ` +
      'same copy: correct PERENNIAL_DATA_DIR, PERENNIAL_DATABASE_URL or PERENNIAL_CLICKHOUSE_URL',
    { kind: 'conflict' },
  );
}
