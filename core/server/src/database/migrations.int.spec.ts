import { expect, it } from '@jest/globals';
import { describeStores } from '@perennial/testing';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { CORE_MIGRATIONS, CORE_TABLES, creating, openDatabase } from './index.js';

const RECORD = { tables: CORE_TABLES, migrations: CORE_MIGRATIONS };

/** What a schema that is as it should be has still to run. */
async function drift(dataSource: DataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}

class Killed extends Error {}
const CHANGES = /^\s*(CREATE|ALTER)\b/i;

/** The migrations, in a process that dies after its n-th change of a table. */
function dyingAfter(changes: number): (new () => MigrationInterface)[] {
  let left = changes;
  const dying = (runner: QueryRunner) => {
    const query = runner.query.bind(runner);
    runner.query = (async (...args: Parameters<typeof query>) => {
      if (CHANGES.test(args[0]) && left-- <= 0) throw new Killed();
      return query(...args);
    }) as typeof runner.query;
    return () => (runner.query = query);
  };
  return CORE_MIGRATIONS.map((Migration) => {
    const migration = new Migration();
    return class implements MigrationInterface {
      readonly name = migration.name!;
      async up(runner: QueryRunner): Promise<void> {
        const revive = dying(runner);
        try {
          await migration.up(runner);
        } finally {
          revive();
        }
      }
      async down(): Promise<void> {}
    };
  });
}

describeStores('migrations of the record', (open) => {
  it('may each run again when the note of it was lost', async () => {
    const { url, dataSource } = await open();
    await dataSource.query('DELETE FROM migrations');
    const again = await openDatabase({ url, ...RECORD });
    expect(await drift(again)).toEqual([]);
    const rows = await again.query<unknown[]>('SELECT name FROM migrations');
    expect(rows).toHaveLength(CORE_MIGRATIONS.length);
    await again.destroy();
  }, 60_000);

  it('go on after a death at any single change of a table', async () => {
    const { url } = await open({ tables: [], migrations: [] });
    const causes: unknown[] = [];
    let whole: DataSource | undefined;
    while (!whole) {
      // MariaDB keeps each change, so one a life is progress there; SQLite undoes those of the migration that died, so each life gets one more.
      const changes = url.startsWith('sqlite:') ? causes.length : 1;
      const opened = await openDatabase({ url, tables: CORE_TABLES, migrations: dyingAfter(changes) }).catch(
        (error: unknown) => error,
      );
      if (opened instanceof DataSource) whole = opened;
      else causes.push((opened as Error).cause);
    }
    expect(await drift(whole)).toEqual([]);
    expect(causes.length).toBeGreaterThan(3);
    expect(causes.filter((cause) => !(cause instanceof Killed))).toEqual([]);
    await whole.destroy();
  }, 120_000);

  it('of a newer version are refused before anything is changed', async () => {
    const { url, dataSource } = await open();
    await dataSource.query("INSERT INTO migrations (timestamp, name) VALUES (1, 'FutureChange1999000000000')");
    await dataSource.query("UPDATE record_state SET value = '9.9.9' WHERE name = 'version'");
    const refused = openDatabase({
      url,
      ...RECORD,
      migrations: [...CORE_MIGRATIONS, creating('OwnCreate1764000000002', [OWN])],
    });
    await expect(refused).rejects.toMatchObject({
      code: 'DATABASE_NEWER',
      message: expect.stringMatching(/9\.9\.9.*FutureChange1999000000000/),
    });
    const runner = dataSource.createQueryRunner();
    expect(await runner.hasTable('own_table')).toBe(false);
    await runner.release();
  }, 60_000);

  it('of a plugin that was taken out are no newer version, also on a record of before that was remembered', async () => {
    const { url } = await open({ pluginMigrations: [creating('CouponCreate1764000000001', [OWN])] });
    const without = await openDatabase({ url, ...RECORD });
    await without.query("DELETE FROM record_state WHERE name = 'plugin_migrations'");
    await without.destroy();
    const lives: boolean[] = [];
    for (let life = 0; life < 2; life++) {
      const opened = await openDatabase({ url, ...RECORD });
      lives.push(opened.isInitialized);
      await opened.destroy();
    }
    expect(lives).toEqual([true, true]);
  }, 60_000);
});

const OWN = { name: 'own_table', columns: { id: { kind: 'number' as const, isKey: true } } };
