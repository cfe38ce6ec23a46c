import { LIVING_PROFILE } from '../queries/living.js';
import type { WarehouseMigration } from './migration.js';

/** History under today's people: what models and reports read, so that none of them forgets to follow merges. */
export const personEvents: WarehouseMigration = {
  version: 2,
  name: 'person events',
  statements: [
    `CREATE VIEW IF NOT EXISTS person_events AS SELECT * REPLACE (toUInt32(${LIVING_PROFILE}) AS profile) FROM events`,
  ],
};
