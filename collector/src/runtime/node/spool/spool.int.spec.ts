import { describe, expect, it } from '@jest/globals';
import { readFrames } from '@perennial/contract';
import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { aFolder, afterTest, aQuickFolder } from '../../../../test-tools/cleaning.js';
import { Full } from '../../../app.js';
import { Metrics } from '../../../metrics.js';
import type { Disk } from './group-writer.js';
import { Spool, type SpoolOptions } from './spool.js';

const header = { receivedAt: 1, sourceId: 's', endpoint: 'track' };
const text = (n: number) => new TextEncoder().encode(`{"n":${n}}`);

function setup(folder = aFolder(), more: Partial<SpoolOptions> = {}) {
  const log: string[] = [];
  const metrics = new Metrics();
  const spool = new Spool({
    folder,
    maxBytes: 1e9,
    log: (_, message) => void log.push(message),
    metrics,
    ...more,
  });
  let isOpen = true;
  const close = async () => {
    if (isOpen) await spool.close();
    isOpen = false;
  };
  afterTest(close);
  return { folder, spool, log, metrics, close };
}

/** Takes everything out as the forwarder does; the numbers in order. */
async function drain(spool: Spool): Promise<number[]> {
  const numbers: number[] = [];
  for (let lot = await spool.next(); lot; lot = await spool.next()) {
    for (const { body } of readFrames(lot.bytes, lot.from))
      numbers.push((JSON.parse(new TextDecoder().decode(body)) as { n: number }).n);
    spool.acknowledge(lot.to);
  }
  return numbers;
}

const files = (folder: string, end: string) => readdirSync(folder).filter((name) => name.endsWith(end));
const segmentOf = (folder: string) => join(folder, files(folder, '.log').sort().at(-1)!);

/** Three frames on disk, closed; where each ends. */
async function threeFrames(within = aFolder()) {
  const first = setup(within);
  const ends: number[] = [];
  for (const n of [1, 2, 3]) {
    await first.spool.append(header, text(n));
    ends.push(first.spool.end);
  }
  await first.close();
  return { folder: first.folder, ends, path: segmentOf(first.folder) };
}

function flip(path: string, offset: number): void {
  const bytes = readFileSync(path);
  bytes[offset]! ^= 1;
  writeFileSync(path, bytes);
}

