import type { Plugin } from '@perennial/kit';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Config } from './config/index.js';
import { Appender, openWarehouse, type Warehouse } from './warehouse/index.js';

export interface PlatformOptions {
  config: Config;
  plugins: Plugin[];
  now?: () => number;
  onError: (room: string, error: unknown) => void;
  /** How long folding waits for queries that may still run; tests know theirs. */
  longestQueryMs?: number;
  /** Tests run the engine's child from its source. */
  engineScript?: string;
}

export const warehouseOf = ({ config, onError, engineScript }: PlatformOptions): Warehouse =>
  openWarehouse({
    url: config.clickhouseUrl,
    directory: join(config.dataDir, 'warehouse'),
    onDown: (reason) => onError('warehouse', new Error(reason)),
    ...(engineScript && { script: engineScript }),
  });

/** Only one process can have the embedded engine, so after a restart it takes up its own lease at once. */
export const appenderOf = (
  dataSource: DataSource,
  warehouse: Warehouse,
  { config, onError }: PlatformOptions,
  now: () => number,
): Appender =>
  new Appender({
    dataSource,
    warehouse,
    holder: config.clickhouseUrl ? randomUUID() : 'embedded',
    now,
    onError: (error) => onError('warehouse', error),
  });
