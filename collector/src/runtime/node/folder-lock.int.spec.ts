import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { aCore, aFolder, afterTest, until } from '../../../test-tools/cleaning.js';
import { SECRET } from '../../../test-tools/fake-core.js';
import { bundleMain, run } from '../../../test-tools/process.js';
import { FolderLock } from './folder-lock.js';
import { newHolder } from './lock-holder.js';

let bundle: string;
beforeAll(async () => {
  bundle = await bundleMain();
});
afterAll(() => rmSync(bundle, { recursive: true, force: true }));

/** What a container is to a lock: its own numbers of processes, on a volume that others have as well. */
const CONTAINER = ['unshare', '-p', '-f', '--mount-proc', '--kill-child'];
const hasContainers = (() => {
  if (process.env['PERENNIAL_FORBID_SKIPS']) return true;
  const has = spawnSync(CONTAINER[0]!, [...CONTAINER.slice(1), 'true']).status === 0;
  if (!has) process.stderr.write('namespaces cannot be made here: folders shared by containers are skipped\n');
  return has;
})();

const envOf = (folder: string, coreUrl: string) => ({
  PERENNIAL_DATA_DIR: folder,
  PERENNIAL_CORE_URL: coreUrl,
  PERENNIAL_COLLECTOR_SECRET: SECRET,
});

/** Sends without a pause until told to stop, to one collector; what was answered 200. */
function sending(port: number, name: string) {
  const kept: string[] = [];
  const state = { isOver: false };
  const send = async (n: number): Promise<void> => {
    const id = `${name}-${n}`;
    const answer = await fetch(`http://127.0.0.1:${port}/v1/track`, {
      method: 'POST',
      headers: { 'x-write-key': 'key' },
      body: JSON.stringify({ event: 'X', userId: 'm', messageId: id }),
    }).catch(() => undefined);
    if (answer?.status === 200) kept.push(id);
    else await sleep(20);
  };
  const sender = async (from: number) => {
    for (let n = from; !state.isOver; n += 4) await send(n);
  };
  const senders = Promise.all([0, 1, 2, 3].map(sender));
  return { kept, stop: async () => ((state.isOver = true), await senders) };
}

const seconds = async (work: Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work;
  return (performance.now() - began) / 1000;
};

(hasContainers ? describe : describe.skip)('two containers on one volume', () => {
  it('the second refuses with a sentence and ends; after a kill the next one takes over, and nothing kept is lost', async () => {
    const { core, coreUrl } = await aCore();
    const folder = aFolder();
    const first = run(bundle, envOf(folder, coreUrl), CONTAINER);
    const one = sending(await first.ready, 'one');
    await until(() => one.kept.length > 50);
    const second = run(bundle, envOf(folder, coreUrl), CONTAINER);
    expect(await second.ended).toBe(1);
    expect(second.out.errors).toBe(`Another collector (process 1) uses ${join(folder, 'collector')}.\n`);
    const kept = one.kept.length;
    await until(() => one.kept.length > kept);

    first.child.kill('SIGKILL');
    await first.ended;
    await one.stop();
    const third = run(bundle, envOf(folder, coreUrl), CONTAINER);
    expect(await seconds(third.ready)).toBeLessThan(6);
    const three = sending(await third.ready, 'three');
    await until(() => three.kept.length > 50);
    await three.stop();
    await until(() => [...one.kept, ...three.kept].every((id) => core.ids.includes(id)));
    expect(core.ids).toHaveLength(new Set(core.ids).size);
    expect(third.out.text).not.toContain('damaged');
  }, 40_000);
});

describe('a holder that is frozen', () => {
  it('is replaced after seconds; when it wakes it ends with a sentence, and nothing kept by either is lost', async () => {
    const { core, coreUrl } = await aCore();
    const folder = aFolder();
    const first = run(bundle, envOf(folder, coreUrl));
    const one = sending(await first.ready, 'one');
    await until(() => one.kept.length > 50);
    core.isAway = true;
    const before = one.kept.length;
    await until(() => one.kept.length > before + 50);
    first.child.kill('SIGSTOP');
    const second = run(bundle, envOf(folder, coreUrl));
    expect(await seconds(second.ready)).toBeLessThan(6);
    const two = sending(await second.ready, 'two');
    await until(() => two.kept.length > 50);
    first.child.kill('SIGCONT');
    expect(await first.ended).toBe(1);
    expect(first.out.errors).toContain(`Another collector has taken ${join(folder, 'collector')}`);
    await one.stop();
    await two.stop();
    core.isAway = false;
    await until(() => [...one.kept, ...two.kept].every((id) => core.ids.includes(id)));
    second.child.kill('SIGKILL');
    await second.ended;
    const third = run(bundle, envOf(folder, coreUrl));
    expect(await seconds(third.ready)).toBeLessThan(2.5);
    expect([second, third].map(({ out }) => out.text).join()).not.toContain('damaged');
  }, 40_000);
});

describe('a lock that was left behind', () => {
  it.each([
    ['an older version with the number of a living process', '1'],
    [
      'one in another container with the number of a living process',
      JSON.stringify({ ...newHolder(), pid: 1, place: 'x' }),
    ],
    ['one whose number a living process of ours has by now', JSON.stringify({ ...newHolder(), pid: process.ppid })],
    ['one that died while it wrote it', '{"id":"'],
  ])('by %s does not block', async (_, text) => {
    const folder = aFolder();
    writeFileSync(join(folder, 'lock'), text);
    const taken = FolderLock.take(folder);
    expect(await seconds(taken)).toBeLessThan(4);
    const lock = await taken;
    afterTest(() => lock.release());
    expect([lock.isOurs(), lock.mayBeWrittenByOther]).toEqual([true, true]);
  });

  it.each([
    ['a dead process', JSON.stringify({ ...newHolder(), pid: 999_999_999 })],
    ['an earlier life with our own number', JSON.stringify(newHolder())],
  ])('by %s is taken at once', async (_, text) => {
    const folder = aFolder();
    writeFileSync(join(folder, 'lock'), text);
    const taken = FolderLock.take(folder);
    expect(await seconds(taken)).toBeLessThan(0.1);
    (await taken).release();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it('is taken by one of several that come at once', async () => {
    const folder = join(aFolder(), 'collector');
    mkdirSync(folder);
    writeFileSync(join(folder, 'lock'), '1');
    const lives = [1, 2, 3].map(() => run(bundle, envOf(join(folder, '..'), 'http://127.0.0.1:9')));
    await Promise.all(lives.map(({ ready }) => ready.catch(() => undefined)));
    await sleep(1_500);
    const living = lives.filter(({ child }) => child.exitCode === null);
    expect(living).toHaveLength(1);
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toContain(`"pid":${living[0]!.child.pid}`);
  }, 20_000);
});

it('is given up by who finds another one in its place, once', async () => {
  const folder = aFolder();
  const lock = await FolderLock.take(folder);
  afterTest(() => lock.release());
  let told = 0;
  lock.onLost = () => void (told += 1);
  writeFileSync(join(folder, 'lock'), JSON.stringify(newHolder()));
  await until(() => told === 1);
  expect([lock.isOurs(), told]).toEqual([false, 1]);
  lock.release();
  expect(existsSync(join(folder, 'lock'))).toBe(true);
});
