import { PlatformError, type Text } from '@perennial/contract';
import type { Titles } from '../../definition/index.js';
import type { ProfileState } from '../../profile/state.js';
import { AUDIENCE } from '../audience.errors.js';

const COLUMN = /^(tag|stage|trait|identifier):(.{1,128})$/s;
const MAX_COLUMNS = 50;

/** What is read of a person for a row. */
export interface Member {
  state: ProfileState;
  /** Masked, or plain where that was asked for. */
  identifiers: { kind: string; value: string }[];
}

export interface Column {
  name: string;
  kind: string;
  key: string;
}

export function columnsOf(wanted: string[]): Column[] {
  if (wanted.length > MAX_COLUMNS) throw invalid(`at most ${MAX_COLUMNS} columns`);
  return wanted.map((name) => {
    const [, kind, key] = COLUMN.exec(name) ?? [];
    if (!kind || !key)
      throw invalid(`${name} is no column: tag:<key>, stage:<lifecycle>, trait:<key> or identifier:<kind>`);
    return { name, kind, key };
  });
}

export function cellOf({ state, identifiers }: Member, { kind, key }: Column): unknown {
  if (kind === 'tag') return state.tags[key]?.value;
  if (kind === 'stage') return state.places[key]?.stage;
  if (kind === 'trait') return state.traits[key]?.value;
  const values = identifiers.filter((one) => one.kind === key).map(({ value }) => value);
  return values.length > 0 ? values.join('; ') : undefined;
}

/** Titles where a language is named, which may change; names of columns where none is, for programs. */
export function headOf(columns: Column[], titles: Titles, language: keyof Text | undefined): string[] {
  if (!language) return ['profile', 'last_seen_at', ...columns.map(({ name }) => name)];
  const fixed = language === 'zh' ? ['客户编号', '最近出现'] : ['Customer', 'Last seen'];
  return [...fixed, ...columns.map((column) => titleOf(column, titles)?.[language] ?? column.key)];
}

function titleOf({ kind, key }: Column, titles: Titles): Text | undefined {
  if (kind === 'tag') return titles.tag(key);
  if (kind === 'stage') return titles.lifecycle(key);
  return kind === 'identifier' ? titles.kind(key) : undefined;
}

const invalid = (message: string): PlatformError =>
  new PlatformError(AUDIENCE.RULE_INVALID, message, { kind: 'invalid' });
