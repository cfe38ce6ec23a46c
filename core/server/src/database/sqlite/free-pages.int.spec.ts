import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { creating, emptyLog, insertRows, openDatabase, type TableSpec } from '../index.js';

const QUEUE: TableSpec = {
  name: 'queue',
  columns: { id: { kind: 'number', isKey: true }, payload: { kind: 'long' } },
};
const SECRET = '13912345678';

let home: string;
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'perennial-free-pages-'))));
afterEach(() => rmSync(home, { recursive: true }));

const filesWith = (text: string) => readdirSync(home).filter((name) => readFileSync(join(home, name)).includes(text));

it('keeps nothing of what was deleted, in no free page and, once the log is emptied, not there either', async () => {
  const url = `sqlite:${join(home, 'record.db')}`;
  const migrations = [creating('QueueCreate1764000000001', [QUEUE])];
  const dataSource = await openDatabase({ url, tables: [QUEUE], migrations });
  try {
    const rows = Array.from({ length: 20 }, (_, id) => [id, `${SECRET} ${'x'.repeat(id % 2 ? 100 : 50_000)}`]);
    await insertRows(dataSource.manager, 'queue', ['id', 'payload'], rows);
    await emptyLog(dataSource);
    expect(filesWith(SECRET)).toContain('record.db');
    await dataSource.query('DELETE FROM queue');
    await emptyLog(dataSource);
    expect(filesWith(SECRET)).toEqual([]);
  } finally {
    await dataSource.destroy();
  }
});
