import { PlatformError } from '@perennial/contract';
import { dirname } from 'node:path';
import { DataSource, type DataSourceOptions, type EntitySchema, type MigrationInterface } from 'typeorm';
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner.js';
import { makeFolder } from '../config/make-folder.js';
import { DATABASE } from './database.errors.js';
import { isUnavailable } from './faults.js';
import { nameOf, refuseNewer, signRecord } from './lineage.js';
import { migrateAlone } from './mysql/migrate.js';
import { SqliteDriver } from './sqlite/driver.js';
import { shareConnection } from './sqlite/connection-lock.js';
import { entityOf, type TableSpec } from './table-spec.js';

export type Entity = EntitySchema | (new () => object);

export interface DatabaseOptions {
  /** `sqlite:./data/record.db`, `sqlite::memory:`, `mysql://user:password@host:port/name` (or `mariadb://`). */
  url: string;
  tables: TableSpec[];
  /** Entities of plugins. */
  entities?: Entity[];
  migrations: (new () => MigrationInterface)[];
  /** Those of plugins, which may be taken out again; their tables stay. */
  pluginMigrations?: (new () => MigrationInterface)[];
}

/**
 * Opens the record database and brings its tables up to date; on MySQL processes that start together take turns.
 * Throws `DATABASE_URL_INVALID` for any other URL, and closes the database again when the migrations fail.
 */
export async function openDatabase({
  url,
  tables,
  entities = [],
  migrations,
  pluginMigrations = [],
}: DatabaseOptions): Promise<DataSource> {
  const base = connectionOptions(url);
  const dataSource = new DataSource({
    ...base,
    entities: [...tables.map((table) => entityOf(table, base.type)), ...entities],
    migrations: [...migrations, ...pluginMigrations],
    synchronize: false,
  });
  await dataSource.initialize();
  try {
    await migrate(
      dataSource,
      pluginMigrations.map((migration) => nameOf(new migration())),
    );
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
}

async function migrate(dataSource: DataSource, ofPlugins: string[]): Promise<void> {
  const bringUpToDate = async () => {
    await refuseNewer(dataSource);
    await runMigrations(dataSource);
    await signRecord(dataSource, ofPlugins);
  };
  if (dataSource.options.type !== 'better-sqlite3') return migrateAlone(dataSource, bringUpToDate);
  shareConnection(dataSource, () => new BetterSqlite3QueryRunner(dataSource.driver as never));
  await bringUpToDate();
}

async function runMigrations(dataSource: DataSource): Promise<void> {
  try {
    await dataSource.runMigrations({ transaction: 'each' });
  } catch (cause) {
    if (isUnavailable(cause)) throw cause;
    throw new PlatformError(
      DATABASE.MIGRATION_FAILED,
      `a change of the record's tables could not be made: ${cause instanceof Error ? cause.message : 'unknown'}`,
      { kind: 'conflict', cause },
    );
  }
}

function connectionOptions(url: string): DataSourceOptions {
  if (url.startsWith('sqlite:')) return sqliteOptions(url.slice('sqlite:'.length));
  if (/^(mysql|mariadb):\/\//.test(url)) return mysqlOptions(url);
  throw new PlatformError(DATABASE.URL_INVALID, 'the database URL must begin with sqlite: or mysql://', {
    kind: 'invalid',
  });
}

function sqliteOptions(path: string): DataSourceOptions {
  if (path !== ':memory:') makeFolder(dirname(path));
  // Statements are cached by our driver, once for all runners.
  return { type: 'better-sqlite3', database: path, driver: SqliteDriver, statementCacheSize: 0 };
}

function mysqlOptions(url: string): DataSourceOptions {
  return {
    type: 'mariadb',
    url: url.replace(/^mysql:/, 'mariadb:'),
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    // Instants are bigint and come back as numbers: they fit 2^53.
    supportBigNumbers: true,
    bigNumberStrings: false,
    poolSize: 10,
    connectTimeout: 10_000,
  };
}
