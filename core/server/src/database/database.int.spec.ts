import { describe, expect, it } from '@jest/globals';
import { describeStores } from '@perennial/testing';
import { DataSource, type EntityManager } from 'typeorm';
import {
  creating,
  deleteIn,
  entityOf,
  insertIgnoreRows,
  insertRows,
  isDuplicateKey,
  selectIn,
  upsertRows,
  type TableSpec,
} from './index.js';
import { SqliteDriver } from './sqlite/driver.js';

const THING: TableSpec = {
  name: 'thing',
  columns: {
    id: { kind: 'number', isKey: true },
    name: { kind: { text: 20 } },
    at: { kind: 'instant', isNullable: true },
    doc: { kind: 'long' },
  },
};
const tables = { tables: [THING], migrations: [creating('ThingCreate1764000000001', [THING])] };

describeStores('the record database', (open) => {
  it('has no drift between entities and migrations', async () => {
    const { dataSource } = await open();
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('runs each migration once, also when opened again', async () => {
    const { dataSource } = await open(tables);
    expect(await dataSource.runMigrations()).toEqual([]);
  });

  it('inserts, ignores and upserts sets of any size', async () => {
    const { dataSource } = await open(tables);
    const rows = Array.from({ length: 1201 }, (_, n) => [n, `n${n}`, 1.7e12 + n, '长'.repeat(2000)]);
    await insertRows(dataSource.manager, 'thing', ['id', 'name', 'at', 'doc'], rows);
    await insertIgnoreRows(
      dataSource.manager,
      'thing',
      ['id', 'name', 'at', 'doc'],
      [
        [1, 'other', null, ''],
        [5000, 'new', null, ''],
      ],
    );
    await upsertRows(dataSource.manager, 'thing', ['id'], ['id', 'name', 'at', 'doc'], [[2, 'two', 7, 'x']]);
    const found = await selectIn<{ id: number; name: string; at: number | string }>(dataSource.manager, {
      table: 'thing',
      columns: ['id', 'name', 'at'],
      where: 'id',
      values: [1, 2, 5000, 9999],
    });
    expect(found.map(({ id, name, at }) => [id, name, at === null ? null : Number(at)])).toEqual([
      [1, 'n1', 1.7e12 + 1],
      [2, 'two', 7],
      [5000, 'new', null],
    ]);
    const again = insertRows(dataSource.manager, 'thing', ['id', 'name', 'doc'], [[1, 'a', '']]);
    expect(await again.catch(isDuplicateKey)).toBe(true);
    await deleteIn(dataSource.manager, { table: 'thing', where: 'id', values: rows.map(([id]) => id as number) });
    expect(await dataSource.query('SELECT id FROM thing')).toEqual([{ id: 5000 }]);
  });

  it('ignores only rows that exist, which stay whole, and never one that lacks a value', async () => {
    const { dataSource } = await open(tables);
    const put = () => insertIgnoreRows(dataSource.manager, 'thing', ['id', 'name', 'at', 'doc'], [[7, 'n', at++, 'd']]);
    let at = 1;
    await put();
    await put();
    expect(await dataSource.getRepository('thing').find()).toEqual([{ id: 7, name: 'n', at: 1, doc: 'd' }]);
    const lacking = insertIgnoreRows(dataSource.manager, 'thing', ['id', 'name', 'doc'], [[1, null, '']]);
    await expect(lacking).rejects.toThrow(/null/i);
    expect(await dataSource.query('SELECT id FROM thing')).toEqual([{ id: 7 }]);
  });

  it('updates the named columns alone, and refuses names that are none', async () => {
    const { dataSource } = await open(tables);
    const columns = ['id', 'name', 'doc'];
    await insertRows(dataSource.manager, 'thing', columns, [[1, 'old', 'old']]);
    await upsertRows(dataSource.manager, 'thing', ['id'], columns, [[1, 'new', 'new']], ['doc']);
    expect(await dataSource.query('SELECT name, doc FROM thing')).toEqual([{ name: 'old', doc: 'new' }]);
    await expect(insertRows(dataSource.manager, 'thing; DROP TABLE thing', columns, [[2, '', '']])).rejects.toThrow(
      RangeError,
    );
  });

  it('tells texts that differ in case apart', async () => {
    const { dataSource } = await open(tables);
    await insertRows(
      dataSource.manager,
      'thing',
      ['id', 'name', 'doc'],
      [
        [1, 'a', ''],
        [2, 'A', ''],
      ],
    );
    expect(
      await selectIn(dataSource.manager, { table: 'thing', columns: ['id'], where: 'name', values: ['a'] }),
    ).toHaveLength(1);
  });

  it('keeps every acknowledged row of 1,000 mixed parallel operations, and nothing of those that failed', async () => {
    const { dataSource } = await open(tables);
    const { kept, failed } = await mixedOperations(dataSource, 1000);
    expect(failed).toEqual([]);
    const rows = await dataSource.query<{ id: number }[]>('SELECT id FROM thing');
    expect(rows.map(({ id }) => id).sort((a, b) => a - b)).toEqual(kept.sort((a, b) => a - b));
  });
});

describe('one SQLite connection without the lock', () => {
  it('loses acknowledged rows: the fuzz above can fail', async () => {
    const dataSource = new DataSource({
      type: 'better-sqlite3',
      database: ':memory:',
      driver: SqliteDriver,
      entities: [entityOf(THING, 'better-sqlite3')],
      migrations: tables.migrations,
      migrationsRun: true,
    });
    await dataSource.initialize();
    const { kept } = await mixedOperations(dataSource, 1000);
    const rows = await dataSource.query<{ id: number }[]>('SELECT id FROM thing');
    const there = new Set(rows.map(({ id }) => id));
    expect(kept.filter((id) => !there.has(id)).length).toBeGreaterThan(0);
    await dataSource.destroy();
  });
});

const CALLERS = 50;

/**
 * Saves, inserts and transactions that commit, fail and nest, of many callers at once. Gives the ids that were
 * acknowledged, and what failed without having been made to.
 */
async function mixedOperations(dataSource: DataSource, amount: number): Promise<{ kept: number[]; failed: unknown[] }> {
  const kept: number[] = [];
  const failed: unknown[] = [];
  const put = (manager: EntityManager, id: number) =>
    insertRows(manager, 'thing', ['id', 'name', 'doc'], [[id, 'x', '']]);
  const kinds: ((id: number) => Promise<unknown>)[] = [
    (id) => put(dataSource.manager, id).then(() => kept.push(id)),
    (id) =>
      dataSource
        .getRepository('thing')
        .save({ id, name: 'x', doc: '' })
        .then(() => kept.push(id)),
    (id) =>
      dataSource
        .transaction(async (manager) => (await put(manager, id), await pause(), await put(manager, id + 10_000)))
        .then(() => kept.push(id, id + 10_000)),
    (id) =>
      dataSource
        .transaction(async (manager) => (await put(manager, id), await pause(), Promise.reject(new Error('no'))))
        .catch(ignoreNo),
    (id) =>
      dataSource
        .transaction(async (outer) => {
          await put(outer, id);
          await outer
            .transaction(async (inner) => (await put(inner, id + 20_000), Promise.reject(new Error('no'))))
            .catch(ignoreNo);
        })
        .then(() => kept.push(id)),
  ];
  const ids = Array.from({ length: amount }, (_, id) => id).values();
  const caller = async () => {
    for (const id of ids) {
      await kinds[id % kinds.length]!(id).catch((error: unknown) => failed.push(error));
      await pause();
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return { kept, failed };
}

const pause = () => new Promise((resolve) => setImmediate(resolve));
function ignoreNo(error: Error): void {
  if (error.message !== 'no') throw error;
}
