import { afterEach, describe, expect, it } from '@jest/globals';
import { checkEnvelope, csvLine, type JsonObject } from '@perennial/contract';
import { PROBLEM_COLUMNS, readOptions, type FileRow } from '@perennial/kit';
import iconv from 'iconv-lite';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CsvFile, CsvMapping, CsvOptions } from './index.js';

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

  it('outlines a file: its form, columns, first rows and a mapping that can be used', async () => {
    const shape = await source.inspect(file(iconv.encode(ORDERS, 'gbk')));
    expect(shape).toMatchObject({
      format: { encoding: 'gb18030', delimiter: ',' },
      columns: ['手机号', '金额', '下单时间'],
      sample: [['13912345678', '1,234.50', '2026-05-01 10:00:00'], expect.anything(), expect.anything()],
    });
    const proposed = await rowsOf(ORDERS, readOptions(CsvMapping, shape.proposal, 'proposal'));
    expect(proposed).toEqual(await rowsOf(ORDERS));
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

  it.each([
    ['\n', 'two\nlines'],
    ['\r\n', 'two\r\nlines'],
    ['\r\n', 'two\nlines'],
    ['\n', 'three\r\n\r\nlines'],
  ])('says on which line of the file a row begins: line ends %j, a cell %j', async (end, cell) => {
    const records = ['"手机\r\n号",金额,下单时间', '', `1,"${cell}",x`, `2,a,"${cell}"`, '', '', '3,"b",x'];
    const content = `${records.join(end)}${end}`;
    const expected = records.slice(2).flatMap((record, n) => {
      const before = records.slice(0, n + 2).join(end) + end;
      return record === '' ? [] : [before.split(/\r\n|\r|\n/).length];
    });
    const plan = mapping({ identifiers: [{ column: '手机\r\n号', kind: 'userId' }], properties: [] });
    const rows = await rowsOf(content, plan);
    expect(rows.map((row) => row.kind === 'failed' && row.origin.fileLine)).toEqual(expected);
    expect(await rowsOf(content, plan, { line: 1, bytes: 0 })).toEqual(rows.slice(1));
  });

  it('takes the file of failed rows back as it is: reasons left out, guards taken off', async () => {
    const rows = [
      '+8613912345678,-12.5,2026-05-01 10:00:00',
      "13912345679,1,'x",
      '13912345680,=1,2026-05-01 10:00:00,9',
    ];
    const content = `手机号,金额,下单时间\n${rows.join('\n')}\n`;
    const cells = rows.map((row) => row.split(','));
    const reasons = ['7', 'CSV_X', '原因, 一', 'reason'];
    const problems = [[...PROBLEM_COLUMNS, '手机号', '金额', '下单时间'], ...cells.map((row) => [...reasons, ...row])];
    const again = `\ufeff${problems.map(csvLine).join('')}`;
    const read = await rowsOf(again);
    expect(read.map((row) => 'origin' in row && row.origin.cells)).toEqual(cells);
    const shown = (list: FileRow[]) =>
      list.map((row) => (row.kind === 'event' ? { ...row.envelope, messageId: '' } : 'code' in row && row.code));
    expect(shown(read)).toEqual(shown(await rowsOf(content)));
    expect(await source.inspect(file(again))).toMatchObject({
      columns: ['手机号', '金额', '下单时间'],
      sample: cells,
      proposal: (await source.inspect(file(content))).proposal,
    });
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
    await expect(source.inspect(file(Buffer.from('caf\xe9,\xff\n'.repeat(9), 'latin1')))).rejects.toMatchObject({
      code: 'CSV_ENCODING_UNKNOWN',
    });
    await expect(source.inspect(file('\n\n'))).rejects.toMatchObject({ code: 'CSV_FILE_EMPTY' });
    await expect(rowsOf('a,b\n1,2\n')).rejects.toMatchObject({
      code: 'CSV_COLUMNS_MISSING',
      details: { missing: ['下单时间', '手机号', '金额'] },
    });
    await expect(rowsOf(gzipSync(ORDERS.repeat(20_000)).subarray(0, 2000))).rejects.toMatchObject({
      code: 'CSV_FILE_BROKEN',
    });
  });

  it('finds a Chinese name also when it comes late, behind much plain text', async () => {
    const plain = 'a,b,at\n' + '1,x,2026-05-01 10:00:00\n'.repeat(20_000);
    const late = iconv.encode(`${plain}2,李娜,2026-05-01 10:00:00\n`, 'gbk');
    const plan = {
      at: { column: 'at' },
      identifiers: [{ column: 'a', kind: 'userId' }],
      properties: [{ column: 'b', as: 'b' }],
    };
    const rows = await rowsOf(late, mapping(plan), { line: 20_000, bytes: 0 });
    expect(rows).toMatchObject([{ line: 20_001, envelope: { properties: { b: '李娜' } } }]);
  });

  it.each(['|', ';'])('finds the delimiter %s', async (mark) => {
    const content = ORDERS.replace('"1,234.50"', '1234.50').replaceAll(',', mark);
    expect((await source.inspect(file(content))).format.delimiter).toBe(mark);
    expect(await rowsOf(content)).toHaveLength(3);
  });

  it('takes the name of the event from a column, and the mapping’s where that is empty', async () => {
    const content = 'id,act,at\n1,Store Visited,2026-05-01 10:00:00\n2,,2026-05-01 10:00:00\n';
    const plan = {
      eventColumn: 'act',
      at: { column: 'at' },
      identifiers: [{ column: 'id', kind: 'userId' }],
      properties: [],
    };
    const names = (await rowsOf(content, mapping(plan))).map((row) => row.kind === 'event' && row.envelope.event);
    expect(names).toEqual(['Store Visited', 'Order Completed']);
  });

  it('fails a row whose cells have slipped, and one whose yes or no is neither', async () => {
    const content =
      'id,vip,at\n1,yes,2026-05-01 10:00:00\n2,maybe,2026-05-01 10:00:00\n3,y,2026-05-01 10:00:00,9\n4,否,2026-05-01 10:00:00,\n';
    const plan = {
      at: { column: 'at' },
      identifiers: [{ column: 'id', kind: 'userId' }],
      properties: [{ column: 'vip', as: 'vip', type: 'boolean' }],
    };
    expect(await rowsOf(content, mapping(plan))).toMatchObject([
      { kind: 'event', envelope: { properties: { vip: true } } },
      { kind: 'failed', line: 2, code: 'CSV_BOOLEAN_UNREADABLE' },
      { kind: 'failed', line: 3, code: 'CSV_ROW_TOO_LONG' },
      { kind: 'event', envelope: { properties: { vip: false } } },
    ]);
  });

  it('refuses a mapping that cannot mean anything, before any row', async () => {
    const rule = (more: JsonObject) => () => mapping({ skipWhen: [{ column: '金额', reason: 'r', ...more }] });
    const wrong: JsonObject[] = [
      { test: 'lte' },
      { test: 'gt', value: '5' },
      { test: 'in', value: 'a' },
      { test: 'is' },
    ];
    for (const more of wrong) expect(rule(more)).toThrow('value must be what the test of the rule asks for');
    expect(rule({ test: 'in', value: ['a'] })().skipWhen).toHaveLength(1);
    expect(() => readOptions(CsvMapping, { identifiers: [{ column: 'a', kind: 'userId' }] }, 'm')).toThrow('at ');
    await expect(rowsOf(ORDERS.replace('下单时间', '金额'), mapping({ at: { column: '金额' } }))).rejects.toMatchObject(
      {
        code: 'CSV_COLUMNS_REPEATED',
        details: { repeated: ['金额'] },
      },
    );
  });

  (existsSync('/proc/self/fd') ? it : it.skip)('closes the file also when it is left early', async () => {
    const content = file(gzipSync(ORDERS + '13912345678,1,2026-05-01 10:00:00\n'.repeat(200_000)));
    const isOpen = () =>
      readdirSync('/proc/self/fd').some((fd) => {
        const link = `/proc/self/fd/${fd}`;
        return existsSync(link) && readlinkSync(link) === content.path;
      });
    for await (const { rows } of source.read(content, mapping(), { line: 0, bytes: 0 }, 10)) {
      expect([rows.length, isOpen()]).toEqual([10, true]);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isOpen()).toBe(false);
  });
});
