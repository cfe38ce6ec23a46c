import { PlatformError } from '@perennial/contract';
import type { FileRef } from '@perennial/kit';
import iconv from 'iconv-lite';
import { isAscii, isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Duplex, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CSV } from './csv.errors.js';

const SAMPLE_BYTES = 256 * 1024;

export interface FileFormat {
  isGzip: boolean;
  encoding: 'utf-8' | 'gb18030';
  delimiter: string;
}

export interface Detected extends FileFormat {
  /** The head of the content. */
  text: string;
  /** False when the content goes on behind `text`. */
  isWhole: boolean;
}

/** What a file is written in, found from its content; the name says nothing that can be relied on. */
export async function detect(file: FileRef): Promise<Detected> {
  const isGzip = await beginsAsGzip(file.path);
  const { head, marked, isWhole } = await sampleOf(file, isGzip);
  if (head.length === 0) throw new PlatformError(CSV.FILE_EMPTY, 'the file is empty', { kind: 'invalid' });
  if (head.includes(0)) throw unknownEncoding();
  const encoding = encodingOf(marked);
  const text = iconv.decode(head, encoding);
  return { isGzip, encoding, delimiter: delimiterOf(text), text, isWhole };
}

async function beginsAsGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

/** The head, and as much from the first part on that is not plain ASCII: a Chinese name may come late in a long file. */
async function sampleOf(file: FileRef, isGzip: boolean): Promise<{ head: Buffer; marked: Buffer; isWhole: boolean }> {
  const [head, marked]: [Sample, Sample] = [new Sample(), new Sample()];
  try {
    for await (const part of chain(bytesOf(file, isGzip)) as AsyncIterable<Buffer>) {
      head.take(part);
      if (marked.bytes > 0 || !isAscii(part)) marked.take(part);
      if (head.isFull && marked.isFull) break;
    }
  } catch (cause) {
    throw new PlatformError(CSV.FILE_BROKEN, 'the file cannot be unpacked', { kind: 'invalid', cause });
  }
  return { head: head.content(), marked: marked.content(), isWhole: !head.isFull };
}

class Sample {
  bytes = 0;
  private readonly parts: Buffer[] = [];

  get isFull(): boolean {
    return this.bytes >= SAMPLE_BYTES;
  }

  take(part: Buffer): void {
    if (this.isFull) return;
    this.parts.push(part);
    this.bytes += part.length;
  }

  content = (): Buffer => Buffer.concat(this.parts);
}

/** UTF-8 when the bytes are valid UTF-8 (but for a character cut at the end), else GB18030, of which GBK is a part. */
function encodingOf(bytes: Buffer): FileFormat['encoding'] {
  const cuts = [0, 1, 2, 3].filter((cut) => cut <= bytes.length);
  if (cuts.some((cut) => isUtf8(bytes.subarray(0, bytes.length - cut)))) return 'utf-8';
  const text = iconv.decode(bytes, 'gb18030');
  const whole = bytes.length >= SAMPLE_BYTES ? text.slice(0, -4) : text;
  if (whole.includes('\ufffd')) throw unknownEncoding();
  return 'gb18030';
}

const unknownEncoding = (): PlatformError =>
  new PlatformError(CSV.ENCODING_UNKNOWN, 'the file is neither UTF-8 nor GBK text', { kind: 'invalid' });

/** The candidate that parts the first line most often. */
function delimiterOf(text: string): string {
  const line = text.split(/[\r\n]/, 1)[0] ?? '';
  const times = (mark: string) => line.split(mark).length;
  return [',', '\t', '|', ';'].reduce((best, mark) => (times(mark) > times(best) ? mark : best));
}

/** The streams to be chained that give the whole content as text; a byte order mark is the parser's to drop. */
export function contentOf(file: FileRef, { isGzip, encoding }: FileFormat): Streams {
  const [first, ...more] = bytesOf(file, isGzip);
  return encoding === 'utf-8' ? [first, ...more] : [first, ...more, iconv.decodeStream(encoding) as unknown as Duplex];
}

export type Streams = [Readable, ...Duplex[]];

const bytesOf = ({ path }: FileRef, isGzip: boolean): Streams => {
  const file = createReadStream(path, { highWaterMark: SAMPLE_BYTES });
  return isGzip ? [file, createGunzip({ chunkSize: SAMPLE_BYTES })] : [file];
};

/** Feeds each stream into the next. Whoever leaves the last one early closes them all, the file included. */
export function chain(streams: Streams): Readable {
  const last = streams.at(-1)!;
  // An error needs no hearing here: it destroys the last stream, and its reader gets it.
  if (streams.length > 1) pipeline(streams, () => undefined);
  return last;
}
