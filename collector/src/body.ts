import { LIMITS } from '@perennial/contract';
import { turned, type Turned } from './answer.js';

const GZIP = [0x1f, 0x8b];

/** The request's bytes, unpacked when they are gzip whatever the headers say: several clients lie about it. */
export async function readBody(request: Request): Promise<Uint8Array | Turned> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > LIMITS.batchBytes) return tooLarge();
  const bytes = await readUpTo(request.body, LIMITS.batchBytes);
  if (!bytes) return tooLarge();
  return bytes[0] === GZIP[0] && bytes[1] === GZIP[1] ? unzip(bytes) : bytes;
}

const tooLarge = (): Turned => turned(413, 'BODY_TOO_LARGE', `a request may hold ${LIMITS.batchBytes} bytes`);

/** The whole stream, or undefined as soon as it is longer than `limit`: a bomb is never unpacked to its end. */
async function readUpTo(stream: ReadableStream<Uint8Array> | null, limit: number): Promise<Uint8Array | undefined> {
  if (!stream) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream as unknown as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > limit) return undefined;
    parts.push(part);
  }
  return parts.length === 1 ? parts[0] : join(parts, size);
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

async function unzip(bytes: Uint8Array): Promise<Uint8Array | Turned> {
  try {
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'));
    return (await readUpTo(stream, LIMITS.batchBytes)) ?? tooLarge();
  } catch {
    return turned(400, 'BODY_NOT_GZIP', 'the body begins like gzip and is none');
  }
}
