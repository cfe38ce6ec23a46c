import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PlatformError } from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { LEASE_TABLES, LeaseCreate, Leases } from '../../database/lease.js';
import { insertRows } from '../../database/sql.js';
import { INGEST_TABLES, IngestCreate } from '../../ingest/store/ingest.tables.js';
import { openTestWarehouse, type TestWarehouse } from '../fixture/engine.fixture.js';
import { LIVING_PROFILE } from '../queries/living.js';
import { tombstone } from '../../ingest/rules/rows.js';
import type { EventRow, ProfileRow, WarehouseTable } from '../rows.js';
import { Warehouse } from '../warehouse.js';
import { Appender, type AppenderOptions } from './appender.js';
import { type BatchRows, toPendingBatch } from './pending.batch.js';
import { WAREHOUSE_RECORD_MIGRATIONS, WAREHOUSE_RECORD_TABLES } from './pending.table.js';

const RECORD = {
  tables: [...LEASE_TABLES, ...INGEST_TABLES, ...WAREHOUSE_RECORD_TABLES],
  migrations: [LeaseCreate, IngestCreate, ...WAREHOUSE_RECORD_MIGRATIONS],
};

const IDLE = { pendingRows: 0, pendingBatches: 0, oldestMs: 0, stuckLots: 0, setAside: 0 };

let seqs = 0;
const anEvent = (profile = 1): EventRow => {
  const at = Date.UTC(2023 + (seqs % 3), 2, 1) + seqs;
  const seq = seqs++;
  const texts = { source_id: 's', type: 'track', name: 'n', properties: '{}', traits: '{}', context: '{}' };
  return { seq, event_id: `e_${seq}`, profile, at, received_at: at, passed_to: 0, identifiers: [], ...texts };
};
const events = (count: number): EventRow[] => Array.from({ length: count }, () => anEvent());

const aProfile = (profile: number): ProfileRow => ({ ...tombstone(profile, 1), revision: 1, is_deleted: 0 });

async function eventually(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 400; looks++) {
    if (await isTrue()) return;
    await sleep(25);
  }
  throw new Error('it did not happen');
}

async function commit(dataSource: DataSource, batch: BatchRows, lot: string | null = null): Promise<void> {
  const { payload, rows, bytes } = toPendingBatch(batch)!;
  const columns = ['lot', 'payload', 'rows', 'bytes'];
  await insertRows(dataSource.manager, 'warehouse_pending', columns, [[lot, payload, rows, bytes]]);
}

