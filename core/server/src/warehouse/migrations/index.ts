import { history } from './0001-history.js';
import { passedTo } from './0002-passed-to.js';
import { voided } from './0003-voided.js';
import type { WarehouseMigration } from './migration.js';

export const WAREHOUSE_MIGRATIONS: readonly WarehouseMigration[] = [history, passedTo, voided];
export type { WarehouseMigration } from './migration.js';
