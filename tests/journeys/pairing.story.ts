import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from '../tools/inspect.js';
import { eventually, System } from '../tools/system.js';

const systems: System[] = [];
const aFolder = () => mkdtempSync(join(tmpdir(), 'perennial-pairing-'));

afterAll(async () => {
  for (const system of systems) await system.close();
}, 60_000);

async function aSystem(): Promise<System> {
  const system = new System();
  systems.push(system);
  await system.start();
  return system;
}

/** One event each of people `from` to `to`, until core has it in history. */
async function send(system: System, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 50) await sendSome(system, at, Math.min(to, at + 50));
  await eventually(async () => (await events(system)) === to, 60);
}

async function sendSome(system: System, from: number, to: number): Promise<void> {
  const batch = Array.from({ length: to - from }, (_, n) => ({
    type: 'track',
    event: 'Seen',
    userId: `m${from + n}`,
    messageId: `e${from + n}`,
  }));
  expect((await system.collect(batch)).status).toBe(200);
}

const events = async (system: System): Promise<number | undefined> =>
  (await system.api<{ events: number }>('GET', '/overview').catch(() => undefined))?.events;

const codes = async (system: System): Promise<string[]> =>
  (await system.api<{ problems: { code: string }[] }>('GET', '/stores')).problems.map(({ code }) => code);

const recordFiles = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('record.db'));

function moveRecord(from: string, to: string): void {
  for (const name of recordFiles(to)) rmSync(join(to, name));
  for (const name of recordFiles(from)) cpSync(join(from, name), join(to, name));
}

describe('stores that do not belong together', () => {
  it('an older record: collectors send again what it lacks, nothing is there twice, no number is given out twice', async () => {
    const system = await aSystem();
    await send(system, 0, 200);
    await system.core.end('SIGTERM');
    const copy = aFolder();
    moveRecord(system.folder, copy);
    await system.core.start();
    await send(system, 200, 500);
    await system.core.end('SIGTERM');
    moveRecord(copy, system.folder);
    await system.core.start();
    expect(system.core.output).toContain('STORES_RECORD_OLDER');
    await eventually(async () => (await events(system)) === 500, 60);
    expect(await codes(system)).toEqual([]);
    await system.collector.end('SIGTERM');
    await system.core.end('SIGTERM');
    const remains = await inspect(system.folder);
    expect([remains.events, remains.distinctEvents, remains.snapshots.length]).toEqual([500, 500, 500]);
    expect(remains.record).toEqual(remains.snapshots);
  }, 180_000);

  it('a lost record, and a warehouse of another record, are refused before anything is answered', async () => {
    const [one, other] = [await aSystem(), await aSystem()];
    await send(one, 0, 50);
    await send(other, 0, 60);
    await one.core.end('SIGTERM');
    await other.core.end('SIGTERM');
    const kept = aFolder();
    moveRecord(one.folder, kept);
    for (const name of recordFiles(one.folder)) rmSync(join(one.folder, name));
    await expect(one.core.start()).rejects.toThrow('STORES_RECORD_LOST');
    moveRecord(kept, one.folder);
    renameSync(join(one.folder, 'warehouse'), join(one.folder, 'own'));
    renameSync(join(other.folder, 'warehouse'), join(one.folder, 'warehouse'));
    await expect(one.core.start()).rejects.toThrow('STORES_FOREIGN');
    renameSync(join(one.folder, 'warehouse'), join(other.folder, 'warehouse'));
    renameSync(join(one.folder, 'own'), join(one.folder, 'warehouse'));
    await one.core.start();
    await eventually(async () => (await events(one)) === 50);
  }, 180_000);
});

describe('a warehouse that is damaged', () => {
  it('removed: told in log, readiness and doctor, people are whole, and an operator accepts it', async () => {
    const system = await aSystem();
    await send(system, 0, 80);
    await system.core.end('SIGTERM');
    rmSync(join(system.folder, 'warehouse'), { recursive: true });
    await system.core.start();
    expect(system.core.output).toContain('STORES_WAREHOUSE_LOST');
    expect(await codes(system)).toEqual(['STORES_WAREHOUSE_LOST']);
    const ready = await (await fetch(`${system.coreUrl}/health/ready`)).json();
    expect(ready).toMatchObject({ status: 'impaired', problems: [{ code: 'STORES_WAREHOUSE_LOST' }] });
    expect((await system.api<{ people: number }>('GET', '/overview')).people).toBe(80);
    await system.api('POST', '/stores/accept');
    expect(await codes(system)).toEqual([]);
  }, 120_000);

  it('copied by tar under load: what is missing of it is told, never more than is there', async () => {
    const system = await aSystem();
    await send(system, 0, 500);
    let sent = 500;
    const archive = join(aFolder(), 'copy.tar');
    const copying = tar('-cf', archive, '-C', system.folder, '.').then(() => 'copied');
    const sending = () => sendSome(system, sent, (sent += 50)).then(() => 'sent');
    while ((await Promise.race([copying, sending()])) === 'sent');
    await system.core.end('SIGTERM');
    await system.collector.end('SIGTERM');
    const copy = new System();
    systems.push(copy);
    await tar('-xf', archive, '-C', copy.folder);
    rmSync(join(copy.folder, 'collector'), { recursive: true, force: true });
    await copy.start();
    await eventually(async () => Array.isArray(await codes(copy)));
    const found = await codes(copy);
    await copy.core.end('SIGTERM');
    await copy.collector.end('SIGTERM');
    const { record, events: present } = await inspect(copy.folder);
    const applied = record.reduce((sum, person) => sum + Number(person.split(';')[1]), 0);
    expect(found.includes('STORES_ROWS_MISSING')).toBe(present < applied);
    expect(present).toBeLessThanOrEqual(applied);
  }, 180_000);
});

/** Files that change while they are read are what this is about; tar says so with 1. */
function tar(...args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('tar', args, { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 || code === 1 ? resolve() : reject(new Error(`tar ended with ${code}`))));
  });
}
