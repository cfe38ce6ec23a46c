import { afterEach, describe, expect, it } from '@jest/globals';
import { checkEnvelope, type JsonObject } from '@perennial/contract';
import { readOptions, type FileRow } from '@perennial/kit';
import iconv from 'iconv-lite';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CsvFile, CsvMapping, CsvOptions, ONLINE_RETAIL } from './index.js';
import { TimeReader } from './time.js';
import { readNumber, readPhone } from './values.js';

const RETAIL = join(import.meta.dirname, '../../../../shared/data/online-retail/online-retail.csv.gz');
const hasRetail = existsSync(RETAIL) || Boolean(process.env['PERENNIAL_FORBID_SKIPS']);
const source = new CsvFile(new CsvOptions());
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

function file(content: string | Buffer) {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-csv-'));
  folders.push(folder);
  const path = join(folder, 'content');
  writeFileSync(path, content);
  return { path, name: 'orders.csv', bytes: statSync(path).size };
}

const mapping = (more: JsonObject = {}) =>
  readOptions(
    CsvMapping,
    {
      event: 'Order Completed',
      at: { column: '下单时间' },
      identifiers: [{ column: '手机号', kind: 'phone', format: 'phone' }],
      properties: [{ column: '金额', as: 'total', type: 'number' }],
      ...more,
    },
    'mapping',
  );

async function rowsOf(
  content: string | Buffer,
  plan = mapping(),
  from = { line: 0, bytes: 0 },
  size = 2,
): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  for await (const batch of source.read(file(content), plan, from, size)) rows.push(...batch.rows);
  return rows;
}

const ORDERS =
  '手机号,金额,下单时间\n13912345678,"1,234.50",2026-05-01 10:00:00\n13912345679,20,2026-05-02 10:00:00\n13912345680,,2026-05-03 10:00:00\n';

