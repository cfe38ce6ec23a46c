import type { WarehouseMigration } from './migration.js';

/** Up to when the platform's own time had passed for the person before the event was applied; 1970 while history was loaded. */
export const passedTo: WarehouseMigration = {
  version: 2,
  name: 'passed-to',
  statements: [
    "ALTER TABLE events ADD COLUMN IF NOT EXISTS passed_to DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC')",
  ],
};
