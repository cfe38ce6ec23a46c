import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { aCore, aFolder, afterTest, until } from '../../../test-tools/cleaning.js';
import { SECRET } from '../../../test-tools/fake-core.js';
import { bundleMain, run as runBundle } from '../../../test-tools/process.js';

let bundle: string;

beforeAll(async () => {
  bundle = await bundleMain();
});

afterAll(() => rmSync(bundle, { recursive: true, force: true }));

type Env = Record<string, string>;

const run = (env: Env) => runBundle(bundle, env);

const envOf = (folder: string, coreUrl: string): Env => ({
  PERENNIAL_DATA_DIR: folder,
  PERENNIAL_CORE_URL: coreUrl,
  PERENNIAL_COLLECTOR_SECRET: SECRET,
});

const send = (port: number, id: string) =>
  fetch(`http://127.0.0.1:${port}/v1/track`, {
    method: 'POST',
    headers: { 'x-write-key': 'key' },
    body: JSON.stringify({ event: 'X', userId: 'm', messageId: id }),
  });

describe('the collector as a process', () => {
  it('loses nothing that it answered 200, however often it is killed, and core sees it in order', async () => {
    const { core, coreUrl } = await aCore();
    const folder = aFolder();
    const answered: string[] = [];
    for (let life = 0; life < 6; life++) {
      const { child, ended, ready } = run(envOf(folder, coreUrl));
      const port = await ready;
      // Away in every second life, so that lots of both kinds are cut short: those in the spool and those on their way.
      core.isAway = life % 2 === 1;
      const sending = { isOver: false };
      const sender = async (name: number) => {
        for (let n = 0; !sending.isOver; n++) {
          const id = `${name}-${life}-${String(n).padStart(6, '0')}`;
          const answer = await send(port, id).catch(() => undefined);
          if (answer?.status === 200) answered.push(id);
        }
      };
      const senders = Promise.all(Array.from({ length: 8 }, (_, name) => sender(name)));
      await new Promise((resolve) => setTimeout(resolve, 150 + Math.random() * 250));
      child.kill('SIGKILL');
      await ended;
      sending.isOver = true;
      await senders;
    }
    core.isAway = false;
    const last = run(envOf(folder, coreUrl));
    await last.ready;
    expect(answered.length).toBeGreaterThan(100);
    await until(() => {
      const arrived = new Set(core.ids);
      return answered.every((id) => arrived.has(id));
    });
    expect(core.ids).toHaveLength(new Set(core.ids).size);
    for (let name = 0; name < 8; name++) {
      const ofOne = core.ids.filter((id) => id.startsWith(`${name}-`));
      expect(ofOne).toEqual(ofOne.toSorted());
    }
  }, 60_000);

  it('says when it is ready, makes a secret for itself and core, and stops cleanly within five seconds', async () => {
    const { coreUrl } = await aCore();
    const folder = aFolder();
    const { child, out, ended, ready } = run({ PERENNIAL_DATA_DIR: folder, PERENNIAL_CORE_URL: coreUrl });
    const port = await ready;
    await until(() => out.text.includes('\n'));
    const lines = out.text.trim().split('\n');
    expect(JSON.parse(lines.find((line) => line.includes('ready'))!)).toMatchObject({
      level: 'info',
      msg: 'collector ready',
      port,
    });
    const secret = join(folder, 'collector.secret');
    expect(Buffer.from(readFileSync(secret, 'utf8'), 'base64url')).toHaveLength(32);
    expect(statSync(secret).mode & 0o777).toBe(0o600);
    const began = Date.now();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(out.text).not.toContain(readFileSync(secret, 'utf8'));
  });

  it('keeps all that it keeps for its owner alone, also where an earlier version did not', async () => {
    const { coreUrl } = await aCore();
    const folder = aFolder();
    mkdirSync(join(folder, 'collector'), { recursive: true });
    writeFileSync(join(folder, 'collector', 'earlier'), 'x');
    for (const path of ['collector', 'collector/earlier']) chmodSync(join(folder, path), 0o755);
    const { out, ready } = run({ PERENNIAL_DATA_DIR: folder, PERENNIAL_CORE_URL: coreUrl });
    await ready;
    expect(out.text).toContain('could be read by other users');
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter((path) => lstatSync(join(folder, path)).mode & 0o077)).toEqual([]);
  });

  it('says in one sentence that its port is taken, and ends with 1', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    afterTest(() => other.close());
    const { port } = other.address() as AddressInfo;
    const { ended, out } = run({ ...envOf(aFolder(), 'http://127.0.0.1:9'), PERENNIAL_COLLECTOR_PORT: String(port) });
    expect(await ended).toBe(1);
    expect(out.errors).toBe(
      `Port ${port} is taken by another program. Stop it, or set PERENNIAL_COLLECTOR_PORT to a free one.\n`,
    );
  });

  it('says what is wrong with its settings', async () => {
    const { ended, out } = run({ PERENNIAL_DATA_DIR: aFolder(), PERENNIAL_TRUNCATE_IP: 'perhaps' });
    expect(await ended).toBe(1);
    expect(out.errors).toBe('PERENNIAL_TRUNCATE_IP must be on or off\n');
  });
});