describe('csv files', () => {
  it('makes envelopes that the platform accepts, with times of the zone', async () => {
    const rows = await rowsOf(ORDERS);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({
      kind: 'event',
      line: 1,
      envelope: {
        event: 'Order Completed',
        timestamp: '2026-05-01T02:00:00.000Z',
        properties: { total: 1234.5 },
        context: { externalIds: [{ type: 'phone', id: '13912345678' }] },
      },
    });
    for (const row of rows)
      expect(row.kind === 'event' && checkEnvelope(row.envelope, { receivedAt: Date.now() })).toMatchObject({
        ok: true,
      });
  });

  it.each([
    ['UTF-8 with byte order mark', Buffer.from(`\ufeff${ORDERS}`)],
    ['GBK', iconv.encode(ORDERS, 'gbk')],
    ['gzip', gzipSync(ORDERS)],
    ['tabs', ORDERS.replace('"1,234.50"', '1234.50').replaceAll(',', '\t')],
    ['CRLF', ORDERS.replaceAll('\n', '\r\n')],
  ])('reads %s', async (_, content) => {
    expect((await rowsOf(content)).map((row) => row.kind === 'event' && row.envelope.properties)).toEqual([
      { total: 1234.5 },
      { total: 20 },
      {},
    ]);
  });

  it('guesses the mapping from the names of the columns', async () => {
    const shape = await source.inspect(file(iconv.encode(ORDERS, 'gbk')));
    expect(shape).toMatchObject({
      format: { encoding: 'gb18030', delimiter: ',' },
      columns: ['手机号', '金额', '下单时间'],
      proposal: {
        event: 'Order Completed',
        at: { column: '下单时间' },
        identifiers: [{ column: '手机号', kind: 'phone' }],
        properties: [{ column: '金额', as: 'total' }],
      },
    });
    expect(readOptions(CsvMapping, shape.proposal, 'proposal')).toBeInstanceOf(CsvMapping);
  });

  it('gives every row an end: event, left out with its reason, or failed with its line', async () => {
    const bad = `${ORDERS}13912345681,5,yesterday\n1.39E+10,5,2026-05-03 10:00:00\n,5,2026-05-03 10:00:00\n13912345682,free,2026-05-03 10:00:00\n`;
    const rows = await rowsOf(bad, mapping({ skipWhen: [{ column: '金额', test: 'empty', reason: 'no amount' }] }));
    expect(
      rows.map((row) => [row.line, row.kind, 'code' in row ? row.code : 'reason' in row ? row.reason : '']),
    ).toEqual([
      [1, 'event', ''],
      [2, 'event', ''],
      [3, 'skipped', 'no amount'],
      [4, 'failed', 'CSV_TIME_UNREADABLE'],
      [5, 'failed', 'CSV_IDENTIFIER_UNREADABLE'],
      [6, 'failed', 'CSV_IDENTIFIER_MISSING'],
      [7, 'failed', 'CSV_NUMBER_UNREADABLE'],
    ]);
  });

  it('goes on at any row with the same rows and ids, also behind line breaks within quotes', async () => {
    const content = ORDERS.replace('13912345679', '"139\n12345679"');
    const whole = await rowsOf(content);
    for (let line = 0; line <= whole.length; line++)
      expect(await rowsOf(content, mapping(), { line, bytes: 0 })).toEqual(whole.slice(line));
    expect(new Set(whole.map((row) => row.kind === 'event' && row.envelope.messageId)).size).toBe(3);
  });

  it('refuses a file that it cannot read, with the reason', async () => {
    await expect(source.inspect(file(''))).rejects.toMatchObject({ code: 'CSV_FILE_EMPTY', kind: 'invalid' });
    await expect(source.inspect(file(Buffer.from([0, 1, 2, 0xff])))).rejects.toMatchObject({
      code: 'CSV_ENCODING_UNKNOWN',
    });
    await expect(rowsOf('a,b\n1,2\n')).rejects.toMatchObject({
      code: 'CSV_COLUMNS_MISSING',
      details: { missing: ['下单时间', '手机号', '金额'] },
    });
    await expect(rowsOf(gzipSync(ORDERS.repeat(20_000)).subarray(0, 2000))).rejects.toMatchObject({
      code: 'CSV_FILE_BROKEN',
    });
  });

  it('reads numbers and phones as spreadsheets leave them', () => {
    expect(['1,234.50', '１２３', '￥9.9', '-3', '1e3', 'x', ''].map(readNumber)).toEqual([
      1234.5,
      123,
      9.9,
      -3,
      1000,
      undefined,
      undefined,
    ]);
    expect(['1.3912345678E+10', '1.39E+10', '13912345678.0', '+86 139'].map(readPhone)).toEqual([
      '13912345678',
      undefined,
      '13912345678',
      '+86 139',
    ]);
  });

  it('reads times of all formats, over summer time and never an impossible day', () => {
    const london = new TimeReader('yyyy-MM-dd HH:mm:ss', 'Europe/London');
    expect([
      london.read('2011-06-01 12:00:00'),
      london.read('2011-12-01 12:00:00'),
      london.read('2011-02-30 12:00:00'),
    ]).toEqual([Date.UTC(2011, 5, 1, 11), Date.UTC(2011, 11, 1, 12), undefined]);
    expect(new TimeReader('excel-serial', 'Asia/Shanghai').read('46143.5')).toBe(Date.UTC(2026, 4, 1, 4));
    expect(new TimeReader('epoch-s', 'UTC').read('1700000000')).toBe(1.7e12);
  });
});

(hasRetail ? it : it.skip)(
  'reads the whole of Online Retail and keeps exactly its published totals',
  async () => {
    const plan = readOptions(CsvMapping, structuredClone(ONLINE_RETAIL) as unknown as object, 'online retail');
    const customers = new Set<string>();
    const reasons: Record<string, number> = {};
    let [events, total, read] = [0, 0, 0];
    const began = performance.now();
    for await (const { rows } of source.read(
      { path: RETAIL, name: 'online-retail.csv.gz', bytes: statSync(RETAIL).size },
      plan,
      { line: 0, bytes: 0 },
      5000,
    ))
      for (const row of rows) {
        read += 1;
        if (row.kind === 'skipped') reasons[row.reason] = (reasons[row.reason] ?? 0) + 1;
        if (row.kind !== 'event') continue;
        events += 1;
        customers.add(row.envelope.userId!);
        total += Math.round((row.envelope.properties!['total'] as number) * 10_000);
      }
    process.stdout.write(`online retail: ${read} lines read in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
    expect({ read, events, customers: customers.size, total: Math.round(total / 100) / 100 }).toEqual({
      read: 541_909,
      events: 397_884,
      customers: 4_338,
      total: 8_911_407.9,
    });
    expect(Object.values(reasons).reduce((a, b) => a + b, events)).toBe(541_909);
  },
  60_000,
);
