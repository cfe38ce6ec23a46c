import { afterAll, describe, expect, it } from '@jest/globals';
import type { PlatformError } from '@perennial/contract';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../config/index.js';
import { toEvent } from '../ingest/index.js';
import { Platform } from '../platform.js';
import { buildChild } from '../warehouse/fixture/engine.fixture.js';

const NOW = Date.parse('2026-03-01T02:00:00Z');
const running = new Set<Platform>();

afterAll(async () => {
  for (const platform of running) await platform.stop();
}, 60_000);

const folder = () => mkdtempSync(join(tmpdir(), 'perennial-stores-'));

interface Opened {
  platform: Platform;
  /** Codes of what was told. */
  told: string[];
}

async function open(home: string): Promise<Opened> {
  const told: string[] = [];
  const platform = await Platform.open({
    config: readConfig({ env: { PERENNIAL_DATA_DIR: home, PERENNIAL_SETTLE_SECONDS: '0' } }),
    plugins: [],
    now: () => NOW,
    onError: (_, error) => void told.push((error as PlatformError).code ?? String(error)),
    engineScript: await buildChild(),
  });
  running.add(platform);
  await platform.stores.pairing.meet();
  platform.appender.start();
  return { platform, told };
}

async function close({ platform }: Opened): Promise<void> {
  running.delete(platform);
  await platform.stop();
}

/** One event each of people `from` to `to`. */
async function take({ platform }: Opened, from: number, to: number): Promise<void> {
  const events = Array.from({ length: to - from }, (_, n) =>
    toEvent(
      { type: 'track', event: 'Seen', userId: `m${from + n}`, messageId: `e${from + n}` },
      { sourceId: 's', receivedAt: NOW },
      `e${from + n}`,
    ),
  );
  await platform.ingest.accept({ events, refused: [] });
  await platform.appender.drained();
}

const counts = async ({ platform }: Opened) => {
  const [row] = await platform.warehouse.rows<{ rows: number; seqs: number; people: number }>(
    'SELECT count() AS rows, uniqExact(seq) AS seqs, (SELECT uniqExact(profile) FROM profiles WHERE is_deleted = 0) AS people FROM events',
  );
  return row;
};

const problems = async ({ platform }: Opened): Promise<string[]> => {
  await platform.stores.watch.look();
  return platform.stores.watch.problems().map(({ code }) => code);
};

/** A folder on which 30 people were seen, closed again. */
async function used(people = 30): Promise<string> {
  const home = folder();
  const opened = await open(home);
  await take(opened, 0, people);
  await close(opened);
  return home;
}

const record = (home: string) => ['record.db', 'record.db-wal', 'record.db-shm'].map((name) => join(home, name));
const removeRecord = (home: string) => record(home).forEach((path) => rmSync(path, { force: true }));

