import { PlatformError } from '@perennial/contract';
import type { FileRef } from '@perennial/kit';
import iconv from 'iconv-lite';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Duplex, Readable } from 'node:stream';
import { createGunzip, gunzipSync, constants } from 'node:zlib';
import { CSV } from './csv.errors.js';

const HEAD_BYTES = 256 * 1024;

export interface FileFormat {
  isGzip: boolean;
  encoding: 'utf-8' | 'gb18030';
  delimiter: string;
}

/** The first bytes of the content, unpacked. */
async function head(path: string): Promise<{ bytes: Buffer; isGzip: boolean }> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(buffer, 0, HEAD_BYTES, 0);
    const bytes = buffer.subarray(0, bytesRead);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    // The head of a gzip file ends in the middle of its stream.
    return { bytes: isGzip ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes, isGzip };
  } finally {
    await file.close();
  }
}

/** What a file is written in, found from its content; the name says nothing that can be relied on. */
export async function detect(file: FileRef): Promise<FileFormat & { text: string }> {
  const { bytes, isGzip } = await head(file.path);
  if (bytes.length === 0) throw new PlatformError(CSV.FILE_EMPTY, 'the file is empty', { kind: 'invalid' });
  const encoding = encodingOf(bytes);
  const text = iconv.decode(bytes, encoding);
  return { isGzip, encoding, delimiter: delimiterOf(text), text };
}

/** UTF-8 when the bytes are valid UTF-8 (but for a character cut at the end), else GB18030, of which GBK is a part. */
function encodingOf(bytes: Buffer): FileFormat['encoding'] {
  if (bytes.includes(0))
    throw new PlatformError(CSV.ENCODING_UNKNOWN, 'the file is neither UTF-8 nor GBK text', { kind: 'invalid' });
  for (let cut = 0; cut < 4 && cut < bytes.length; cut++) {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, bytes.length - cut));
      return 'utf-8';
    } catch (error) {
      if (!(error instanceof TypeError) && (error as { code?: string }).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA')
        throw error;
    }
  }
  if (iconv.decode(bytes.subarray(0, -1), 'gb18030').includes('\ufffd'))
    throw new PlatformError(CSV.ENCODING_UNKNOWN, 'the file is neither UTF-8 nor GBK text', { kind: 'invalid' });
  return 'gb18030';
}

/** The candidate that parts the first line most often. */
function delimiterOf(text: string): string {
  const line = text.split(/\r?\n/, 1)[0] ?? '';
  const times = (mark: string) => line.split(mark).length;
  return [',', '\t', '|', ';'].reduce((best, mark) => (times(mark) > times(best) ? mark : best));
}

/** The whole content as text, a stream; a byte order mark is the parser's to drop. */
export function contentOf(file: FileRef, { isGzip, encoding }: FileFormat): Readable {
  const bytes = createReadStream(file.path, { highWaterMark: 256 * 1024 });
  const plain: Readable = isGzip ? bytes.on('error', (error) => plain.destroy(error)).pipe(createGunzip()) : bytes;
  if (encoding === 'utf-8') return plain;
  const decoder = iconv.decodeStream(encoding) as unknown as Duplex;
  plain.on('error', (error) => decoder.destroy(error));
  return plain.pipe(decoder);
}
