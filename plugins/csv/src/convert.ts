import type { Envelope, ExternalId, Json, JsonObject } from '@perennial/contract';
import type { FileRow } from '@perennial/kit';
import { CSV } from './csv.errors.js';
import type { CsvMapping, IdentifierMapping, PropertyMapping } from './mapping.js';
import { skipReason, type Row } from './rules.js';
import type { TimeReader } from './time.js';
import { readBoolean, readInteger, readNumber, readPhone } from './values.js';

/** Why a row could not be read. */
class RowFailure extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Conversion {
  mapping: CsvMapping;
  time: TimeReader;
  /** Hash of the file's content: with the line it makes the message's id. */
  fileHash: string;
}

/** One row as an event, as left out by a rule, or as failed with the reason. Never throws for what the row holds. */
export function convertRow(row: Row, line: number, conversion: Conversion): FileRow {
  const reason = skipReason(row, conversion.mapping.skipWhen);
  if (reason !== undefined) return { kind: 'skipped', line, reason };
  try {
    return { kind: 'event', line, envelope: envelopeOf(row, line, conversion) };
  } catch (error) {
    if (!(error instanceof RowFailure)) throw error;
    return { kind: 'failed', line, code: error.code, message: error.message };
  }
}

function envelopeOf(row: Row, line: number, { mapping, time, fileHash }: Conversion): Envelope {
  const at = time.read(row[mapping.at.column] ?? '');
  if (at === undefined)
    throw new RowFailure(
      CSV.TIME_UNREADABLE,
      `column ${mapping.at.column} is no time of the format ${mapping.at.format}`,
    );
  const traits = valuesOf(row, mapping.traits);
  return {
    type: mapping.type,
    messageId: `${fileHash}:${line}`,
    ...(mapping.type === 'track' && { event: eventName(mapping) }),
    ...personOf(row, mapping.identifiers),
    timestamp: new Date(at).toISOString(),
    ...(mapping.type === 'track' ? { properties: valuesOf(row, mapping.properties) } : {}),
    ...(Object.keys(traits).length > 0 && { traits }),
  };
}

function eventName({ event }: CsvMapping): string {
  if (!event) throw new RowFailure(CSV.NAME_MISSING, 'the mapping names no event');
  return event;
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
    throw new RowFailure(CSV.IDENTIFIER_MISSING, 'no identifier column has a value');
  return { ...person, ...(externalIds.length > 0 && { context: { externalIds: externalIds as unknown as Json } }) };
}

function identifierOf(cell: string, { format, column }: IdentifierMapping): string | undefined {
  const text = cell.trim();
  if (text === '') return undefined;
  const id = format === 'integer' ? readInteger(text) : format === 'phone' ? readPhone(text) : text;
  if (id === undefined) throw new RowFailure(CSV.IDENTIFIER_UNREADABLE, `column ${column} is no ${format}`);
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
  if (type === 'boolean') return readBoolean(cell);
  const number = numberOf(cell, column);
  return multiplyBy === undefined
    ? number
    : Math.round(number * numberOf(row[multiplyBy] ?? '', multiplyBy) * 10_000) / 10_000;
}

function numberOf(cell: string, column: string): number {
  const number = readNumber(cell);
  if (number === undefined) throw new RowFailure(CSV.NUMBER_UNREADABLE, `column ${column} is no number`);
  return number;
}
