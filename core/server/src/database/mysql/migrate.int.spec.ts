import { afterEach, expect, it } from '@jest/globals';
import { describeMariadb, mariadbUrl } from '@perennial/testing';
import type { DataSource } from 'typeorm';
import { CORE_MIGRATIONS, CORE_TABLES, openDatabase } from '../index.js';
import { DATABASE } from '../database.errors.js';

const RECORD = { tables: CORE_TABLES, migrations: CORE_MIGRATIONS };
const opened: DataSource[] = [];
afterEach(async () => {
  for (const dataSource of opened.splice(0)) await dataSource.destroy();
});

describeMariadb('opening a MySQL record', (open) => {
  it('lets processes that start together migrate one after the other', async () => {
    const { url, remove } = await mariadbUrl();
    opened.push(...(await Promise.all([1, 2, 3].map(() => openDatabase({ url, ...RECORD })))));
    const [row] = await opened[0]!.query<{ n: unknown }[]>('SELECT COUNT(*) AS n FROM migrations');
    expect(Number(row!.n)).toBe(CORE_MIGRATIONS.length);
    await remove();
  });

  it('makes every text column tell case and script apart, in a database created without a word about it', async () => {
    const { dataSource } = await open();
    const found = await dataSource.query(
      `SELECT DISTINCT collation_name AS collation FROM information_schema.columns
       WHERE table_schema = DATABASE() AND collation_name IS NOT NULL`,
    );
    expect(found).toEqual([{ collation: 'utf8mb4_bin' }]);
  });

  it('says what is missing where its user may not change the database', async () => {
    const { url, dataSource } = await open({ tables: [], migrations: [] });
    const restricted = new URL(url);
    const name = restricted.pathname.slice(1);
    const [seen] = await dataSource.query<{ host: string }[]>(`SELECT SUBSTRING_INDEX(USER(), '@', -1) AS host`);
    const user = `'${name}'@'${seen!.host}'`;
    await dataSource.query('ALTER DATABASE CHARACTER SET latin1');
    await dataSource.query(`CREATE USER ${user} IDENTIFIED BY 'p'`);
    await dataSource.query(`GRANT SELECT, INSERT ON ${name}.* TO ${user}`);
    Object.assign(restricted, { username: name, password: 'p' });
    const refused = openDatabase({ url: restricted.href, ...RECORD });
    await expect(refused).rejects.toMatchObject({ code: DATABASE.COLLATION_REFUSED });
    await dataSource.query(`DROP USER ${user}`);
  });
});
