import { expect, it } from '@jest/globals';
import { describeMariadb, describeStores, sqliteUrl } from '@perennial/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { CORE_MIGRATIONS, CORE_TABLES, isConflict, isUnavailable, openDatabase, retrying } from './index.js';

const RECORD = { tables: CORE_TABLES, migrations: CORE_MIGRATIONS };
const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(() => 'no error').catch((error: unknown) => error);

describeStores('conflicts and failures', (open) => {
  it('runs a transaction again until those that block one another are through', async () => {
    const { url, dataSource } = await open();
    await put(dataSource, 'a');
    await put(dataSource, 'b');
    let runs = 0;
    const touch = (first: string, second: string) =>
      retrying(() =>
        dataSource.transaction(async (manager) => {
          runs += 1;
          await manager.query('UPDATE lease SET until = until + 1 WHERE name = ?', [first]);
          await sleep(50);
          await manager.query('UPDATE lease SET until = until + 1 WHERE name = ?', [second]);
        }),
      );
    await Promise.all([touch('a', 'b'), touch('b', 'a')]);
    const rows = await dataSource.query<{ until: unknown }[]>('SELECT until FROM lease');
    expect(rows.map(({ until }) => Number(until))).toEqual([2, 2]);
    // SQLite lets one transaction in at a time, so there is nothing to run again.
    expect(runs).toBeGreaterThanOrEqual(url.startsWith('mysql') ? 3 : 2);
  });

  it('does not take wrong SQL or a value that is missing for a passing failure', async () => {
    const { dataSource } = await open();
    for (const sql of ['SELECT nothing FROM lease', `INSERT INTO lease (name, holder) VALUES ('a', NULL)`]) {
      const error = await caught(dataSource.query(sql));
      expect([error instanceof Error, isUnavailable(error), isConflict(error)]).toEqual([true, false, false]);
    }
  });
});

describeMariadb('a server that goes away', (open) => {
  it('is told from work that can never succeed, and found again', async () => {
    const { dataSource } = await open();
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    const [row] = (await runner.query('SELECT CONNECTION_ID() AS id')) as { id: number }[];
    await dataSource.query(`KILL ${row!.id}`);
    await sleep(50);
    expect(isUnavailable(await caught(runner.query('SELECT 1')))).toBe(true);
    await runner.release();
    expect(isUnavailable(await caught(dataSource.query('KILL CONNECTION_ID()')))).toBe(true);
    await sleep(50);
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it.each(['127.0.0.1:1', 'no-such-host.invalid:3306'])('is told when nobody answers at %s', async (host) => {
    expect(isUnavailable(await caught(openDatabase({ url: `mysql://root@${host}/x`, ...RECORD })))).toBe(true);
  });

  it('is there, and refuses: that does not pass by itself', async () => {
    const { url } = await open();
    const error = await caught(openDatabase({ url: `${url}_none`, ...RECORD }));
    expect([(error as Error).message, isUnavailable(error)]).toEqual([
      expect.stringContaining('Unknown database'),
      false,
    ]);
  });
});

it('runs a transaction again whose view of the file another process has outdated', async () => {
  const { url, remove } = await sqliteUrl();
  const [ours, theirs] = [await openDatabase({ url, ...RECORD }), await openDatabase({ url, ...RECORD })];
  let runs = 0;
  await retrying(() =>
    ours.transaction(async (manager) => {
      await manager.query('SELECT name FROM lease');
      if (runs++ === 0) await put(theirs, 'theirs');
      await manager.query(`INSERT INTO lease (name, holder, until) VALUES ('ours', '', 0)`);
    }),
  );
  expect([runs, await ours.query('SELECT name FROM lease ORDER BY name')]).toEqual([
    2,
    [{ name: 'ours' }, { name: 'theirs' }],
  ]);
  await ours.destroy();
  await theirs.destroy();
  await remove();
});

const put = (dataSource: DataSource, name: string): Promise<unknown> =>
  dataSource.query(`INSERT INTO lease (name, holder, until) VALUES (?, '', 0)`, [name]);
