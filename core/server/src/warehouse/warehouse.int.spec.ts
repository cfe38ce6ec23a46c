import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestWarehouse, type TestWarehouse } from './fixture/engine.fixture.js';
import { WAREHOUSE_MIGRATIONS } from './migrations/index.js';
import { LIVING_PROFILE, RELOAD_ALIASES } from './queries/living.js';
import type { AliasRow, EventRow } from './rows.js';

const YEAR_2024 = Date.UTC(2024, 5, 1);
const YEAR_2025 = Date.UTC(2025, 5, 1);

const anEvent = (seq: number, more: Partial<EventRow> = {}): EventRow => ({
  seq,
  event_id: `e_${seq}`,
  profile: seq % 10,
  at: YEAR_2024 + seq,
  received_at: YEAR_2024 + seq,
  source_id: 's_1',
  type: 'track',
  name: 'Order Paid',
  properties: '{"amount":1}',
  traits: '{}',
  context: '{}',
  identifiers: ['h1'],
  passed_to: 0,
  ...more,
});
const ndjson = (rows: object[]) => rows.map((row) => JSON.stringify(row)).join('\n');

describe('the warehouse on the embedded engine', () => {
  let test: TestWarehouse;
  const count = async (where = '1') =>
    (await test.warehouse.rows<{ n: number }>(`SELECT count() AS n FROM events WHERE ${where}`))[0]!.n;

  beforeAll(async () => {
    test = await openTestWarehouse();
    await test.warehouse.ready();
  }, 30_000);
  afterAll(() => test.close());

  it('migrates once, and again without effect', async () => {
    await test.warehouse.ready();
    const before = await test.warehouse.rows('SELECT version FROM warehouse_migrations ORDER BY version');
    const { ClickHouseWarehouse } = await import('./warehouse.client.js');
    const second = new ClickHouseWarehouse({ current: (ms) => test.engine.current(ms), stop: async () => {} });
    await second.ready();
    expect(before).toEqual(WAREHOUSE_MIGRATIONS.map(({ version }) => ({ version })));
    expect(await second.rows('SELECT version FROM warehouse_migrations ORDER BY version')).toEqual(before);
    await second.close();
  });

  it('mends what was stored with half a character, twice over, and leaves whole ones and escaped words alone', async () => {
    const stored = {
      900_000: String.raw`{"t":"x\ud83d","total":268}`,
      900_001: String.raw`{"t":"\ud83d\ud83d y \ude00","\udc00k":1}`,
      900_002: String.raw`{"t":"😀 C:\\ud83d"}`,
    };
    const rows = Object.entries(stored).map(([seq, properties]) => anEvent(Number(seq), { properties }));
    await test.warehouse.insert('events', ndjson(rows), 'halves');
    const [statement] = WAREHOUSE_MIGRATIONS.find(({ name }) => name === 'halves')!.statements;
    for (let round = 0; round < 2; round++) await test.warehouse.command(`${statement!} SETTINGS mutations_sync = 1`);
    const found = await test.warehouse.rows<{ properties: string }>(
      'SELECT properties FROM events WHERE seq BETWEEN 900000 AND 900002 ORDER BY seq',
    );
    expect(found.map(({ properties }) => JSON.parse(properties) as object)).toEqual([
      { t: 'x\ufffd', total: 268 },
      { t: '\ufffd\ufffd y \ufffd', '\ufffdk': 1 },
      { t: '😀 C:\\ud83d' },
    ]);
    expect(await count("seq = 900000 AND JSONExtractFloat(properties, 'total') = 268")).toBe(1);
  });

  it('keeps instants given as epoch milliseconds and gives them back as ISO 8601', async () => {
    const at = Date.UTC(2023, 1, 2, 3, 4, 5, 678);
    await test.warehouse.insert('events', ndjson([anEvent(1_000, { at })]), 'instants');
    const [row] = await test.warehouse.rows<{ at: string; ms: number }>(
      'SELECT at, toUnixTimestamp64Milli(at) AS ms FROM events WHERE seq = {seq:UInt64}',
      { seq: 1_000 },
    );
    expect(row).toEqual({ at: '2023-02-02T03:04:05.678Z', ms: at });
  });

  it('adds nothing when a token comes again', async () => {
    const rows = ndjson([anEvent(2_000), anEvent(2_001)]);
    await test.warehouse.insert('events', rows, 'twice');
    await test.warehouse.insert('events', rows, 'twice');
    expect(await count('seq BETWEEN 2000 AND 2001')).toBe(2);
  });

  it('completes an insert of which only one partition had landed', async () => {
    const [early, late] = [anEvent(3_000, { at: YEAR_2024 }), anEvent(3_001, { at: YEAR_2025 })];
    await test.warehouse.insert('events', ndjson([early]), 'half');
    await test.warehouse.insert('events', ndjson([early, late]), 'half');
    expect(await test.warehouse.rows('SELECT seq FROM events WHERE seq IN (3000, 3001) ORDER BY seq')).toEqual([
      { seq: 3_000 },
      { seq: 3_001 },
    ]);
  });

  it('takes an insert that reaches over more years than ClickHouse allows by default', async () => {
    const rows = Array.from({ length: 150 }, (_, i) => anEvent(4_000 + i, { at: Date.UTC(1950 + i, 1, 1) }));
    await test.warehouse.insert('events', ndjson(rows), 'wild years');
    expect(await count('seq BETWEEN 4000 AND 4149')).toBe(150);
  });

  it('follows merges to the living profile after a reload', async () => {
    await test.warehouse.insert(
      'events',
      ndjson([anEvent(5_000, { profile: 71 }), anEvent(5_001, { profile: 72 })]),
      'm',
    );
    const merge: AliasRow = { src: 71, dst: 72, revision: 1 };
    await test.warehouse.insert('aliases', ndjson([merge]), 'alias');
    await test.warehouse.command(RELOAD_ALIASES);
    const sql = `SELECT ${LIVING_PROFILE} AS living, count() AS n FROM events WHERE seq IN (5000, 5001) GROUP BY living`;
    expect(await test.warehouse.rows(sql)).toEqual([{ living: 72, n: 2 }]);
    await test.warehouse.insert('aliases', ndjson([{ src: 71, dst: 71, revision: 2 } satisfies AliasRow]), 'undo');
    await test.warehouse.command(RELOAD_ALIASES);
    expect(await test.warehouse.rows(`${sql} ORDER BY living`)).toHaveLength(2);
  });

  it('names what is wrong with a statement, and never quotes data', async () => {
    await expect(test.warehouse.rows('SELECT nonsense FROM events')).rejects.toMatchObject({
      code: 'WAREHOUSE_QUERY_FAILED',
      kind: 'bug',
      message: expect.stringContaining('nonsense'),
      details: { code: 47, type: 'UNKNOWN_IDENTIFIER' },
    });
    const refused = test.warehouse.insert('events', '{"seq":"secret-value"}', 'bad');
    await expect(refused).rejects.toMatchObject({ code: 'WAREHOUSE_QUERY_FAILED' });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('secret-value') });
  });

  it('ends a query that runs too long', async () => {
    const { ClickHouseWarehouse } = await import('./warehouse.client.js');
    const hasty = new ClickHouseWarehouse(
      { current: (ms) => test.engine.current(ms), stop: async () => {} },
      { queryMs: 1_000 },
    );
    await expect(hasty.rows('SELECT count() FROM numbers(1e12) WHERE sipHash64(number) = 1')).rejects.toMatchObject({
      code: 'WAREHOUSE_QUERY_TIMEOUT',
      kind: 'transient',
    });
    await hasty.close();
  });
});