describe('the spool', () => {
  it('hands out again what a core lacks that was put back to an older copy, as far as it is here', async () => {
    const { folder, ends } = await threeFrames();
    const { spool, close } = setup(folder);
    expect(await drain(spool)).toEqual([1, 2, 3]);
    expect(spool.goBack(ends[0]!)).toEqual({ from: ends[0], to: ends[2] });
    expect(await drain(spool)).toEqual([2, 3]);
    await close();
    const small = setup(aFolder(), { segmentBytes: 1 });
    for (const n of [1, 2, 3]) await small.spool.append(header, text(n));
    await drain(small.spool);
    // Acknowledged segments are gone but for the last.
    const { from, to } = small.spool.goBack(0);
    expect([from > 0, to]).toEqual([true, small.spool.end]);
    expect(await drain(small.spool)).toEqual([3]);
  });

  it('cuts a torn tail off wherever it is torn, and never gives its positions out again', async () => {
    const { folder, ends, path } = await threeFrames();
    const bytes = readFileSync(path);
    for (let cut = ends[1]! + 1; cut < ends[2]!; cut += 5) {
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      writeFileSync(path, bytes);
      truncateSync(path, cut);
      const { spool, log, close } = setup(folder);
      await spool.append(header, text(4));
      expect(spool.end).toBeGreaterThan(cut + (ends[0]! - 1));
      expect(await drain(spool)).toEqual([1, 2, 4]);
      expect(log).toEqual([]);
      await close();
    }
  });

  it('torn at any byte of the log, keeps every frame before the tear and goes on behind it', async () => {
    const { folder, ends, path } = await threeFrames(aQuickFolder());
    const bytes = readFileSync(path);
    for (let cut = 0; cut <= bytes.length; cut++) {
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      writeFileSync(path, bytes.subarray(0, cut));
      const { spool, log, close } = setup(folder);
      await spool.append(header, text(4));
      const whole = ends.filter((end) => end <= cut).map((_, n) => n + 1);
      expect([cut, await drain(spool), log]).toEqual([cut, [...whole, 4], []]);
      await close();
    }
  }, 20_000);

  it('with a wrong bit at any byte, loses the frame it stands in and no other, and never stops', async () => {
    const { folder, ends, path } = await threeFrames(aQuickFolder());
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at++) {
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
      writeFileSync(path, bytes);
      flip(path, at);
      const { spool, close } = setup(folder);
      await spool.append(header, text(4));
      const hit = ends.findIndex((end) => at < end) + 1;
      expect([at, await drain(spool)]).toEqual([at, [1, 2, 3, 4].filter((n) => n !== hit)]);
      await close();
    }
  }, 20_000);

  it('takes room that was never filled, as after a loss of power, for torn', async () => {
    const { folder, path } = await threeFrames();
    appendFileSync(path, Buffer.alloc(4096));
    const { spool, log } = setup(folder);
    await spool.append(header, text(4));
    expect(await drain(spool)).toEqual([1, 2, 3, 4]);
    expect(log).toEqual([]);
  });

  it.each([
    ['the length', 3],
    ['the length of the body', 7],
    ['the checksum', 8],
    ['the header', 14],
  ])('loses only the damaged frame when a bit of %s in the middle is wrong, and says so', async (_, offset) => {
    const { folder, ends, path } = await threeFrames();
    flip(path, ends[0]! + offset);
    const { spool, log, metrics } = setup(folder);
    expect(await drain(spool)).toEqual([1, 3]);
    expect(log.join()).toMatch(/damaged/);
    expect(metrics.value('spool_damaged_bytes_total')).toBe(ends[1]! - ends[0]!);
    const [aside] = files(folder, '.damaged');
    expect(readFileSync(join(folder, aside!))).toHaveLength(ends[1]! - ends[0]!);
  });

  it('keeps a damaged last frame aside, and its positions unused', async () => {
    const { folder, ends, path } = await threeFrames();
    flip(path, ends[2]! - 1);
    const { spool, log } = setup(folder);
    await spool.append(header, text(4));
    expect(spool.end).toBeGreaterThan(ends[2]!);
    expect(await drain(spool)).toEqual([1, 2, 4]);
    expect(log).toHaveLength(1);
    expect(files(folder, '.damaged')).toHaveLength(1);
  });

  it('goes on behind damage that happens while it runs, also when a whole segment is gone', async () => {
    const { folder, spool, log, metrics } = setup(undefined, { segmentBytes: 150 });
    for (let n = 0; n < 9; n++) await spool.append(header, text(n));
    const segments = files(folder, '.log').sort();
    expect(segments.length).toBeGreaterThan(2);
    rmSync(join(folder, segments[1]!));
    const numbers = await drain(spool);
    expect(numbers[0]).toBe(0);
    expect(numbers.at(-1)).toBe(8);
    expect(numbers.length).toBeLessThan(9);
    expect(log).toHaveLength(1);
    expect(metrics.value('spool_damaged_bytes_total')).toBeGreaterThan(0);
  });

  it('removes segments that core has applied, and starts where it was, also without a checkpoint', async () => {
    const { folder, spool, close } = setup(undefined, { segmentBytes: 100 });
    for (let n = 0; n < 20; n++) await spool.append(header, text(n));
    expect(await drain(spool)).toHaveLength(20);
    expect(files(folder, '.log')).toHaveLength(1);
    const { end, logId } = spool;
    await close();
    for (const damage of ['', 'half', undefined]) {
      if (damage === undefined) rmSync(join(folder, 'checkpoint'));
      else writeFileSync(join(folder, 'checkpoint'), damage);
      const again = setup(folder);
      expect(again.spool.end).toBe(end);
      expect(again.spool.logId).toBe(logId);
      expect((await drain(again.spool)).length).toBeLessThan(3);
      await again.close();
    }
  });

  it('never falls behind what core has acknowledged, even when the segments are gone', async () => {
    const { folder, spool, close } = setup();
    for (let n = 0; n < 3; n++) await spool.append(header, text(n));
    await drain(spool);
    const { end } = spool;
    await close();
    rmSync(segmentOf(folder));
    const again = setup(folder).spool;
    expect(again.end).toBe(end);
    await again.append(header, text(3));
    expect(await drain(again)).toEqual([3]);
  });

  it('forgets what core has applied when it is old, however little it is, and what core has not applied stays', async () => {
    const { folder, spool, close } = setup(undefined, { keepMs: 40 });
    await spool.append(header, text(1));
    const [first] = files(folder, '.log');
    await sleep(120);
    expect(files(folder, '.log')).toContain(first);
    expect(await drain(spool)).toEqual([1]);
    await sleep(120);
    expect(files(folder, '.log')).not.toContain(first);
    await spool.append(header, text(2));
    const { end } = spool;
    await close();
    const later = setup(folder);
    expect(later.spool.end).toBe(end);
    expect(await drain(later.spool)).toEqual([2]);
  });

  it('is known for one from a backup, also where old segments went by their age', async () => {
    const { folder, spool, close } = setup(undefined, { keepMs: 40 });
    expect(spool.prove(0)).toBe(false);
    await spool.append(header, text(1));
    await drain(spool);
    await sleep(120);
    await close();
    const later = setup(folder);
    const before = later.spool.logId;
    expect(later.spool.prove(later.spool.end)).toBe(false);
    await later.close();
    const restored = setup(folder);
    expect(restored.spool.prove(restored.spool.end + 100)).toBe(true);
    expect(restored.spool.logId).not.toBe(before);
  });

  it('turns requests away when it is full, and takes them again when core has caught up', async () => {
    const { spool } = setup(undefined, { maxBytes: 150 });
    await spool.append(header, text(1));
    await expect(spool.append(header, new Uint8Array(100))).rejects.toBeInstanceOf(Full);
    spool.acknowledge(spool.end);
    await spool.append(header, text(2));
  });

  it('shares syncs among requests that wait together', async () => {
    let syncs = 0;
    const disk = { ...aDisk(), sync: (fd: number) => (syncs++, promisify(fs.fdatasync)(fd)) };
    const { spool } = setup(undefined, { disk });
    await Promise.all(Array.from({ length: 3000 }, (_, n) => spool.append(header, text(n))));
    expect(await drain(spool)).toEqual(Array.from({ length: 3000 }, (_, n) => n));
    expect(syncs).toBeLessThan(5);
  });

  it('answers nothing before the sync is done', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { spool } = setup(undefined, { disk: { ...aDisk(), sync: () => held } });
    let isKept = false;
    const keeping = spool.append(header, text(1)).then(() => (isKept = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([isKept, spool.end]).toEqual([false, 0]);
    release();
    await keeping;
    expect(spool.end).toBeGreaterThan(0);
  });
});

