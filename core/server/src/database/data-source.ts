import { PlatformError } from '@perennial/contract';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataSource, type DataSourceOptions, type EntitySchema, type MigrationInterface } from 'typeorm';
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner.js';
import { DATABASE } from './database.errors.js';
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
}

/**
 * Opens the record database and brings its tables up to date; on MySQL processes that start together take turns.
 * Throws `DATABASE_URL_INVALID` for any other URL, and closes the database again when the migrations fail.
 */
export async function openDatabase({ url, tables, entities = [], migrations }: DatabaseOptions): Promise<DataSource> {
  const base = connectionOptions(url);
  const dataSource = new DataSource({
    ...base,
    entities: [...tables.map((table) => entityOf(table, base.type)), ...entities],
    migrations,
    synchronize: false,
  });
  await dataSource.initialize();
  try {
    await migrate(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
}

async function migrate(dataSource: DataSource): Promise<void> {
  if (dataSource.options.type !== 'better-sqlite3') return migrateAlone(dataSource);
  shareConnection(dataSource, () => new BetterSqlite3QueryRunner(dataSource.driver as never));
  await dataSource.runMigrations({ transaction: 'each' });
}

function connectionOptions(url: string): DataSourceOptions {
  if (url.startsWith('sqlite:')) return sqliteOptions(url.slice('sqlite:'.length));
  if (/^(mysql|mariadb):\/\//.test(url)) return mysqlOptions(url);
  throw new PlatformError(DATABASE.URL_INVALID, 'the database URL must begin with sqlite: or mysql://', {
    kind: 'invalid',
  });
}

function sqliteOptions(path: string): DataSourceOptions {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
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
