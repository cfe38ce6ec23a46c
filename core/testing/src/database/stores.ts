import { afterAll, describe } from '@jest/globals';
import { CORE_MIGRATIONS, CORE_TABLES, openDatabase, type DatabaseOptions } from '@perennial/server';
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { mariadbBinary, removeFolder, sharedMariadb } from './mariadb.js';

/** A fresh, empty database; `url` opens it again from another process. */
export interface TestStore {
  url: string;
  dataSource: DataSource;
}

/** Opens a fresh database; it is closed and removed after the suite. */
export type OpenStore = (more?: Partial<Omit<DatabaseOptions, 'url'>>) => Promise<TestStore>;

/** Runs the same suite on SQLite and on MariaDB. Where no MariaDB is installed its half is skipped, and says so. */
export function describeStores(title: string, suite: (open: OpenStore) => void): void {
  describe(`${title} [sqlite]`, () => {
    suite(opener(sqliteUrl));
  });
  const isThere = mariadbBinary() !== undefined || process.env['TEST_MYSQL_URL'] !== undefined;
  (isThere ? describe : describe.skip)(`${title} [mariadb]`, () => {
    suite(opener(mariadbUrl));
  });
}

interface FreshUrl {
  url: string;
  remove: () => void | Promise<void>;
}

function opener(makeUrl: () => Promise<FreshUrl>): OpenStore {
  const cleanups: (() => void | Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const clean of cleanups.toReversed()) await clean();
  });
  return async (more = {}) => {
    const { url, remove } = await makeUrl();
    const dataSource = await openDatabase({ url, tables: CORE_TABLES, migrations: CORE_MIGRATIONS, ...more });
    cleanups.push(remove, () => (dataSource.isInitialized ? dataSource.destroy() : undefined));
    return { url, dataSource };
  };
}

export function sqliteUrl(): Promise<FreshUrl> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-record-'));
  return Promise.resolve({ url: `sqlite:${join(folder, 'record.db')}`, remove: () => removeFolder(folder) });
}

export async function mariadbUrl(): Promise<FreshUrl> {
  const server = await sharedMariadb();
  const name = `t_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  return { url: `${server}/${name}`, remove: () => onServer(server, `DROP DATABASE ${name}`) };
}

async function onServer(url: string, sql: string): Promise<void> {
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection(url);
  await connection.query(sql);
  await connection.end();
}
