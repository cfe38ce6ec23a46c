import {
  checkUnmeasured,
  wellFormed,
  type Offsets,
  type PersonalIds,
  type Refusal,
  type Text,
} from '@perennial/contract';
import type { FileRow } from '@perennial/kit';
import { IDENTITY, identifiersOf, type KindTable } from '../../identity/index.js';

/** By what ingest will judge the rows. */
export interface RowRules {
  receivedAt: number;
  zone: Offsets;
  kinds: KindTable;
  ids: PersonalIds;
}

/**
 * The row as ingest will take it. What ingest would put into quarantine is a failure of its row, so that the run and
 * its dry run say so and the row is in the file to be mended.
 */
export function checkedRow(row: FileRow, { receivedAt, zone, kinds, ids }: RowRules): FileRow {
  if (row.kind !== 'event') return row;
  const check = checkUnmeasured(wellFormed(row.envelope), { receivedAt, zone });
  if (!check.ok) return failed(row, check.refusal.code, reasonOf(check.refusal));
  if (identifiersOf(check.envelope, kinds, ids).length === 0) return failed(row, IDENTITY.NOBODY, NOBODY);
  return { ...row, envelope: check.envelope };
}

type EventRow = Extract<FileRow, { kind: 'event' }>;

const failed = ({ line, origin }: EventRow, code: string, reason: Text): FileRow => ({
  kind: 'failed',
  line,
  code,
  reason,
  origin,
});

const NOBODY: Text = {
  zh: '没有可用的标识：号码无效，或标识类型未知',
  en: 'no usable identifier: the values name nobody, or their kinds are unknown',
};

const IN_CHINESE: Partial<Record<Refusal['code'], string>> = {
  ENVELOPE_ID_MISSING: '没有任何标识',
  ENVELOPE_FIELD_INVALID: '标识、名称过长，或缺少必填字段',
  ENVELOPE_TOO_LARGE: '该行生成的事件超过 32 kB',
  ENVELOPE_TOO_DEEP: '嵌套层级过深',
  ENVELOPE_TIME_INVALID: '时间须在 1900 至 2299 年之间',
  ENVELOPE_TIME_FUTURE: '时间在未来',
};

const reasonOf = ({ code, message }: Refusal): Text => ({ zh: IN_CHINESE[code] ?? code, en: message });
