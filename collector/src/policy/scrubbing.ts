import { crc32, type JsonObject } from '@perennial/contract';
import type { Clean } from './in-force.js';
import type { Scrub } from './scrub.js';

const encoder = new TextEncoder();

/**
 * Written out anew even where nothing was found: the bytes received may say a member twice, and only the last is read.
 * Places of a batch are those of its items.
 */
export function cleanBody(
  body: JsonObject,
  isBatch: boolean,
  received: Uint8Array,
  { scrub, revision }: { scrub: Scrub; revision: number },
): Clean {
  const values = scrub(body, isBatch);
  const bytes = encoder.encode(JSON.stringify(body));
  return { body, bytes, stamp: { ...stampOf(received, revision), values } };
}

/** Nobody can scrub what nobody can read. */
export function nothingOf(received: Uint8Array, revision: number): Omit<Clean, 'body'> {
  return { bytes: encoder.encode('{}'), stamp: { ...stampOf(received, revision), values: 0, isWithheld: true } };
}

const stampOf = (received: Uint8Array, revision: number) => ({
  revision,
  bytes: received.length,
  crc32: crc32(received),
});
