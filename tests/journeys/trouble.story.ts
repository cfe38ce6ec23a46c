import { afterAll, describe, expect, it } from '@jest/globals';
import type { Page, ProfileSummary } from '@perennial/contract';
import { mariadbBinary, mariadbUrl } from '@perennial/testing';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Proxy } from '../tools/proxy.js';
import { eventually, System } from '../tools/system.js';

const root = join(import.meta.dirname, '../..');
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
}, 60_000);

const AWAY_MS = 5_000;

describe('a database that goes away', () => {
  (mariadbBinary() ? it : it.skip)(
    'costs nothing but time: the collector keeps what comes, and core applies it once the database is back',
    async () => {
      const { url, remove } = await mariadbUrl();
      closing.push(remove);
      const real = new URL(url);
      const proxy = await Proxy.to(Number(real.port));
      closing.push(() => proxy.close());
      real.port = String(proxy.port);
      const system = new System({ PERENNIAL_DATABASE_URL: real.href });
      closing.push(() => system.close());
      await system.start();
      const order = (n: number) => ({
        type: 'track',
        event: 'Order Completed',
        userId: 'm-away',
        messageId: `away-${n}`,
        properties: { total: 1 },
      });
      await system.collect([order(0)]);
      const events = async () =>
        (await system.api<Page<ProfileSummary>>('GET', '/profiles?q=m-away').catch(() => undefined))?.items[0]?.events;
      await eventually(async () => (await events()) === 1);

      proxy.cut();
      for (let n = 1; n <= 20; n++) expect((await system.collect([order(n)])).status).toBe(200);
      expect((await fetch(`${system.coreUrl}/health/ready`)).status).toBe(503);
      expect((await fetch(`${system.coreUrl}/health/live`)).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
      proxy.mend();
      await eventually(async () => (await events()) === 21, 60);
    },
    120_000,
  );
});

describe('a start that cannot be', () => {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-trouble-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const start = (script: string, env: Record<string, string>, timeout = 60_000) =>
    spawnSync(process.execPath, [join(root, script)], {
      encoding: 'utf8',
      timeout,
      cwd: folder,
      env: { PATH: process.env['PATH'], PERENNIAL_DATA_DIR: folder, PERENNIAL_DEMO: 'off', ...env },
    });

  it.each([
    ['core', 'core/server/dist/main.js', 'PERENNIAL_PORT'],
    ['collector', 'collector/dist/runtime/node/main.js', 'PERENNIAL_COLLECTOR_PORT'],
  ])(
    'says in one sentence that the port of %s is taken',
    async (_, script, name) => {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, '0.0.0.0', resolve));
      const { port } = other.address() as AddressInfo;
      const { status, stderr } = start(script, { [name]: String(port) });
      other.close();
      expect(status).toBe(1);
      expect(stderr.trim()).toBe(`Port ${port} is taken by another program. Stop it, or set ${name} to a free one.`);
    },
    90_000,
  );

  it('names every wrong setting, and prints no value', () => {
    const { status, stderr } = start('core/server/dist/main.js', {
      PERENNIAL_PORT: 'eighty',
      PERENNIAL_ADMIN_PASSWORD: 'short',
      PERENNIAL_DATABSE_URL: 'x',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /PERENNIAL_PORT[\s\S]*PERENNIAL_ADMIN_PASSWORD|PERENNIAL_ADMIN_PASSWORD[\s\S]*PERENNIAL_PORT/,
    );
    expect(stderr).toContain('did you mean PERENNIAL_DATABASE_URL?');
    expect(stderr).not.toMatch(/eighty|short\b/);
  });

  it('says that a database does not answer, and waits for it', () => {
    const env = { PERENNIAL_PORT: '0', PERENNIAL_DATABASE_URL: 'mysql://root@127.0.0.1:9/none' };
    const { status, stdout } = start('core/server/dist/main.js', env, 10_000);
    // Ended by the test's patience, by SIGTERM, and not by itself.
    expect([status, JSON.parse(stdout.trim())]).toEqual([
      0,
      expect.objectContaining({
        level: 'warn',
        msg: 'The database of PERENNIAL_DATABASE_URL does not answer. Is it running, and are host and port right?',
      }),
    ]);
  }, 30_000);

  it('reads .env where it is started, and says what is wrong in it', () => {
    const own = mkdtempSync(join(tmpdir(), 'perennial-env-'));
    closing.push(() => rmSync(own, { recursive: true, force: true }));
    writeFileSync(join(own, '.env'), 'PERENNIAL_PORT=eighty\nPERENNIAL_COLLECTOR_PORT=ninety\n');
    for (const script of ['core/server/dist/main.js', 'collector/dist/runtime/node/main.js']) {
      const { status, stderr } = spawnSync(process.execPath, [join(root, script)], {
        encoding: 'utf8',
        cwd: own,
        env: { PATH: process.env['PATH'], PERENNIAL_DATA_DIR: own },
      });
      expect([status, stderr]).toEqual([1, expect.stringContaining('PERENNIAL_COLLECTOR_PORT')]);
    }
  }, 30_000);

  it('says that its folder is no folder', () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const { status, stderr } = start('core/server/dist/main.js', { PERENNIAL_PORT: '0', PERENNIAL_DATA_DIR: file });
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