const aDisk = (): Disk => ({ write: promisify(fs.writev), sync: promisify(fs.fdatasync) });

describe('a disk that fails', () => {
  const problem = (code: string) => Object.assign(new Error(code), { code });

  it('that is full in the middle of a group: all are turned away, nothing of them stays, and it recovers by itself', async () => {
    let isFull = false;
    const real = aDisk();
    const disk: Disk = {
      ...real,
      // A full disk takes what still fits, and only then refuses.
      write: async (fd, parts) => {
        if (!isFull) return real.write(fd, parts);
        if (parts.length > 1) return real.write(fd, [parts[0]!, parts[1]!.subarray(0, 3)]);
        throw problem('ENOSPC');
      },
    };
    const { folder, spool, log, close } = setup(undefined, { disk });
    await spool.append(header, text(1));
    isFull = true;
    const sent = await Promise.allSettled([2, 3, 4].map((n) => spool.append(header, text(n))));
    for (const { status, reason } of sent as PromiseRejectedResult[])
      expect([status, reason]).toEqual(['rejected', expect.any(Full)]);
    await expect(spool.append(header, text(5))).rejects.toBeInstanceOf(Full);
    isFull = false;
    await spool.append(header, text(6));
    expect(await drain(spool)).toEqual([1, 6]);
    expect(log).toEqual([expect.stringMatching(/cannot be written/), expect.stringMatching(/can be written again/)]);
    await close();
    expect(setup(folder).log).toEqual([]);
  });

  it('that takes a write in pieces loses none of them', async () => {
    const real = aDisk();
    const disk: Disk = { ...real, write: (fd, parts) => real.write(fd, [Buffer.concat(parts).subarray(0, 11)]) };
    const { spool } = setup(undefined, { disk });
    await Promise.all([1, 2, 3].map((n) => spool.append(header, text(n))));
    expect(await drain(spool)).toEqual([1, 2, 3]);
  });

  it('that cannot sync: the request is not kept', async () => {
    let isBroken = true;
    const real = aDisk();
    const disk: Disk = { ...real, sync: (fd) => (isBroken ? Promise.reject(problem('EIO')) : real.sync(fd)) };
    const { spool } = setup(undefined, { disk });
    await expect(spool.append(header, text(1))).rejects.toThrow('EIO');
    isBroken = false;
    await spool.append(header, text(2));
    expect(await drain(spool)).toEqual([2]);
  });
});

describe('a folder that is taken from one who may wake up', () => {
  it('never mixes its bytes and positions with what that one still writes', async () => {
    const { folder, path } = await threeFrames();
    const stray = readFileSync(path);
    const lock = { isOurs: () => true, mayBeWrittenByOther: true };
    const taker = setup(folder, { lock });
    await taker.spool.append(header, text(4));
    appendFileSync(path, stray);
    expect(await drain(taker.spool)).toEqual([1, 2, 3, 4]);
    await taker.close();
    expect(taker.log).toEqual([]);
  });

  it('reads none of it after a restart either', async () => {
    const { folder, path } = await threeFrames();
    const stray = readFileSync(path);
    const taker = setup(folder, { lock: { isOurs: () => true, mayBeWrittenByOther: true } });
    await taker.spool.append(header, text(4));
    await taker.close();
    appendFileSync(path, stray);
    const later = setup(folder);
    expect(await drain(later.spool)).toEqual([1, 2, 3, 4]);
  });

  it('keeps nothing and forgets nothing once it is lost, also between the write and its answer', async () => {
    let isOurs = true;
    const real: Disk = { write: promisify(fs.writev), sync: promisify(fs.fdatasync) };
    const disk: Disk = { ...real, sync: (fd) => ((isOurs = false), real.sync(fd)) };
    const lock = { isOurs: () => isOurs, mayBeWrittenByOther: false };
    const { spool } = setup(undefined, { lock, disk });
    await expect(spool.append(header, text(1))).rejects.toThrow('another collector has taken the folder');
    await expect(spool.append(header, text(2))).rejects.toThrow('another collector has taken the folder');
    expect(spool.end).toBe(0);
    expect(() => spool.acknowledge(0)).toThrow('another collector has taken the folder');
  });
});
