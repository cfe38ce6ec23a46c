import { isJsonObject, readJson, type JsonObject } from '@perennial/contract';
import { textOf, type Adapted, type Adapter, type Foreign } from './adapter.js';
import { fromCesu8 } from './cesu8.js';
import { sensorsEvent } from './sensors-event.js';

const strict = new TextDecoder('utf-8', { fatal: true });
const lenient = new TextDecoder();

/** Sensors Data: a form (or a query) with `data` or `data_list`, base64 of JSON or of gzip; also JSON as it stands. */
export const sensors: Adapter = async (foreign): Promise<Adapted | undefined> => {
  const value = await payloadOf(foreign);
  if (value === undefined) return undefined;
  const events: unknown[] = Array.isArray(value) ? value : [value];
  const token = events.map((event) => (isJsonObject(event) ? textOf(event['token']) : undefined)).find(Boolean);
  return { key: foreign.query('token') ?? token ?? foreign.query('project'), items: events.map(sensorsEvent) };
};

async function payloadOf(foreign: Foreign): Promise<JsonObject | unknown[] | undefined> {
  const text = foreign.text.trim();
  if (text.startsWith('{') || text.startsWith('[')) return objectsOf(text);
  const form = new URLSearchParams(text);
  const encoded = form.get('data_list') ?? form.get('data');
  if (encoded === null || !isWhole(encoded, form.get('ext'))) return undefined;
  const bytes = bytesOf(encoded);
  if (!bytes) return undefined;
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return readBytes(fromCesu8(isGzip ? await foreign.gunzip(bytes) : bytes));
}

/** Of a list only those items are unreadable whose bytes are no text: nobody's neighbour is lost for them. */
function readBytes(bytes: Uint8Array): JsonObject | unknown[] | undefined {
  const text = decodeUtf8(bytes);
  if (text !== undefined) return objectsOf(text);
  const value = objectsOf(lenient.decode(bytes));
  return Array.isArray(value) ? value.map((item) => (hasLost(item) ? { unreadable: item } : item)) : undefined;
}

/** Told by what the lenient reading put in its place. */
function hasLost(item: unknown): boolean {
  try {
    return JSON.stringify(item).includes('\uFFFD');
  } catch (error) {
    // Nested beyond any stack: it is refused for that.
    if (error instanceof RangeError) return true;
    throw error;
  }
}

/** `ext=crc=N`: the 32-bit string hash of the base64 text, as browsers write it. What was cut on the way does not match. */
function isWhole(encoded: string, ext: string | null): boolean {
  const stated = /^crc=(-?\d+)$/.exec(ext ?? '')?.[1];
  if (stated === undefined) return true;
  let hash = 0;
  for (let at = 0; at < encoded.length; at++) hash = (Math.imul(hash, 31) + encoded.charCodeAt(at)) | 0;
  return hash === Number(stated);
}

/** A plus sign that nobody escaped is a blank after a form was read. */
function bytesOf(encoded: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(encoded.replaceAll(' ', '+')), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

function objectsOf(text: string | undefined): JsonObject | unknown[] | undefined {
  try {
    const value: unknown = readJson(text ?? '');
    return isJsonObject(value) || Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
