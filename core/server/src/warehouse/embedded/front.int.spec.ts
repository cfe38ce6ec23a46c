import {
  createClient,
  ClickHouseLogLevel,
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
} from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import type { Endpoint } from '../endpoint.js';
import { openTestWarehouse, type TestWarehouse } from '../fixture/engine.fixture.js';

describe('the front of the embedded engine, spoken to by the official client', () => {
  let test: TestWarehouse;
  let endpoint: Endpoint;
  let client: ClickHouseClient;
  const connect = (more: ClickHouseClientConfigOptions = {}) => {
    const { url, username, password } = endpoint;
    return createClient({ url, username, password, log: { level: ClickHouseLogLevel.OFF }, ...more });
  };

  beforeAll(async () => {
    test = await openTestWarehouse();
    endpoint = await test.engine.current(20_000);
    client = connect();
    await client.command({ query: 'CREATE TABLE t (n UInt32, s String) ENGINE = MergeTree ORDER BY n' });
  }, 30_000);
  afterAll(async () => {
    await client.close();
    await test.close();
  });

  const one = async <T>(query: string, query_params: Record<string, unknown> = {}, more = {}) =>
    (await (await client.query({ query, query_params, format: 'JSONEachRow', ...more })).json<T>())[0];

  it.each([
    ["it's", 'String'],
    ['back\\slash\ttab\nline\r', 'String'],
    ['常青 🌲', 'String'],
    ["'); DROP TABLE t; --", 'String'],
    [null, 'Nullable(String)'],
    [4_000_000_000, 'UInt32'],
    [-1.5, 'Float64'],
    [["a'b", 'c\\d', 'e\tf'], 'Array(String)'],
  ])('binds %j as %s, unchanged', async (value, type) => {
    expect(await one(`SELECT {v:${type}} AS v`, { v: value })).toEqual({ v: value });
  });

  it('keeps parameters and settings of parallel requests apart', async () => {
    const asked = Array.from({ length: 200 }, (_, i) => i);
    const answers = await Promise.all(
      asked.map((i) =>
        one<{ v: number; b: string }>(
          "SELECT {v:UInt32} AS v, toString(getSetting('max_block_size')) AS b",
          { v: i },
          { clickhouse_settings: { max_block_size: String(1000 + i) } },
        ),
      ),
    );
    expect(answers).toEqual(asked.map((i) => ({ v: i, b: String(1000 + i) })));
    expect(await one<{ b: number }>("SELECT getSetting('max_block_size') AS b")).not.toEqual({ b: 1199 });
  });

  it('takes parameters too long for a URL', async () => {
    const ids = Array.from({ length: 50_000 }, (_, i) => i);
    const answer = await one<{ n: number }>(
      'SELECT length({ids:Array(UInt32)}) AS n',
      { ids },
      { use_multipart_params: true },
    );
    expect(answer).toMatchObject({ n: 50_000 });
  });

  it('answers errors as ClickHouse does', async () => {
    await expect(client.query({ query: 'SELECT nothing_such' })).rejects.toMatchObject({
      code: '47',
      type: 'UNKNOWN_IDENTIFIER',
    });
    await expect(client.command({ query: 'SELEC 1' })).rejects.toMatchObject({ code: '62' });
    await expect(client.query({ query: 'SELECT {absent:String}' })).rejects.toMatchObject({ code: '456' });
    await expect(
      client.query({ query: 'SELECT 1', clickhouse_settings: { no_such_setting: 1 } }),
    ).rejects.toMatchObject({ code: '115' });
  });

  it('refuses wrong credentials, and says so with 401', async () => {
    const stranger = connect({ password: 'wrong' });
    await expect(stranger.query({ query: 'SELECT 1' })).rejects.toMatchObject({ code: '516' });
    await stranger.close();
    const bare = await fetch(endpoint.url, { method: 'POST', body: 'SELECT 1' });
    expect(bare.status).toBe(401);
    expect(bare.headers.get('x-clickhouse-exception-code')).toBe('516');
    expect(await (await fetch(`${endpoint.url}/ping`)).text()).toBe('Ok.\n');
  });

  it('takes credentials in ClickHouse headers, and reads only by GET', async () => {
    const headers = { 'X-ClickHouse-User': endpoint.username, 'X-ClickHouse-Key': endpoint.password };
    const read = await fetch(`${endpoint.url}/?query=${encodeURIComponent('SELECT 41 + 1')}`, { headers });
    expect(await read.text()).toBe('42\n');
    const write = await fetch(`${endpoint.url}/?query=${encodeURIComponent('DROP TABLE t')}`, { headers });
    expect(await write.text()).toContain('READONLY');
  });

  it('takes 200,000 rows in one packed insert and streams 100,000 back', async () => {
    const packed = connect({ compression: { request: true } });
    const values = Array.from({ length: 200_000 }, (_, n) => ({ n, s: `row ${n} 常` }));
    await packed.insert({ table: 't', values, format: 'JSONEachRow' });
    await packed.close();
    const result = await client.query({ query: 'SELECT n, s FROM t ORDER BY n LIMIT 100000', format: 'JSONEachRow' });
    let [seen, sum] = [0, 0];
    for await (const rows of result.stream<{ n: number; s: string }>())
      for (const row of rows) {
        seen++;
        sum += row.json<{ n: number }>().n;
      }
    expect([seen, sum]).toEqual([100_000, (99_999 * 100_000) / 2]);
  }, 30_000);

  it('refuses a body in an encoding it does not know, and a truncated one', async () => {
    const headers = { 'X-ClickHouse-User': endpoint.username, 'X-ClickHouse-Key': endpoint.password };
    const post = (encoding: string, body: Uint8Array) =>
      fetch(endpoint.url, {
        method: 'POST',
        headers: { ...headers, 'Content-Encoding': encoding },
        body: Buffer.from(body),
      });
    expect((await post('zstd', Buffer.from('x'))).status).toBe(400);
    expect((await post('gzip', gzipSync('SELECT 1').subarray(0, 10))).status).toBe(500);
    expect(await (await post('gzip', gzipSync('SELECT 1'))).text()).toBe('1\n');
  });

  it('answers on the same connection again and again', async () => {
    const narrow = connect({ max_open_connections: 1 });
    for (let i = 0; i < 50; i++) await narrow.query({ query: 'SELECT 1' }).then((result) => result.text());
    expect(await narrow.ping()).toEqual({ success: true });
    expect(await narrow.ping({ select: true })).toEqual({ success: true });
    await narrow.close();
  });
});
