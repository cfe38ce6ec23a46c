import { afterAll, beforeAll, describe } from '@jest/globals';
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

/** Runs the same suite on SQLite and on MariaDB. */
export function describeStores(title: string, suite: (open: OpenStore) => void): void {
  describe(`${title} [sqlite]`, () => {
    suite(opener(sqliteUrl));
  });
  describeMariadb(title, suite);
}

/** Runs a suite on MariaDB, or on the server of `TEST_MYSQL_URL`. Where there is neither it is skipped, and says so. */
export function describeMariadb(title: string, suite: (open: OpenStore) => void): void {
  const isThere = mariadbBinary() !== undefined || process.env['TEST_MYSQL_URL'] !== undefined;
  if (!isThere) process.stderr.write(`skipped: ${title} [mariadb]; install mariadb-server or set TEST_MYSQL_URL\n`);
  (isThere ? describe : describe.skip)(`${title} [mariadb]`, () => {
    // The first suite of a run starts the server, which is no part of its first test's time.
    beforeAll(sharedMariadb, 90_000);
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
  }, 90_000);
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
  // Plain, as an operator would: the collation is for the platform to set.
  await onServer(server, `CREATE DATABASE ${name}`);
  return { url: `${server}/${name}`, remove: () => onServer(server, `DROP DATABASE ${name}`) };
}

async function onServer(url: string, sql: string): Promise<void> {
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection(url);
  await connection.query(sql);
  await connection.end();
}