describe('stores that do not belong together', () => {
  it('a lost record beside a warehouse is refused: no newcomer inherits the history of somebody else', async () => {
    const home = await used();
    removeRecord(home);
    await expect(open(home)).rejects.toMatchObject({
      code: 'STORES_RECORD_LOST',
      message: expect.stringContaining(join(home, 'record.db')),
    });
  }, 60_000);

  it('a warehouse of another record is refused, and both are named', async () => {
    const [one, other] = [await used(), await used()];
    rmSync(join(one, 'warehouse'), { recursive: true });
    cpSync(join(other, 'warehouse'), join(one, 'warehouse'), { recursive: true, verbatimSymlinks: true });
    await expect(open(one)).rejects.toMatchObject({
      code: 'STORES_FOREIGN',
      message: expect.stringMatching(/[0-9a-f-]{36}.*[0-9a-f-]{36}/),
    });
  }, 60_000);

  it('an older record voids what came after it, takes it again, and gives no number out twice', async () => {
    const home = await used();
    const copy = folder();
    for (const path of record(home)) if (existsSync(path)) cpSync(path, join(copy, path.split('/').at(-1)!));
    const later = await open(home);
    await take(later, 20, 50);
    await close(later);
    removeRecord(home);
    cpSync(copy, home, { recursive: true });

    const restored = await open(home);
    expect(restored.told).toEqual(['STORES_RECORD_OLDER']);
    expect(await counts(restored)).toEqual({ rows: 30, seqs: 30, people: 30 });
    expect(await problems(restored)).toEqual(['STORES_RECORD_OLDER']);
    expect(restored.platform.stores.watch.problems()[0]!.message).toContain('of 20 events');
    await take(restored, 30, 45);
    expect(await problems(restored)).toEqual(['STORES_RECORD_OLDER']);
    expect(restored.platform.stores.watch.problems()[0]!.message).toContain('5 have not come again');
    await take(restored, 45, 50);
    expect(await problems(restored)).toEqual([]);
    expect(await counts(restored)).toEqual({ rows: 50, seqs: 50, people: 50 });
    const seqs = await restored.platform.warehouse.rows<{ seq: number }>(
      "SELECT seq FROM events UNION ALL SELECT seq FROM set_aside WHERE kind = 'events'",
    );
    expect(new Set(seqs.map(({ seq }) => seq)).size).toBe(seqs.length);
    await close(restored);
  }, 90_000);

  it('a batch that waited in the older record and has landed since is not written twice', async () => {
    const home = folder();
    const first = await open(home);
    await first.platform.appender.stop();
    const events = [0, 1, 2].map((n) =>
      toEvent({ type: 'track', event: 'Seen', userId: `w${n}` }, { sourceId: 's', receivedAt: NOW }, `w${n}`),
    );
    await first.platform.ingest.accept({ events, refused: [] });
    await close(first);
    const copy = folder();
    for (const path of record(home)) if (existsSync(path)) cpSync(path, join(copy, path.split('/').at(-1)!));
    const second = await open(home);
    await take(second, 0, 4);
    await close(second);
    removeRecord(home);
    cpSync(copy, home, { recursive: true });
    const restored = await open(home);
    await restored.platform.appender.drained();
    expect(await counts(restored)).toEqual({ rows: 3, seqs: 3, people: 3 });
    await close(restored);
  }, 90_000);
});

describe('a damaged warehouse', () => {
  it('that was removed is told, and its snapshots are written anew from the record', async () => {
    const home = await used();
    rmSync(join(home, 'warehouse'), { recursive: true });
    const opened = await open(home);
    expect(opened.told).toEqual(['STORES_WAREHOUSE_LOST']);
    expect(await counts(opened)).toEqual({ rows: 0, seqs: 0, people: 30 });
    expect(await problems(opened)).toEqual(['STORES_WAREHOUSE_LOST']);
    await take(opened, 30, 31);
    await opened.platform.stores.watch.accept();
    expect(await problems(opened)).toEqual([]);
    await close(opened);
    const again = await open(home);
    expect([again.told, await problems(again)]).toEqual([[], []]);
    await close(again);
  }, 90_000);

  it('whose part lost a file is told at the start: what is put aside and how much is missing', async () => {
    const home = await used();
    const parts = await partFolders(home, 'events');
    for (const part of parts) for (const name of ['checksums.txt', 'columns.txt']) rmSync(join(part, name));
    const opened = await open(home);
    expect(await problems(opened)).toEqual(['STORES_ROWS_MISSING', 'STORES_PARTS_DETACHED']);
    expect(opened.platform.stores.watch.problems()[0]!.message).toContain('history lacks 30 events');
    expect(opened.told).toEqual(['STORES_ROWS_MISSING', 'STORES_PARTS_DETACHED']);
    await opened.platform.stores.watch.accept();
    expect(await problems(opened)).toEqual([]);
    await close(opened);
  }, 90_000);

  it('whose snapshots are gone gets them back from the record', async () => {
    const home = await used();
    const opened = await open(home);
    await opened.platform.warehouse.command('TRUNCATE TABLE profiles');
    expect(await problems(opened)).toEqual([]);
    expect(opened.told).toEqual(['STORES_SNAPSHOTS_MISSING']);
    expect(await counts(opened)).toMatchObject({ people: 30 });
    await close(opened);
  }, 60_000);
});

/** Where the parts of a table lie, with the engine stopped afterwards. */
async function partFolders(home: string, table: string): Promise<string[]> {
  const opened = await open(home);
  const rows = await opened.platform.warehouse.rows<{ path: string }>(
    'SELECT path FROM system.parts WHERE database = currentDatabase() AND table = {table:String} AND active',
    { table },
  );
  await close(opened);
  return rows.map(({ path }) => path).filter((path) => readdirSync(path).length > 0);
}
