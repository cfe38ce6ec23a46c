import type { JsonObject } from '@perennial/contract';
import type { Received } from './receive.js';

/** The write key of a request: Basic user name, `X-Write-Key`, `?writeKey=`, or `writeKey` in the body. */
export function writeKeyOf(
  received: Received,
  query: () => string | undefined,
  body: JsonObject | undefined,
): string | undefined {
  const basic = /^Basic (.+)$/i.exec(received.header('authorization') ?? '')?.[1];
  const key = (basic && decodeBasic(basic)) || headerKey(received) || query() || body?.['writeKey'];
  return typeof key === 'string' && key !== '' ? key : undefined;
}

/** Jitsu's clients send `id:secret`; our keys are one word, which stands before the colon. */
const headerKey = (received: Received): string | undefined => received.header('x-write-key')?.split(':')[0];

function decodeBasic(text: string): string | undefined {
  try {
    return atob(text).split(':')[0];
  } catch {
    return undefined;
  }
}
