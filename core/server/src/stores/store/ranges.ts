import type { DataSource, EntityManager } from 'typeorm';
import { upsertRows } from '../../database/index.js';

export type RangeKind = 'voided' | 'lost';
export type RangeState = 'open' | 'told' | 'closed';

export interface StoreRange {
  from: number;
  to: number;
  kind: RangeKind;
  state: RangeState;
  foundAt: number;
}

interface StoredRange {
  from_seq: number;
  to_seq: number;
  kind: RangeKind;
  state: RangeState;
  found_at: number;
}

/** Of one state, or all that an operator has not accepted. */
export async function rangesIn(dataSource: DataSource, states: RangeState[]): Promise<StoreRange[]> {
  const sql = `SELECT * FROM store_range WHERE state IN (${states.map(() => '?').join(',')}) ORDER BY from_seq`;
  const rows = await dataSource.query<StoredRange[]>(sql, states);
  return rows.map(({ from_seq, to_seq, kind, state, found_at }) => ({
    from: from_seq,
    to: to_seq,
    kind,
    state,
    foundAt: found_at,
  }));
}

export const saveRange = (manager: EntityManager, { from, to, kind, state, foundAt }: StoreRange): Promise<void> =>
  upsertRows(
    manager,
    'store_range',
    ['from_seq'],
    ['from_seq', 'to_seq', 'kind', 'state', 'found_at'],
    [[from, to, kind, state, foundAt]],
  );

export async function setState(dataSource: DataSource, from: number, state: RangeState): Promise<void> {
  await dataSource.query('UPDATE store_range SET state = ? WHERE from_seq = ?', [state, from]);
}
