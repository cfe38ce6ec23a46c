import { history } from './0001-history.js';
import { personEvents } from './0002-person-events.js';
import type { WarehouseMigration } from './migration.js';

export const WAREHOUSE_MIGRATIONS: readonly WarehouseMigration[] = [history, personEvents];
export type { WarehouseMigration } from './migration.js';
