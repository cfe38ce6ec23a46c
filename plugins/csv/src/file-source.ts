import { PlatformError } from '@perennial/contract';
import { Source, type FileBatch, type FileRef, type FileRow, type FileShape, type FileSource } from '@perennial/kit';
import { parse } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { convertRow, type Conversion } from './convert.js';
import { CSV } from './csv.errors.js';
import { contentOf, detect, type FileFormat } from './decode.js';
import { CsvMapping } from './mapping.js';
import { CsvOptions } from './options.js';
import { propose } from './propose.js';
import type { Row } from './rules.js';
import { TimeReader } from './time.js';

const SAMPLE_ROWS = 20;
const MAX_RECORD_BYTES = 1024 * 1024;

const options = ({ delimiter }: FileFormat) =>
  ({
    delimiter,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
  }) as const;

@Source({ key: 'csv.file', title: { zh: 'CSV 文件', en: 'CSV file' }, mapping: CsvMapping })
export class CsvFile implements FileSource<CsvMapping> {
  constructor(private readonly options: CsvOptions) {}

  async inspect(file: FileRef): Promise<FileShape> {
    const format = await detect(file);
    const rows = firstRows(format.text, format);
    const [columns, ...sample] = rows;
    if (!columns || columns.every((column) => column.trim() === ''))
      throw new PlatformError(CSV.FILE_EMPTY, 'the file has no heading line', { kind: 'invalid' });
    const { encoding, delimiter } = format;
    return {
      format: { encoding, delimiter },
      columns,
      sample: sample.slice(0, SAMPLE_ROWS),
      proposal: propose(columns, this.options.timeZone),
    };
  }

  async *read(
    file: FileRef,
    mapping: CsvMapping,
    from: { line: number; bytes: number },
    rows: number,
  ): AsyncGenerator<FileBatch> {
    const format = await detect(file);
    const columns = firstRows(format.text, format)[0] ?? [];
    refuseMissing(columns, mapping);
    const conversion: Conversion = {
      mapping,
      time: new TimeReader(mapping.at.format, mapping.at.timeZone ?? this.options.timeZone),
      fileHash: await hashOf(file),
    };
    const parser = parse({ ...options(format), from: 2 });
    const content = contentOf(file, format);
    content.on('error', (error) => parser.destroy(error));
    content.pipe(parser);
    try {
      yield* batches(parser, { columns, conversion, from: from.line, rows, bytes: file.bytes });
    } catch (cause) {
      if (cause instanceof PlatformError) throw cause;
      throw new PlatformError(CSV.FILE_BROKEN, `the file cannot be read to its end: ${(cause as Error).message}`, {
        kind: 'invalid',
        cause,
      });
    } finally {
      content.destroy();
    }
  }
}

interface Reading {
  columns: string[];
  conversion: Conversion;
  /** Rows that were handed out before. A row's number does not depend on where a reading began. */
  from: number;
  rows: number;
  bytes: number;
}

async function* batches(
  parser: AsyncIterable<string[]> & { info: { bytes: number } },
  { columns, conversion, from, rows, bytes }: Reading,
): AsyncGenerator<FileBatch> {
  let line = 0;
  let batch: FileRow[] = [];
  for await (const cells of parser) {
    line += 1;
    if (line <= from) continue;
    batch.push(convertRow(asRow(columns, cells), line, conversion));
    if (batch.length < rows) continue;
    yield { rows: batch, cursor: { line, bytes: Math.min(bytes, parser.info.bytes) } };
    batch = [];
  }
  if (batch.length > 0) yield { rows: batch, cursor: { line, bytes } };
}

function asRow(columns: string[], cells: string[]): Row {
  const row: Row = {};
  for (let n = 0; n < columns.length; n++) row[columns[n]!] = cells[n] ?? '';
  return row;
}

/** The head may end in the middle of a row, which is left out. */
function firstRows(text: string, format: FileFormat): string[][] {
  const whole = text.length < 100_000 ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  return parseSync(whole, { ...options(format), to: SAMPLE_ROWS + 1 });
}

function refuseMissing(columns: string[], { at, identifiers, properties, traits, skipWhen }: CsvMapping): void {
  const named = [at, ...identifiers, ...properties, ...traits, ...skipWhen].map(({ column }) => column);
  const factors = [...properties, ...traits].flatMap(({ multiplyBy }) => multiplyBy ?? []);
  const missing = [...new Set([...named, ...factors])].filter((column) => !columns.includes(column));
  if (missing.length > 0)
    throw new PlatformError(CSV.COLUMNS_MISSING, `the file has no column ${missing.join(', ')}`, {
      kind: 'invalid',
      details: { missing },
    });
}

/** Of the content, so that the same file handed in twice gives the same message ids and is applied once. */
async function hashOf({ path }: FileRef): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest('base64url').slice(0, 22);
}