describe('the appender', () => {
  let test: TestWarehouse;
  const started: Appender[] = [];
  const appender = (dataSource: DataSource, more: Partial<AppenderOptions> = {}): Appender => {
    const made = new Appender({ dataSource, warehouse: test.warehouse, holder: `h${started.length}`, ...more });
    started.push(made);
    made.start();
    return made;
  };
  const landed = async (rows: readonly EventRow[]) => {
    const [from, to] = [rows[0]!.seq, rows.at(-1)!.seq];
    const [found] = await test.warehouse.rows<{ rows: number; seqs: number }>(
      'SELECT count() AS rows, uniqExact(seq) AS seqs FROM events WHERE seq BETWEEN {from:UInt64} AND {to:UInt64}',
      { from, to },
    );
    return found;
  };
  /** The warehouse as it is, but for its inserts. */
  const over = (insert: Warehouse['insert']): Warehouse => {
    class Other extends Warehouse {
      rows = <T>(sql: string, params?: Record<string, unknown>) => test.warehouse.rows<T>(sql, params);
      command = (sql: string) => test.warehouse.command(sql);
      ready = () => Promise.resolve();
      close = () => Promise.resolve();
      insert = async (...what: Parameters<Warehouse['insert']>) => insert(...what);
    }
    return new Other();
  };
  const once = (rows: readonly EventRow[]) => ({ rows: rows.length, seqs: rows.length });

  beforeAll(async () => {
    test = await openTestWarehouse();
    await test.warehouse.ready();
  }, 30_000);
  afterEach(async () => {
    for (const one of started.splice(0)) await one.stop();
  });
  afterAll(() => test.close());

  describeStores('brings what the record holds', (open) => {
    it('to the warehouse, once, and forgets it', async () => {
      const { dataSource } = await open(RECORD);
      const all = events(300);
      for (let i = 0; i < 30; i++) await commit(dataSource, { events: all.slice(i * 10, i * 10 + 10) });
      const sut = appender(dataSource);
      await sut.drained();
      expect(await landed(all)).toEqual(once(all));
      expect(sut.status()).toEqual({ ...IDLE, lastError: undefined });
      expect(Number((await dataSource.query('SELECT COUNT(*) AS n FROM warehouse_pending'))[0].n)).toBe(0);
    });

    it('and completes a lot that a crash left half appended', async () => {
      const { dataSource } = await open(RECORD);
      const all = events(30);
      const inOneYear = all.filter(({ at }) => new Date(at).getUTCFullYear() === 2024);
      await test.warehouse.insert(
        'events',
        inOneYear.map((row) => JSON.stringify(row)).join('\n'),
        `1-2-x:${seqs}:events`,
      );
      const lot = `1-2-${seqs}`;
      await commit(dataSource, { events: all.slice(0, 15) }, lot);
      await commit(dataSource, { events: all.slice(15) }, lot);
      await appender(dataSource).drained();
      expect(await landed(all)).toEqual(once(all));
    });

    it('and appends a lot no second time that a crash left uncleared', async () => {
      const { dataSource } = await open(RECORD);
      const all = events(30);
      await test.warehouse.insert('events', all.map((row) => JSON.stringify(row)).join('\n'), `whole:${seqs}:events`);
      await commit(dataSource, { events: all }, `whole:${seqs}`);
      await appender(dataSource).drained();
      expect(await landed(all)).toEqual(once(all));
    });

    it('while it is written, by two processes of which one appends, and the engine is killed', async () => {
      const { dataSource } = await open(RECORD);
      const all = events(2_000);
      const [first, second] = [appender(dataSource), appender(dataSource)];
      for (let i = 0; i < 40; i++) {
        await commit(dataSource, { events: all.slice(i * 50, i * 50 + 50) });
        (i % 2 ? first : second).nudge();
        if (i % 15 === 7) process.kill(test.engine.pid!, 'SIGKILL');
        await sleep(30);
        await test.engine.current(20_000);
      }
      await Promise.all([first.drained(), second.drained()]);
      expect(await landed(all)).toEqual(once(all));
    }, 60_000);

    it('and makes merges visible', async () => {
      const { dataSource } = await open(RECORD);
      const [kept, merged] = [1_000_000 + seqs, 2_000_000 + seqs];
      await commit(dataSource, { events: [anEvent(kept), anEvent(merged)] });
      await commit(dataSource, { aliases: [{ src: merged, dst: kept, revision: 1 }] });
      await appender(dataSource).drained();
      const sql = `SELECT ${LIVING_PROFILE} AS living, count() AS n FROM events
        WHERE profile IN ({kept:UInt32}, {merged:UInt32}) GROUP BY living`;
      expect(await test.warehouse.rows(sql, { kept, merged })).toEqual([{ living: kept, n: 2 }]);
    });

    it('but for the rows that it refuses: those go aside, their neighbours land, and nothing waits', async () => {
      const { dataSource } = await open(RECORD);
      const all = events(300);
      const [wild, large, old] = [all[7]!, all[150]!, all[299]!];
      const broken = [
        { ...wild, at: 'yesterday' },
        { ...large, seq: 1e30 },
        { ...old, received_at: { no: 'instant' } },
      ] as unknown as EventRow[];
      const rows = all.map((row) => broken.find(({ event_id }) => event_id === row.event_id) ?? row);
      const person = { ...aProfile(7_000_000 + seqs), last_seen_at: 'never' as never };
      await commit(dataSource, { events: rows.slice(0, 100), profiles: [person, aProfile(7_100_000 + seqs)] });
      await commit(dataSource, { events: rows.slice(100) });
      const sut = appender(dataSource);
      await sut.drained();
      const good = all.filter((row) => row !== wild && row !== large && row !== old);
      expect(await landed(all)).toEqual(once(good));
      expect(sut.status()).toMatchObject({ pendingBatches: 0, stuckLots: 0, setAside: 4 });
      const aside = await dataSource.query<{ endpoint: string; code: string; body: string; source_id: string }[]>(
        'SELECT * FROM quarantine ORDER BY endpoint, received_at',
      );
      expect(aside.map(({ endpoint, code }) => [endpoint, code])).toEqual([
        ...broken.map(() => ['warehouse:events', 'WAREHOUSE_ROW_REFUSED']),
        ['warehouse:profiles', 'WAREHOUSE_ROW_REFUSED'],
      ]);
      expect(aside.map(({ body }) => JSON.parse(body) as unknown)).toEqual(expect.arrayContaining([...broken, person]));
    }, 30_000);

    it('with halves of characters that were committed before they were replaced, also in what texts hold', async () => {
      const { dataSource } = await open(RECORD);
      const broken = {
        ...anEvent(),
        name: 'Shared \ud83d',
        properties: JSON.stringify({ 'k\ude00': 'x\ud83d', total: 268 }),
      };
      const all = [broken, ...events(30)];
      await commit(dataSource, { events: all });
      const sut = appender(dataSource);
      await sut.drained();
      expect(await landed(all)).toEqual(once(all));
      expect(sut.status()).toMatchObject({ setAside: 0 });
      const sql = `SELECT name, JSONExtractRaw(properties, 'total') AS total FROM events WHERE seq = {seq:UInt64}`;
      expect(await test.warehouse.rows(sql, { seq: broken.seq })).toEqual([{ name: 'Shared \uFFFD', total: '268' }]);
    });

    it('once, wherever a refused lot is cut off while it is parted', async () => {
      const { dataSource } = await open(RECORD);
      for (let dies = 1; dies <= 11; dies++) {
        let calls = 0;
        const all = events(40);
        const bad = all[13 + (dies % 9)]!;
        await commit(dataSource, { events: all.map((row) => (row === bad ? { ...row, at: 'never' as never } : row)) });
        // The insert lands in every second case, and whoever sent it is gone before the answer.
        const insert: Warehouse['insert'] = async (...what) => {
          if (calls >= dies) throw new PlatformError('GONE', 'gone', { kind: 'transient' });
          if ((calls += 1) < dies || dies % 2 === 0) await test.warehouse.insert(...what);
          if (calls >= dies) throw new PlatformError('GONE', 'gone', { kind: 'transient' });
        };
        const first = appender(dataSource, { warehouse: over(insert), holder: `dying ${dies}` });
        await eventually(() => calls === dies);
        await first.stop();
        const second = appender(dataSource);
        await second.drained();
        await second.stop();
        expect({ dies, ...(await landed(all)) }).toEqual({ dies, ...once(all.slice(1)) });
      }
    }, 120_000);

    it('past a lot that is refused as a whole; whoever waits is told, and it lands when the warehouse takes it', async () => {
      const { dataSource } = await open(RECORD);
      const [shut, later] = [events(5), events(5)];
      let [isShut, now] = [true, 1_000_000];
      const insert: Warehouse['insert'] = (table, ndjson, ...rest) => {
        const isTheirs = ndjson.includes(shut[0]!.event_id);
        if (isShut && isTheirs)
          throw new PlatformError('WAREHOUSE_QUERY_FAILED', 'read-only', { details: { code: 164 } });
        return test.warehouse.insert(table, ndjson, ...rest);
      };
      const sut = appender(dataSource, { warehouse: over(insert), now: () => now });
      await commit(dataSource, { events: shut });
      await eventually(() => sut.status().stuckLots === 1);
      await commit(dataSource, { events: later });
      const drained = sut.drained();
      drained.catch(() => undefined);
      await eventually(async () => (await landed(later))?.rows === 5);
      now += 6_000;
      await expect(drained).rejects.toMatchObject({ code: 'WAREHOUSE_APPEND_STUCK', isRetryable: true });
      expect(sut.status()).toMatchObject({ stuckLots: 1, setAside: 0, pendingRows: 5 });
      isShut = false;
      now += 60_000;
      await sut.drained();
      expect(await landed(shut)).toEqual(once(shut));
    }, 20_000);

    it('and finds the culprit by what lands beside it, where the error says nothing of rows', async () => {
      const { dataSource } = await open(RECORD);
      const all = events(20);
      let now = 1_000_000;
      const insert: Warehouse['insert'] = (table, ndjson, ...rest) => {
        if (ndjson.includes(`"${all[4]!.event_id}"`))
          throw new PlatformError('WAREHOUSE_QUERY_FAILED', '?', { details: { code: 9_999 } });
        return test.warehouse.insert(table, ndjson, ...rest);
      };
      const sut = appender(dataSource, { warehouse: over(insert), now: () => now });
      await commit(dataSource, { events: all });
      for (let turns = 0; turns < 200 && sut.status().setAside === 0; turns++) {
        await commit(dataSource, { events: [anEvent()] });
        sut.nudge();
        now += 2_000;
        await sleep(50);
      }
      await sut.drained();
      expect(sut.status()).toMatchObject({ setAside: 1, stuckLots: 0 });
      expect(await landed(all)).toEqual(once(all.slice(1)));
    }, 40_000);

    it('when the warehouse answers again, and tells ingest to wait meanwhile', async () => {
      const { dataSource } = await open(RECORD);
      let isDown = true;
      class Flaky extends Warehouse {
        rows = <T>(sql: string, params?: Record<string, unknown>) => test.warehouse.rows<T>(sql, params);
        command = (sql: string) => test.warehouse.command(sql);
        ready = () =>
          isDown
            ? Promise.reject(new PlatformError('WAREHOUSE_DOWN', 'down', { kind: 'transient' }))
            : Promise.resolve();
        close = () => Promise.resolve();
        insert = (table: WarehouseTable, ndjson: string, token: string) => test.warehouse.insert(table, ndjson, token);
      }
      const all = events(10);
      await commit(dataSource, { events: all });
      await dataSource.query('UPDATE `warehouse_pending` SET `rows` = 300000');
      const errors: unknown[] = [];
      const sut = appender(dataSource, { warehouse: new Flaky(), onError: (error) => errors.push(error) });
      for (let i = 0; i < 100 && errors.length < 3; i++) await sleep(50);
      expect(errors.length).toBeGreaterThanOrEqual(3);
      expect([sut.isBehind(), sut.status().lastError]).toEqual([true, 'WAREHOUSE_DOWN: down']);
      isDown = false;
      await sut.drained();
      expect([sut.isBehind(), sut.status().lastError]).toEqual([false, undefined]);
      expect(await landed(all)).toEqual(once(all));
    }, 20_000);
  });
});

describeStores('a lease', (open) => {
  it('is held by one at a time, renewed by its holder, and free when it runs out or is given back', async () => {
    const { dataSource } = await open(RECORD);
    let now = 1_000;
    const leases = new Leases(dataSource, () => now);
    expect(await leases.tryHold('work', 'a', 100)).toBe(true);
    expect(await leases.tryHold('work', 'b', 100)).toBe(false);
    expect(await leases.tryHold('other', 'b', 100)).toBe(true);
    now = 1_090;
    expect(await leases.tryHold('work', 'a', 100)).toBe(true);
    now = 1_150;
    expect(await leases.tryHold('work', 'b', 100)).toBe(false);
    now = 1_191;
    expect(await leases.tryHold('work', 'b', 100)).toBe(true);
    await leases.release('work', 'a');
    expect(await leases.tryHold('work', 'a', 100)).toBe(false);
    await leases.release('work', 'b');
    expect(await leases.tryHold('work', 'a', 100)).toBe(true);
  });
});
