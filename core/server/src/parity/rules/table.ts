import { PlatformError, readDay, type Text } from '@perennial/contract';
import { parse } from 'csv-parse/sync';
import { PARITY } from '../parity.errors.js';
import type { Counted } from './compare.js';

/** What the columns of such tables are called. */
const COLUMNS: Record<string, string[]> = {
  day: ['day', 'date', '日期', '天'],
  event: ['event', 'event_name', 'name', '事件', '事件名', '事件名称'],
  events: ['count', 'events', 'total', 'pv', '次数', '总次数', '事件数'],
  people: ['visitors', 'people', 'uv', '访客', '访客数', '人数', '去重访客'],
  users: ['users', 'logins', '用户', '用户数', '登录用户数'],
};
const MAX_REFUSED = 100;

export interface Table {
  counts: Counted[];
  refused: { line: number; message: Text }[];
}

/** Daily counts by event as the old system exports them. Throws `PARITY_TABLE_INVALID` for what is no such table. */
export function readTable(text: string): Table {
  const [head, ...lines] = rowsOf(text);
  const at = columnsOf(head ?? []);
  const table: Table = { counts: [], refused: [] };
  lines.forEach((cells, i) => {
    const read = readLine(cells, at);
    if ('zh' in read) {
      if (table.refused.length < MAX_REFUSED) table.refused.push({ line: i + 2, message: read });
    } else table.counts.push(read);
  });
  return table;
}

function rowsOf(text: string): string[][] {
  try {
    return parse(text, { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true });
  } catch (cause) {
    throw new PlatformError(PARITY.TABLE_INVALID, (cause as Error).message, { kind: 'invalid', cause });
  }
}

function columnsOf(head: string[]): Record<string, number> {
  const names = head.map((name) => name.toLowerCase());
  const at = Object.fromEntries(
    Object.entries(COLUMNS).map(([key, known]) => [key, names.findIndex((name) => known.includes(name))]),
  );
  for (const key of ['day', 'event', 'events'])
    if (at[key] === -1)
      throw new PlatformError(PARITY.TABLE_INVALID, `a column is missing: ${COLUMNS[key]!.join(', ')}`, {
        kind: 'invalid',
      });
  return at;
}

function readLine(cells: string[], at: Record<string, number>): Counted | Text {
  const cell = (key: string) => (at[key] === -1 ? '' : (cells[at[key]!] ?? ''));
  const day = dayOf(cell('day'));
  if (!day) return { zh: '日期应形如 2026-11-23', en: 'the day must be like 2026-11-23' };
  if (cell('event') === '') return { zh: '缺少事件名', en: 'the event has no name' };
  const [events, people, users] = ['events', 'people', 'users'].map((key) => countOf(cell(key)));
  if (events === undefined || Number.isNaN(events))
    return { zh: '次数应为整数', en: 'the count must be a whole number' };
  return {
    day,
    name: cell('event'),
    events,
    ...(people! >= 0 && { people: people! }),
    ...(users! >= 0 && { users: users! }),
  };
}

/** `2026/1/5` and `20260105` as well. */
function dayOf(text: string): string | undefined {
  const parts = /^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?:[ T].*)?$/.exec(text);
  if (!parts) return undefined;
  const day = `${parts[1]}-${parts[2]!.padStart(2, '0')}-${parts[3]!.padStart(2, '0')}`;
  return readDay(day) === undefined ? undefined : day;
}

/** `1,234` as spreadsheets write it; undefined for an empty cell. */
function countOf(text: string): number | undefined {
  const plain = text.replaceAll(/[,，\s]/g, '');
  if (plain === '') return undefined;
  return /^\d{1,12}(?:\.0+)?$/.test(plain) ? Number(plain) : Number.NaN;
}
