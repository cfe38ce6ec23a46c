import { history } from './0001-history.js';
import { passedTo } from './0002-passed-to.js';
import { voided } from './0003-voided.js';
import { audience } from './0004-audience.js';
import { pairing } from './0005-pairing.js';
import { restored } from './0006-restored.js';
import { halves } from './0007-halves.js';
import type { WarehouseMigration } from './migration.js';

export const WAREHOUSE_MIGRATIONS: readonly WarehouseMigration[] = [
  history,
  passedTo,
  voided,
  audience,
  pairing,
  restored,
  halves,
];
export type { WarehouseMigration } from './migration.js';
