import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sqliteUrl } from '@perennial/testing';
import type { DataSource } from 'typeorm';
import { isUnavailable, openDatabase } from '../index.js';

let dataSource: DataSource;
let remove: () => unknown;
beforeEach(async () => {
  const fresh = await sqliteUrl();
  remove = fresh.remove;
  dataSource = await openDatabase({ url: fresh.url, tables: [], migrations: [] });
  await dataSource.query('CREATE TABLE thing (doc TEXT NOT NULL)');
});
afterEach(async () => {
  await dataSource.destroy();
  await remove();
});

const rows = () => dataSource.query<{ doc: string }[]>('SELECT doc FROM thing');

// Whenever one of these fails, `rows` waits 30 s for a connection that nobody gives back.
describe('the connection is given back', () => {
  it('after a full disk, where SQLite undoes the transaction itself', async () => {
    await dataSource.query('PRAGMA max_page_count = 50');
    const fill = dataSource.transaction(async (manager) => {
      for (let n = 0; n < 100; n++) await manager.query('INSERT INTO thing VALUES (?)', ['x'.repeat(9000)]);
    });
    expect(isUnavailable(await fill.catch((error: unknown) => error))).toBe(true);
    expect(await rows()).toEqual([]);
    await dataSource.query('PRAGMA max_page_count = 5000');
    await dataSource.transaction((manager) => manager.query(`INSERT INTO thing VALUES ('later')`));
    expect(await rows()).toEqual([{ doc: 'later' }]);
  });

  it('after a failure inside a nested transaction that ended the whole', async () => {
    const nested = dataSource.transaction((outer) =>
      outer.transaction(async (inner) => {
        await inner.query('ROLLBACK');
        throw new Error('no');
      }),
    );
    await expect(nested).rejects.toThrow('no');
    expect(await rows()).toEqual([]);
  });

  it('by a runner that is released in the middle, and what it wrote is undone', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`INSERT INTO thing VALUES ('half')`);
    await runner.release();
    expect(await rows()).toEqual([]);
  });

  it('by a transaction that could not begin', async () => {
    await dataSource.query('BEGIN');
    await expect(dataSource.transaction(() => Promise.resolve())).rejects.toThrow('within a transaction');
    expect(await rows()).toEqual([]);
  });
});
