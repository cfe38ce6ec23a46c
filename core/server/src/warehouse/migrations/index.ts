import { history } from './0001-history.js';
import { passedTo } from './0002-passed-to.js';
import type { WarehouseMigration } from './migration.js';

export const WAREHOUSE_MIGRATIONS: readonly WarehouseMigration[] = [history, passedTo];
export type { WarehouseMigration } from './migration.js';
