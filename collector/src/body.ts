import { LIMITS } from '@perennial/contract';
import { turned, type Turned } from './answer.js';
import type { Hold } from './in-flight.js';
import type { Received } from './receive.js';

const BUSY_RETRY_SECONDS = 1;

/** The request's bytes, unpacked when they are gzip whatever the headers say: several clients lie about it, both ways. */
export async function readBody(received: Received, hold: Hold): Promise<Uint8Array | Turned> {
  if (Number(received.header('content-length') ?? 0) > LIMITS.batchBytes) return tooLarge();
  const bytes = await gather((take) => received.read(take), hold);
  if ('status' in bytes) return bytes;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return unzip(bytes, hold);
  const encoding = (received.header('content-encoding') ?? '').trim().toLowerCase();
  if (encoding === '' || isPlain(bytes)) return bytes;
  return encoding === 'deflate' && isZlib(bytes) ? unzip(bytes, hold, 'deflate') : unsupported();
}

const unsupported = (): Turned => turned(415, 'ENCODING_UNSUPPORTED', 'a body may be plain, gzip or deflate');

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Looked at only where a header says that it is packed. */
function isPlain(bytes: Uint8Array): boolean {
  try {
    return utf8.decode(bytes) !== undefined;
  } catch {
    return false;
  }
}

/** `deflate` is the zlib form; its two first bytes are a multiple of 31. */
const isZlib = ([first = 0, second = 0]: Uint8Array): boolean =>
  (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;

const tooLarge = (): Turned => turned(413, 'BODY_TOO_LARGE', `a request may hold ${LIMITS.batchBytes} bytes`);

/** Stops as soon as the limit is passed: a bomb is never unpacked to its end. */
async function gather(read: Received['read'], hold: Hold): Promise<Uint8Array | Turned> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let problem: Turned | undefined;
  await read((part) => {
    size += part.length;
    if (size > LIMITS.batchBytes) problem = tooLarge();
    else if (!hold.take(part.length))
      problem = turned(503, 'COLLECTOR_BUSY', 'too many requests are under way', BUSY_RETRY_SECONDS);
    else parts.push(part);
    return problem === undefined;
  });
  return problem ?? (parts.length === 1 ? parts[0]! : join(parts, size));
}

function join(parts: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Unpacks within the limits of a request. */
export async function unzip(
  bytes: Uint8Array,
  hold: Hold,
  format: 'gzip' | 'deflate' = 'gzip',
): Promise<Uint8Array | Turned> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream(format));
  const read: Received['read'] = async (take) => {
    for await (const part of stream as unknown as AsyncIterable<Uint8Array>) if (!take(part)) return;
  };
  try {
    return await gather(read, hold);
  } catch {
    return turned(400, 'BODY_NOT_GZIP', `the body begins like ${format} and is none`);
  }
}
