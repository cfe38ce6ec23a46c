import { afterAll, describe, expect, it } from '@jest/globals';
import { mariadbBinary, mariadbUrl } from '@perennial/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineSupervisor } from '../../core/server/src/warehouse/index.js';
import { Proxy } from '../tools/proxy.js';
import { Starter } from '../tools/starter.js';
import { eventually } from '../tools/system.js';

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
}, 60_000);

async function aStarter(more: Record<string, string> = {}): Promise<Starter> {
  const starter = new Starter(more);
  closing.push(() => starter.close());
  await starter.start();
  return starter;
}

const isReady = (starter: Starter) => async () => (await starter.ready()).status === 200;
const waits = (starter: Starter) => async () => {
  const { status, detail } = await starter.ready();
  return status === 503 && detail;
};
const live = async ({ coreUrl }: Starter) => (await fetch(`${coreUrl}/health/live`)).status;

/** Sends until it is answered 200. */
const keep = (starter: Starter, id: string) => eventually(async () => (await starter.collect(id))?.status === 200, 60);

/** It may have gone by itself, with the core that it belongs to. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as { code?: string }).code !== 'ESRCH') throw error;
  }
}

async function killCore(starter: Starter): Promise<void> {
  const pid = await eventually(() => Promise.resolve(starter.pidOf('core')));
  process.kill(pid, 'SIGKILL');
  await eventually(() => Promise.resolve(starter.pidOf('core') !== pid));
}

describe('a record that is away', () => {
  (mariadbBinary() ? it : it.skip)(
    'is waited for at the very first start and after crashes, with a sentence; the collector keeps all the while',
    async () => {
      const { url, remove } = await mariadbUrl();
      closing.push(remove);
      const real = new URL(url);
      const proxy = await Proxy.to(Number(real.port));
      closing.push(() => proxy.close());
      real.port = String(proxy.port);
      proxy.cut();
      const starter = await aStarter({ PERENNIAL_DATABASE_URL: real.href });
      expect(await eventually(waits(starter))).toContain('The database of PERENNIAL_DATABASE_URL');
      expect(await live(starter)).toBe(200);
      await eventually(async () => (await starter.collect('early'))?.status === 503);
      proxy.mend();
      await eventually(isReady(starter), 60);
      await keep(starter, 'away-0');
      const collector = starter.pidOf('collector');

      proxy.cut();
      for (let n = 1; n <= 4; n++) {
        await killCore(starter);
        await keep(starter, `away-${n}`);
        await eventually(() => Promise.resolve(starter.pidOf('core')), 60);
      }
      expect(await eventually(waits(starter), 60)).toContain('The database of PERENNIAL_DATABASE_URL');
      expect(await live(starter)).toBe(200);
      proxy.mend();
      await eventually(isReady(starter), 60);
      await eventually(async () => (await starter.applied()) === 5, 60);
      expect([starter.isRunning, starter.pidOf('collector')]).toEqual([true, collector]);
    },
    240_000,
  );
});

/** ClickHouse over HTTP: the embedded engine with a user of its own before it, which can be away. */
class Clickhouse {
  readonly engine: EngineSupervisor;
  isAway = false;
  private readonly server = createServer();

  constructor() {
    const directory = mkdtempSync(join(tmpdir(), 'perennial-clickhouse-'));
    closing.push(() => rmSync(directory, { recursive: true, force: true }));
    this.engine = new EngineSupervisor({ directory });
  }

  async start(): Promise<string> {
    const { url, username, password } = await this.engine.current(60_000);
    const auth = `${username}:${password}`;
    this.server.on('request', (from, to) => {
      const headers = { ...from.headers, authorization: undefined, host: undefined };
      for (const name of ['authorization', 'host'] as const) delete headers[name];
      const onward = request(new URL(from.url!, url), { method: from.method!, headers, auth }, (answer) => {
        to.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(to);
      });
      onward.on('error', () => to.destroy());
      from.pipe(onward);
    });
    this.server.on('connection', (socket) => this.isAway && socket.destroy());
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => (this.server.closeAllConnections(), this.server.close(), await this.engine.stop()));
    return `http://default:@127.0.0.1:${(this.server.address() as AddressInfo).port}/perennial`;
  }

  leave(): void {
    this.isAway = true;
    this.server.closeAllConnections();
  }
}

