import { PlatformError, unguarded } from '@perennial/contract';
import { PROBLEM_COLUMNS } from '@perennial/kit';
import { parse } from 'csv-parse/sync';
import { CSV } from './csv.errors.js';
import type { Detected, FileFormat } from './decode.js';
import type { CsvMapping } from './mapping.js';

const SAMPLE_ROWS = 20;
const MAX_RECORD_BYTES = 1024 * 1024;

export const parserOptions = ({ delimiter }: FileFormat) =>
  ({
    delimiter,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
  }) as const;

export interface Heading {
  columns: string[];
  sample: string[][];
  /** The cells of a row that belong to the columns. */
  cellsOf: (record: string[]) => string[];
}

/** The heading and the first rows. Throws for a file without a heading. */
export function firstRows(format: Detected): Heading {
  // The head of a longer file may end in the middle of a row, which is left out.
  const text = format.isWhole
    ? format.text
    : format.text.slice(0, 1 + Math.max(format.text.lastIndexOf('\n'), format.text.lastIndexOf('\r')));
  const [written, ...sample] = parsed(text, format);
  const cellsOf = written && isOfProblems(written) ? mendedCells : (record: string[]) => record;
  const columns = written && cellsOf(written);
  if (!columns || columns.every((column) => column.trim() === ''))
    throw new PlatformError(CSV.FILE_EMPTY, 'the file has no heading line', { kind: 'invalid' });
  return { columns, sample: sample.map(cellsOf), cellsOf };
}

/** Whether it is the file of an import's failed rows that comes back. */
const isOfProblems = (written: string[]): boolean => PROBLEM_COLUMNS.every((column, n) => written[n] === column);

const mendedCells = (record: string[]): string[] => record.slice(PROBLEM_COLUMNS.length).map(unguarded);

function parsed(text: string, format: FileFormat): string[][] {
  try {
    return parse(text, { ...parserOptions(format), to: SAMPLE_ROWS + 1 });
  } catch (cause) {
    throw brokenFile(cause);
  }
}

export const brokenFile = (cause: unknown): PlatformError =>
  new PlatformError(CSV.FILE_BROKEN, `the file cannot be read to its end: ${(cause as Error).message}`, {
    kind: 'invalid',
    cause,
  });

/** Refuses a mapping that names columns which the file lacks, or has twice: then nobody knows which one is meant. */
export function refuseColumns(columns: string[], mapping: CsvMapping): void {
  const named = [...new Set(columnsOf(mapping))];
  const missing = named.filter((column) => !columns.includes(column));
  if (missing.length > 0)
    throw new PlatformError(CSV.COLUMNS_MISSING, `the file has no column ${missing.join(', ')}`, {
      kind: 'invalid',
      details: { missing },
    });
  const repeated = named.filter((column) => columns.indexOf(column) !== columns.lastIndexOf(column));
  if (repeated.length > 0)
    throw new PlatformError(CSV.COLUMNS_REPEATED, `the file has more than one column ${repeated.join(', ')}`, {
      kind: 'invalid',
      details: { repeated },
    });
}

function columnsOf({ eventColumn, at, identifiers, properties, traits, skipWhen }: CsvMapping): string[] {
  return [
    at.column,
    ...(eventColumn === undefined ? [] : [eventColumn]),
    ...[...identifiers, ...properties, ...traits, ...skipWhen].map(({ column }) => column),
    ...[...properties, ...traits].flatMap(({ multiplyBy }) => multiplyBy ?? []),
  ];
}
