import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlatformError } from '@perennial/contract';
import { spawn } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineSupervisor } from './embedded/supervisor.js';
import { buildChild, openTestWarehouse, type TestWarehouse } from './fixture/engine.fixture.js';
import { ClickHouseWarehouse } from './warehouse.client.js';

const years = [2023, 2024, 2025];
/** `count` events over three partitions, numbered from `from`. */
const batch = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => {
    const at = Date.UTC(years[i % 3]!, 3, 1) + i;
    return JSON.stringify({
      seq: from + i,
      event_id: `e_${from + i}`,
      profile: i % 50,
      at,
      received_at: at,
      name: 'n',
    });
  }).join('\n');

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

async function until(condition: () => boolean, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) if (condition()) return true;
  return condition();
}

describe('an engine that is killed', () => {
  let test: TestWarehouse;
  const kill = () => process.kill(test.engine.pid!, 'SIGKILL');
  const landed = async (from: number, to: number) =>
    (
      await test.warehouse.rows<{ rows: number; seqs: number }>(
        'SELECT count() AS rows, uniqExact(seq) AS seqs FROM events WHERE seq >= {from:UInt64} AND seq < {to:UInt64}',
        { from, to },
      )
    )[0];

  beforeAll(async () => {
    test = await openTestWarehouse();
    await test.warehouse.ready();
  }, 30_000);
  afterAll(() => test.close());

  it('comes back, and every row of 20 inserts is there exactly once', async () => {
    const rows = 2_000;
    const attempts = Array.from({ length: 20 }, () => 0);
    const attempt = async (lot: number): Promise<boolean> => {
      const isRepeat = attempts[lot]! > 0;
      const insert = test.warehouse.insert('events', batch(lot * rows, rows), `lot ${lot}`, { isRepeat });
      return insert.then(
        () => true,
        (error: PlatformError) => {
          if (error.kind !== 'transient') throw error;
          return false;
        },
      );
    };
    const killer = (async () => {
      for (let i = 0; i < 4; i++) {
        await sleep(60 + 70 * i);
        await test.engine.current(20_000);
        kill();
      }
    })();
    for (let lot = 0; lot < 20; lot++) {
      while (!(await attempt(lot))) attempts[lot]!++;
    }
    await killer;
    expect(await landed(0, 20 * rows)).toEqual({ rows: 20 * rows, seqs: 20 * rows });
  }, 60_000);

  it('serves the calls that wait for it', async () => {
    kill();
    const answers = await Promise.all([1, 2, 3].map((n) => test.warehouse.rows('SELECT {n:UInt8} AS n', { n })));
    expect(answers).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
  }, 30_000);

  it('loses no rows when it noted a token and died before the rows were there', async () => {
    const ndjson = batch(1_000_000, 30);
    // A merge would leave the part of this insert on disk as a source that the next start brings back.
    await test.warehouse.command('SYSTEM STOP MERGES events');
    await test.warehouse.insert('events', ndjson, 'noted');
    const parts = await test.warehouse.rows<{ path: string }>(
      "SELECT path FROM system.parts WHERE database = 'perennial' AND table = 'events' AND active AND partition = '2024'",
    );
    await test.engine.stop();
    // The state between the engine's note and its rename: the token is in the log, the part is not in the directory.
    const before = parts.map(({ path }) => path);
    for (const path of before) await rm(path, { recursive: true });
    const engine = new EngineSupervisor({ directory: test.directory, script: test.script });
    const warehouse = new ClickHouseWarehouse(engine);
    Object.assign(test, { engine, warehouse });

    await warehouse.insert('events', ndjson, 'noted');
    expect(await landed(1_000_000, 1_000_030)).toEqual({ rows: 20, seqs: 20 });
    await warehouse.insert('events', ndjson, 'noted', { isRepeat: true });
    expect(await landed(1_000_000, 1_000_030)).toEqual({ rows: 30, seqs: 30 });
    await warehouse.insert('events', ndjson, 'noted', { isRepeat: true });
    expect(await landed(1_000_000, 1_000_030)).toEqual({ rows: 30, seqs: 30 });
  }, 60_000);
});

describe('an engine whose parent is killed', () => {
  it('ends, and the next one opens the same directory', async () => {
    const test = await openTestWarehouse();
    const script = `
      import { fork } from 'node:child_process';
      const child = fork(${JSON.stringify(await buildChild())}, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      child.on('message', ({ kind }) => console.log(kind + ' ' + child.pid));
      child.send({ kind: 'start', directory: ${JSON.stringify(test.directory)}, password: 'p', memoryBytes: 2e9 });`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const line = await new Promise<string>((resolve) =>
      parent.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString())),
    );
    const pid = Number(line.split(' ')[1]);
    expect(line).toMatch(/^ready \d+/);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    // Opened while the old engine may still hold the directory: its lock is waited out.
    await test.warehouse.ready();
    expect(await until(() => !isAlive(pid), 5_000)).toBe(true);
    await test.close();
  }, 40_000);
});

describe('an engine that cannot be had', () => {
  it('names the ways out', async () => {
    const test = await openTestWarehouse();
    const script = join(test.directory, '..', 'absent.mjs');
    const { mkdir, writeFile } = await import('node:fs/promises');
    await mkdir(join(test.directory, '..'), { recursive: true });
    await writeFile(
      script,
      "process.on('message', () => process.send({ kind: 'absent', reason: 'no such platform' }));",
    );
    const engine = new EngineSupervisor({ directory: test.directory, script });
    const warehouse = new ClickHouseWarehouse(engine);
    await expect(warehouse.ready()).rejects.toMatchObject({
      code: 'WAREHOUSE_ENGINE_ABSENT',
      message: expect.stringContaining('PERENNIAL_CLICKHOUSE_URL'),
    });
    await warehouse.close();
    expect(engine.pid === undefined || !isAlive(engine.pid)).toBe(true);
    await test.close();
  });

  it('fails as transient when it does not open within the wait, and stays in the hands of the caller', async () => {
    const test = await openTestWarehouse();
    await test.warehouse.ready();
    const second = new EngineSupervisor({ directory: test.directory, script: test.script });
    const warehouse = new ClickHouseWarehouse(second, { waitMs: 1_500 });
    await expect(warehouse.rows('SELECT 1')).rejects.toMatchObject({
      code: 'WAREHOUSE_ENGINE_UNAVAILABLE',
      kind: 'transient',
    });
    await warehouse.close();
    expect(await readdir(test.directory)).not.toHaveLength(0);
    await test.close();
  }, 30_000);
});
