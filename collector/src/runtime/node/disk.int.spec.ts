import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { aCore, aFolder, afterTest, until } from '../../../test-tools/cleaning.js';
import { SECRET } from '../../../test-tools/fake-core.js';
import { Metrics } from '../../metrics.js';
import { startCollector, type RunningCollector } from './serve.js';
import type { Disk } from './spool/group-writer.js';
import { Spool } from './spool/spool.js';

async function start(coreUrl: string, folder: string, maxBytes = 1e9): Promise<RunningCollector> {
  const config = { host: '127.0.0.1', port: 0, folder, coreUrl, secret: SECRET, secretFile: '', maxBytes };
  const collector = await startCollector({ ...config, truncatesIp: true, keyPollMs: 100 }, () => undefined);
  afterTest(() => collector.close().catch(() => undefined));
  return collector;
}

const send = (url: string, id: string, size = 0) =>
  fetch(`${url}/v1/track`, {
    method: 'POST',
    headers: { 'x-write-key': 'key' },
    body: JSON.stringify({ event: 'X', userId: 'm', messageId: id, properties: { text: 'x'.repeat(size) } }),
  });

/** Sends until it is turned away, and says what was answered 200. */
async function fill(url: string, prefix: string): Promise<{ kept: string[]; last: Response }> {
  const kept: string[] = [];
  for (let n = 0; ; n++) {
    const id = `${prefix}${String(n).padStart(5, '0')}`;
    const last = await send(url, id, 20_000);
    if (last.status !== 200) return { kept, last };
    kept.push(id);
  }
}

describe('core away for long', () => {
  it('the spool grows to its bound, then requests are turned away with Retry-After; then all drains in order', async () => {
    const { core, coreUrl } = await aCore();
    const collector = await start(coreUrl, aFolder(), 4_000_000);
    await until(async () => (await send(collector.url, 'first')).status === 200);
    await until(() => core.ids.length === 1 && collector.spool.backlogBytes === 0);
    core.isAway = true;
    const { kept, last } = await fill(collector.url, 'm');
    expect([last.status, last.headers.get('retry-after')]).toEqual([503, '5']);
    expect(collector.spool.backlogBytes).toBeGreaterThan(3_900_000);
    expect(collector.spool.backlogBytes).toBeLessThanOrEqual(4_000_000);
    core.isAway = false;
    await until(() => collector.spool.backlogBytes === 0);
    expect(core.ids).toEqual(['first', ...kept]);
    expect((await send(collector.url, 'later')).status).toBe(200);
  }, 20_000);
});

/** A file system of a few megabytes; root alone may make one. */
const canMount = (() => {
  if (process.env['PERENNIAL_FORBID_SKIPS']) return true;
  const folder = fs.mkdtempSync('/tmp/perennial-mount-');
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0;
  if (isMounted) spawnSync('umount', [folder]);
  fs.rmSync(folder, { recursive: true, force: true });
  if (!isMounted) process.stderr.write('a file system cannot be mounted here: the full disk is skipped\n');
  return isMounted;
})();

(canMount ? describe : describe.skip)('a disk that is full in truth', () => {
  it('turns requests away, loses nothing that was answered 200, and takes them again when there is room', async () => {
    const folder = aFolder();
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder]).status).toBe(0);
    afterTest(() => spawnSync('umount', ['-l', folder]));
    const { core, coreUrl } = await aCore();
    const collector = await start(coreUrl, folder);
    await until(async () => (await send(collector.url, 'first')).status === 200);
    core.isAway = true;
    const { kept, last } = await fill(collector.url, 'm');
    expect([last.status, last.headers.get('retry-after')]).toEqual([503, '5']);
    expect(kept.length).toBeGreaterThan(50);
    // What filled it goes away; the segment itself stays until core has it.
    fs.writeFileSync(`${folder}/other`, '');
    spawnSync('mount', ['-o', 'remount,size=6m', folder]);
    const after = await fill(collector.url, 'n');
    expect(after.kept.length).toBeGreaterThan(50);
    core.isAway = false;
    await until(() => core.ids.length >= 1 + kept.length + after.kept.length);
    expect(core.ids).toEqual(['first', ...kept, ...after.kept]);
    await collector.close();
    const again = await start(coreUrl, folder);
    expect(again.metrics.value('spool_damaged_bytes_total')).toBe(0);
  }, 20_000);
});

describe('a slow disk', () => {
  it('holds requests for two syncs at most, keeps what waits within its bound, and is quick again afterwards', async () => {
    let delay = 150;
    const real = { write: promisify(fs.writev), sync: promisify(fs.fdatasync) };
    const disk: Disk = { ...real, sync: async (fd) => (await sleep(delay), real.sync(fd)) };
    const spool = new Spool({ folder: aFolder(), maxBytes: 2e6, log: () => undefined, metrics: new Metrics(), disk });
    afterTest(() => spool.close());
    const header = { receivedAt: 1, sourceId: 's', endpoint: 'track' };
    const append = async () => {
      const began = performance.now();
      const isKept = await spool.append(header, new Uint8Array(1_000)).then(
        () => true,
        () => false,
      );
      return { isKept, ms: performance.now() - began };
    };
    const slow = [];
    for (let n = 0; n < 60; n++) {
      slow.push(...Array.from({ length: 50 }, append));
      await sleep(10);
    }
    const done = await Promise.all(slow);
    const kept = done.filter(({ isKept }) => isKept);
    expect(Math.max(...kept.map(({ ms }) => ms))).toBeLessThan(4 * delay + 300);
    expect(kept.length).toBeGreaterThan(1_500);
    expect(kept.length).toBeLessThan(done.length);
    expect(spool.backlogBytes).toBeLessThanOrEqual(2e6);
    delay = 0;
    spool.acknowledge(spool.end);
    const quick = await Promise.all(Array.from({ length: 20 }, append));
    expect(quick.every(({ isKept }) => isKept)).toBe(true);
    expect(Math.max(...quick.map(({ ms }) => ms))).toBeLessThan(delay + 150);
  }, 20_000);
});
