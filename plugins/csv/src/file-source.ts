import { PlatformError } from '@perennial/contract';
import { Source, type FileBatch, type FileRef, type FileRow, type FileShape, type FileSource } from '@perennial/kit';
import { parse } from 'csv-parse';
import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { brokenFile, firstRows, parserOptions, refuseColumns, type Heading } from './columns.js';
import { convertRow, type Conversion } from './convert.js';
import { chain, contentOf, detect } from './decode.js';
import { isEmptyLine, Lines } from './lines.js';
import { CsvMapping } from './mapping.js';
import { CsvOptions } from './options.js';
import { propose } from './propose.js';
import { TimeReader } from './time.js';

@Source({ key: 'csv.file', title: { zh: 'CSV 文件', en: 'CSV file' }, mapping: CsvMapping })
export class CsvFile implements FileSource<CsvMapping> {
  constructor(private readonly options: CsvOptions) {}

  async inspect(file: FileRef): Promise<FileShape> {
    const format = await detect(file);
    const { columns, sample } = firstRows(format);
    const { encoding, delimiter } = format;
    const proposal = propose(columns, sample, this.options.timeZone);
    return { format: { encoding, delimiter }, columns, sample, proposal };
  }

  async *read(
    file: FileRef,
    mapping: CsvMapping,
    from: { line: number; bytes: number },
    rows: number,
  ): AsyncGenerator<FileBatch> {
    const format = await detect(file);
    const { columns, cellsOf } = firstRows(format);
    refuseColumns(columns, mapping);
    const time = new TimeReader(mapping.at.format, mapping.at.timeZone ?? this.options.timeZone);
    const conversion: Conversion = { columns, mapping, time, fileHash: await hashOf(file) };
    const content = contentOf(file, format);
    const bytesRead = () => (content[0] as ReadStream).bytesRead;
    const records = chain([...content, parse({ ...parserOptions(format), skip_empty_lines: false })]);
    try {
      yield* batches(records, { conversion, cellsOf, from: from.line, rows, bytesRead });
    } catch (cause) {
      throw cause instanceof PlatformError ? cause : brokenFile(cause);
    }
  }
}

interface Reading {
  conversion: Conversion;
  cellsOf: Heading['cellsOf'];
  /** Rows that were handed out before. A row's number does not depend on where a reading began. */
  from: number;
  rows: number;
  /** Of the file, packed or not: for a progress bar. A reading goes on by its line alone. */
  bytesRead: () => number;
}

async function* batches(
  records: AsyncIterable<string[]>,
  { conversion, cellsOf, from, rows, bytesRead }: Reading,
): AsyncGenerator<FileBatch> {
  const lines = new Lines();
  // The heading.
  let line = -1;
  let batch: FileRow[] = [];
  for await (const record of records) {
    const fileLine = lines.take(record);
    if (isEmptyLine(record)) continue;
    line += 1;
    if (line <= Math.max(0, from)) continue;
    batch.push(convertRow({ fileLine, cells: cellsOf(record) }, line, conversion));
    if (batch.length < rows) continue;
    yield { rows: batch, cursor: { line, bytes: bytesRead() } };
    batch = [];
  }
  if (batch.length > 0) yield { rows: batch, cursor: { line, bytes: bytesRead() } };
}

/** Of the content, so that the same file handed in twice gives the same message ids and is applied once. */
async function hashOf({ path }: FileRef): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest('base64url').slice(0, 22);
}