describe('a warehouse that is away', () => {
  it('is waited for at the very first start and after a crash; frozen, it makes core unready within seconds', async () => {
    const clickhouse = new Clickhouse();
    const url = await clickhouse.start();
    clickhouse.leave();
    const starter = await aStarter({ PERENNIAL_CLICKHOUSE_URL: url });
    expect(await eventually(waits(starter))).toBeTruthy();
    await eventually(async () => /warehouse/i.test((await starter.ready()).detail));
    expect(await live(starter)).toBe(200);
    clickhouse.isAway = false;
    await eventually(isReady(starter), 60);
    await keep(starter, 'first');
    const collector = starter.pidOf('collector');

    clickhouse.leave();
    expect(await eventually(waits(starter))).toContain('warehouse');
    await killCore(starter);
    await keep(starter, 'second');
    await eventually(async () => /warehouse/i.test((await starter.ready()).detail), 60);
    clickhouse.isAway = false;
    await eventually(isReady(starter), 60);
    await eventually(async () => (await starter.applied()) === 2, 60);

    process.kill(clickhouse.engine.pid!, 'SIGSTOP');
    const began = performance.now();
    expect(await eventually(waits(starter))).toContain('warehouse');
    expect(performance.now() - began).toBeLessThan(6_000);
    expect(await live(starter)).toBe(200);
    process.kill(clickhouse.engine.pid!, 'SIGCONT');
    await eventually(isReady(starter), 60);
    expect([starter.isRunning, starter.pidOf('collector')]).toEqual([true, collector]);
  }, 240_000);
});

describe('the embedded warehouse', () => {
  it('killed as soon as it listens, again and again, ends nothing', async () => {
    const starter = await aStarter();
    await eventually(isReady(starter), 60);
    await keep(starter, 'before');
    const collector = starter.pidOf('collector');
    for (let n = 0; n < TRIES; n++) {
      await killCore(starter);
      const engine = await eventually(() => Promise.resolve(starter.enginePid()), 60);
      // It opens its folder first; between the two lies what a start reads.
      await sleep(300 + Math.random() * 400);
      kill(engine);
      await eventually(isReady(starter), 60);
    }
    await keep(starter, 'after');
    await eventually(async () => (await starter.applied()) === 2, 60);
    expect([starter.isRunning, starter.pidOf('collector')]).toEqual([true, collector]);
  }, 400_000);

  const TRIES = Number(process.env['PERENNIAL_TEST_TRIES'] ?? 5);
});

describe('a second platform on one folder', () => {
  it('ends with a sentence, and the first one goes on', async () => {
    const first = await aStarter();
    await eventually(isReady(first), 100);
    const second = await aStarter({ PERENNIAL_DATA_DIR: first.folder });
    expect(await second.ended).toBe(1);
    expect(second.output).toContain(`Another core uses ${first.folder}. Stop it, or set PERENNIAL_DATA_DIR.`);
    expect(await first.ready()).toMatchObject({ status: 200 });
    await keep(first, 'still');
  }, 240_000);
});

describe('a fresh start with demo data', () => {
  it('writes no line of a warning or an error while it works', async () => {
    const starter = await aStarter({ PERENNIAL_DEMO_PEOPLE: '200' });
    await eventually(() => Promise.resolve(starter.output.includes('Demo data:')), 120);
    const until = Date.now() + 30_000;
    let sent = 0;
    for (; Date.now() < until; sent++) {
      await keep(starter, `busy-${sent}`);
      await sleep(50);
    }
    await eventually(async () => (await starter.applied()) === sent, 60);
    const lines = starter.output.split('\n').filter((line) => /"level":"(warn|error|fatal)"/.test(line));
    expect(lines).toEqual([]);
    expect(sent).toBeGreaterThan(50);
  }, 240_000);
});
