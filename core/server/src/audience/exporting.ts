import { PlatformError } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { publicId } from '../profile/profile.id.js';
import type { ProfileState } from '../profile/state.js';
import { loadStates } from '../profile/store/profile.store.js';
import { AUDIENCE } from './audience.errors.js';
import type { Counting } from './counting.js';

const PAGE = 1_000;
const COLUMN = /^(tag|stage):([A-Za-z0-9_.-]{1,128})$/;
const MAX_COLUMNS = 50;

interface Column {
  title: string;
  read: (state: ProfileState) => unknown;
}

/**
 * A snapshot's members as CSV, a page at a time, by the number of the profile: a download that was cut off goes on after
 * the last profile that arrived. Identifiers are not among the columns; whoever may see them plainly reveals them.
 */
export class Exporting {
  constructor(private readonly tools: { dataSource: DataSource; counting: Counting }) {}

  async *lines(key: string, run: number | undefined, wanted: string[], after: number): AsyncGenerator<string> {
    const columns = columnsOf(wanted);
    if (after === 0) yield line(['profile', 'last_seen_at', ...columns.map(({ title }) => title)]);
    const { counting, dataSource } = this.tools;
    let fixed = run;
    for (let last = after; ;) {
      const page = await counting.membersOf(key, fixed, last, PAGE);
      fixed = page.run;
      const states = await loadStates(dataSource.manager, page.members);
      const rows = page.members.flatMap((id) => states.get(id) ?? []);
      if (rows.length > 0) yield rows.map((state) => line(cellsOf(state, columns))).join('');
      if (page.members.length < PAGE) return;
      last = page.members.at(-1)!;
    }
  }
}

function columnsOf(wanted: string[]): Column[] {
  if (wanted.length > MAX_COLUMNS) throw invalid(`at most ${MAX_COLUMNS} columns`);
  return wanted.map((title) => {
    const [, kind, key] = COLUMN.exec(title) ?? [];
    if (!kind || !key) throw invalid(`${title} is no column: tag:<key> or stage:<lifecycle>`);
    return { title, read: ({ tags, places }) => (kind === 'tag' ? tags[key]?.value : places[key]?.stage) };
  });
}

const invalid = (message: string): PlatformError =>
  new PlatformError(AUDIENCE.RULE_INVALID, message, { kind: 'invalid' });

const cellsOf = (state: ProfileState, columns: Column[]): unknown[] => [
  publicId(state.id),
  new Date(state.lastSeenAt).toISOString(),
  ...columns.map(({ read }) => read(state)),
];

const line = (cells: unknown[]): string => `${cells.map(cell).join(',')}\r\n`;

/** Quoted where it must be; what a spreadsheet would take for a formula gets an apostrophe before it. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
