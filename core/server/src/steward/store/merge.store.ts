import type { EntityManager } from 'typeorm';
import { selectIn } from '../../database/index.js';

/** A merge that an event caused, by which identifier. */
export interface StoredMerge {
  dropped: number;
  kept: number;
  identifier: string;
  source_id: string;
  event_id: string;
  at: number;
}

const COLUMNS = ['dropped', 'kept', 'identifier', 'source_id', 'event_id', 'at'];

/** Merges among the numbers of one person. */
export const mergesInto = (manager: EntityManager, numbers: number[]): Promise<StoredMerge[]> =>
  selectIn<StoredMerge>(manager, { table: 'profile_merge', columns: COLUMNS, where: 'kept', values: numbers });

export async function readMerge(manager: EntityManager, dropped: number): Promise<StoredMerge | undefined> {
  const values = [dropped];
  const [row] = await selectIn<StoredMerge>(manager, {
    table: 'profile_merge',
    columns: COLUMNS,
    where: 'dropped',
    values,
  });
  return row;
}
