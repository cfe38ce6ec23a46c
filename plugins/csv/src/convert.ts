import type { Envelope, ExternalId, Json, JsonObject, Text } from '@perennial/contract';
import type { FileRow, RowOrigin } from '@perennial/kit';
import { CSV } from './csv.errors.js';
import type { CsvMapping, IdentifierMapping, PropertyMapping } from './mapping.js';
import { skipReason, type Row } from './rules.js';
import type { TimeReader } from './time.js';
import { readBoolean, readInteger, readNumber, readPhone } from './values.js';

/** Why a row could not be read. */
class RowFailure extends Error {
  constructor(
    readonly code: string,
    readonly reason: Text,
  ) {
    super(reason.en);
  }
}

export interface Conversion {
  columns: string[];
  mapping: CsvMapping;
  time: TimeReader;
  /** Hash of the file's content: with the line it makes the message's id. */
  fileHash: string;
}

/** One row as an event, as left out by a rule, or as failed with the reason. Never throws for what the row holds. */
export function convertRow(origin: RowOrigin, line: number, conversion: Conversion): FileRow {
  const { cells } = origin;
  const row = rowOf(conversion.columns, cells);
  const reason = skipReason(row, conversion.mapping.skipWhen);
  if (reason !== undefined) return { kind: 'skipped', line, reason };
  try {
    refuseExtra(cells, conversion.columns.length);
    return { kind: 'event', line, envelope: envelopeOf(row, line, conversion), origin };
  } catch (error) {
    if (!(error instanceof RowFailure)) throw error;
    return { kind: 'failed', line, code: error.code, reason: error.reason, origin };
  }
}

function rowOf(columns: string[], cells: string[]): Row {
  const row: Row = {};
  for (let n = 0; n < columns.length; n++) row[columns[n]!] = cells[n] ?? '';
  return row;
}

/** A row with more cells than the heading has a delimiter too many somewhere: its values stand in wrong columns. */
function refuseExtra(cells: string[], columns: number): void {
  if (cells.length > columns && cells.slice(columns).some((cell) => cell.trim() !== ''))
    throw new RowFailure(CSV.ROW_TOO_LONG, {
      zh: `该行有 ${cells.length} 个单元格，表头只有 ${columns} 列`,
      en: `the row has ${cells.length} cells, the heading ${columns}`,
    });
}

function envelopeOf(row: Row, line: number, { mapping, time, fileHash }: Conversion): Envelope {
  const at = time.read(row[mapping.at.column] ?? '');
  if (at === undefined)
    throw new RowFailure(CSV.TIME_UNREADABLE, {
      zh: `“${mapping.at.column}”列不是 ${mapping.at.format} 格式的时间`,
      en: `column ${mapping.at.column} is no time of the format ${mapping.at.format}`,
    });
  const traits = valuesOf(row, mapping.traits);
  return {
    type: mapping.type,
    messageId: `${fileHash}:${line}`,
    ...(mapping.type === 'track' && { event: eventName(row, mapping) }),
    ...personOf(row, mapping.identifiers),
    timestamp: new Date(at).toISOString(),
    ...(mapping.type === 'track' ? { properties: valuesOf(row, mapping.properties) } : {}),
    ...(Object.keys(traits).length > 0 && { traits }),
  };
}

function eventName(row: Row, { event, eventColumn }: CsvMapping): string {
  const name = (eventColumn === undefined ? '' : row[eventColumn]!.trim()) || event;
  if (!name)
    throw new RowFailure(CSV.NAME_MISSING, {
      zh: '该行和映射都没有事件名称',
      en: 'neither the row nor the mapping names an event',
    });
  return name;
}

function personOf(row: Row, mappings: IdentifierMapping[]): Pick<Envelope, 'userId' | 'anonymousId' | 'context'> {
  const person: Pick<Envelope, 'userId' | 'anonymousId'> = {};
  const externalIds: ExternalId[] = [];
  for (const mapping of mappings) {
    const id = identifierOf(row[mapping.column] ?? '', mapping);
    if (id === undefined) continue;
    if (mapping.kind === 'userId' || mapping.kind === 'anonymousId') person[mapping.kind] = id;
    else externalIds.push({ type: mapping.kind, id, ...(mapping.namespace && { namespace: mapping.namespace }) });
  }
  if (!person.userId && !person.anonymousId && externalIds.length === 0)
    throw new RowFailure(CSV.IDENTIFIER_MISSING, {
      zh: '该行的标识列都为空',
      en: 'no identifier column has a value',
    });
  return { ...person, ...(externalIds.length > 0 && { context: { externalIds: externalIds as unknown as Json } }) };
}

function identifierOf(cell: string, { format, column }: IdentifierMapping): string | undefined {
  const text = cell.trim();
  if (text === '') return undefined;
  const id = format === 'integer' ? readInteger(text) : format === 'phone' ? readPhone(text) : text;
  if (id === undefined)
    throw new RowFailure(CSV.IDENTIFIER_UNREADABLE, {
      zh: `“${column}”列不是${format === 'phone' ? '手机号' : '整数'}`,
      en: `column ${column} is no ${format}`,
    });
  return id;
}

function valuesOf(row: Row, mappings: PropertyMapping[]): JsonObject {
  const values: JsonObject = {};
  for (const mapping of mappings) {
    const value = valueOf(row, mapping);
    if (value !== undefined) values[mapping.as] = value;
  }
  return values;
}

function valueOf(row: Row, { column, type, multiplyBy }: PropertyMapping): Json | undefined {
  const cell = (row[column] ?? '').trim();
  if (cell === '') return undefined;
  if (type === 'text') return cell;
  if (type === 'boolean') return booleanOf(cell, column);
  const number = numberOf(cell, column);
  // Another number than the cell's would be another order or account: its digits are kept as they are for JSON.
  if (multiplyBy === undefined && /^-?\d+$/.test(cell) && !Number.isSafeInteger(number)) return cell;
  return multiplyBy === undefined
    ? number
    : Math.round(number * numberOf(row[multiplyBy] ?? '', multiplyBy) * 10_000) / 10_000;
}

function booleanOf(cell: string, column: string): boolean {
  const boolean = readBoolean(cell);
  if (boolean === undefined)
    throw new RowFailure(CSV.BOOLEAN_UNREADABLE, {
      zh: `“${column}”列既不是“是”也不是“否”`,
      en: `column ${column} is neither yes nor no`,
    });
  return boolean;
}

function numberOf(cell: string, column: string): number {
  const number = readNumber(cell);
  if (number === undefined)
    throw new RowFailure(CSV.NUMBER_UNREADABLE, {
      zh: `“${column}”列不是数字`,
      en: `column ${column} is no number`,
    });
  return number;
}
