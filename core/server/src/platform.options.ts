import type { Plugin } from '@perennial/kit';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { ServerClock } from './clock/index.js';
import type { TwoClocks } from './clock/guard.js';
import type { Config } from './config/index.js';
import { CORE_MIGRATIONS, CORE_TABLES, openDatabase, type Entity } from './database/index.js';
import { hasKeys, keySourceOf, type KeySource } from './keys/index.js';
import type { Quota } from './quarantine/quota.js';
import { Appender, openWarehouse, type Warehouse } from './warehouse/index.js';

export interface PlatformOptions {
  config: Config;
  plugins: Plugin[];
  now?: () => number;
  /** A clock that only goes on; `now` itself where that is given, as tests move time by it. */
  monotonic?: () => number;
  onError: (room: string, error: unknown) => void;
  /** How long folding waits for queries that may still run; tests know theirs. */
  longestQueryMs?: number;
  /** Tests run the engine's child from its source. */
  engineScript?: string;
}

export const clocksOf = ({ now, monotonic }: PlatformOptions): TwoClocks => ({
  wall: now ?? Date.now,
  monotonic: monotonic ?? now ?? (() => performance.now()),
});

export const warehouseOf = ({ config, onError, engineScript }: PlatformOptions): Warehouse =>
  openWarehouse({
    url: config.clickhouseUrl,
    directory: join(config.dataDir, 'warehouse'),
    onDown: (reason) => onError('warehouse', new Error(reason)),
    ...(engineScript && { script: engineScript }),
  });

const MB = 1024 * 1024;

export const quotaOf = ({ quarantineSourceMb, quarantineMaxMb }: Config): Quota => ({
  sourceBytes: quarantineSourceMb * MB,
  totalBytes: quarantineMaxMb * MB,
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

/** The record, brought up to date, and where its keys are. */
export async function openRecord(
  options: PlatformOptions,
): Promise<{ dataSource: DataSource; keys: KeySource; clock: ServerClock }> {
  const { config, plugins } = options;
  const dataSource = await openDatabase({
    url: config.databaseUrl,
    tables: CORE_TABLES,
    entities: plugins.flatMap(({ entities = [] }) => entities as Entity[]),
    migrations: CORE_MIGRATIONS,
    pluginMigrations: plugins.flatMap(({ migrations = [] }) => migrations as typeof CORE_MIGRATIONS),
  });
  const clock = await ServerClock.open(dataSource, clocksOf(options), (error) => options.onError('clock', error));
  return { dataSource, keys: keySourceOf(config, !(await hasKeys(dataSource))), clock };
}
