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

/** Merges among the numbers of one person. */
export async function mergesInto(manager: EntityManager, numbers: number[]): Promise<StoredMerge[]> {
  return selectIn<StoredMerge>(manager, {
    table: 'profile_merge',
    columns: ['dropped', 'kept', 'identifier', 'source_id', 'event_id', 'at'],
    where: 'kept',
    values: numbers,
  });
}
