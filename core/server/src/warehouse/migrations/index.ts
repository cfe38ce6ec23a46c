import { history } from './0001-history.js';
import type { WarehouseMigration } from './migration.js';

export const WAREHOUSE_MIGRATIONS: readonly WarehouseMigration[] = [history];
export type { WarehouseMigration } from './migration.js';
