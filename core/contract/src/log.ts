import type { CountedFinding } from './plan.js';
import type { CarriedPolicy } from './policy.js';
import { wellFormedJson } from './well-formed.js';

/**
 * The log between collector and core: a sequence of frames, each the bytes a client sent with a small header. A frame's
 * position is the byte offset of its end in the whole log since the beginning, so positions rise and never repeat, and
 * "applied up to P" is one number. The same frames lie on the collector's disk and travel to core.
 *
 * Frame: u32 header length, u32 body length, u32 CRC-32 of both (all big endian), header (JSON, UTF-8), body.
 */
export interface LogHeader {
  /** Epoch ms when the collector had the whole request. */
  receivedAt: number;
  sourceId: string;
  /** The endpoint's word: `batch`, `track`, ... */
  endpoint: string;
  ip?: string;
  userAgent?: string;
  /** Present when the body is a translation of what a client of another form sent: by what, and its length and CRC-32. */
  translated?: { by: string; bytes: number; crc32: number };
  /**
   * Present when the source has rules for scrubbing: their revision, length and CRC-32 of what was received, and how many
   * values went. `isWithheld`: nobody could read the body, so nothing of it is kept.
   */
  scrubbed?: { revision: number; bytes: number; crc32: number; values: number; isWithheld?: true };
  /** What the request itself told of the visitor; see `RequestFacts`. */
  request?: RequestFacts;
  /** What was not as planned, and in `items` where it was accepted all the same and the client was told. */
  plan?: { revision: number; findings: CountedFinding[]; items?: { index: number; codes: string[] }[] };
  /** Items of the body that are refused, with the reason; a whole body that is no JSON has index -1. */
  refused?: { index: number; code: string; message: string }[];
}

/** Told by user agent and address, once for a request. Where the client says otherwise, the client is right. */
export interface RequestFacts {
  browser?: string;
  browserVersion?: string;
  os?: string;
  osVersion?: string;
  /** `desktop`, `mobile`, `tablet`, `tv`, ... */
  device?: string;
  /** ISO 3166 code of the country; names of region and city. */
  country?: string;
  region?: string;
  city?: string;
  isBot?: true;
}

export interface LogFrame {
  header: LogHeader;
  body: Uint8Array;
  /** Position of the frame's end, when it was read from a log that started at a known position. */
  end: number;
}

const PREFIX_BYTES = 12;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** CRC-32 (IEEE 802.3) of the bytes, chained from `seed` when given. */
export function crc32(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed >>> 0;
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/**
 * What stands before the body in a frame: who writes both one after the other need not copy the body. `checksum` may be a
 * faster CRC-32 of the platform (`zlib.crc32`); it must give the same number.
 */
export function encodeFrameHead(header: LogHeader, body: Uint8Array, checksum = crc32): Uint8Array {
  const text = encoder.encode(JSON.stringify(header));
  const head = new Uint8Array(PREFIX_BYTES + text.length);
  const view = new DataView(head.buffer);
  view.setUint32(0, text.length);
  view.setUint32(4, body.length);
  view.setUint32(8, checksum(body, checksum(text)));
  head.set(text, PREFIX_BYTES);
  return head;
}

/** A frame in one piece. */
export function encodeFrame(header: LogHeader, body: Uint8Array, checksum = crc32): Uint8Array {
  const head = encodeFrameHead(header, body, checksum);
  const frame = new Uint8Array(head.length + body.length);
  frame.set(head);
  frame.set(body, head.length);
  return frame;
}

export type FrameRead = { kind: 'frame'; frame: LogFrame } | { kind: 'torn' } | { kind: 'corrupt' };

/** Reads the frame that begins at `offset` of `bytes`; `base` is the log position of `bytes[0]`. */
export function readFrame(bytes: Uint8Array, offset: number, base: number, checksum = crc32): FrameRead {
  if (bytes.length - offset < PREFIX_BYTES) return { kind: 'torn' };
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset);
  const headLength = view.getUint32(0);
  // Room that was never filled reads as zeros, and the checksum of nothing is zero: no frame has an empty header.
  if (headLength === 0) return { kind: 'corrupt' };
  const end = offset + PREFIX_BYTES + headLength + view.getUint32(4);
  if (end > bytes.length) return { kind: 'torn' };
  const content = bytes.subarray(offset + PREFIX_BYTES, end);
  if (checksum(content) !== view.getUint32(8)) return { kind: 'corrupt' };
  const header = JSON.parse(wellFormedJson(decoder.decode(content.subarray(0, headLength)))) as LogHeader;
  return { kind: 'frame', frame: { header, body: content.subarray(headLength), end: base + end } };
}

/** All frames of `bytes`; throws when they do not end on a frame's border or a checksum differs. */
export function readFrames(bytes: Uint8Array, base: number, checksum = crc32): LogFrame[] {
  const frames: LogFrame[] = [];
  for (let offset = 0; offset < bytes.length; offset = frames.at(-1)!.end - base) {
    const read = readFrame(bytes, offset, base, checksum);
    if (read.kind !== 'frame') throw new RangeError(`log bytes are ${read.kind} at position ${base + offset}`);
    frames.push(read.frame);
  }
  return frames;
}

/**
 * `POST /internal/v1/log`: the frames as body, these headers beside the collector's bearer secret. `GET` with the log's id
 * alone asks how far that log is applied.
 */
export const LOG_HEADERS = {
  logId: 'x-log-id',
  from: 'x-log-from',
  /** Up to where the log went to core by another way, which must be applied first; absent when there is none. */
  after: 'x-log-after',
  /**
   * Up to where core has said before that this log is applied. A core that knows less was put back to an older copy: it
   * answers `INGEST_LOG_BEHIND` (409) and takes nothing, so that the sender can go back.
   */
  known: 'x-log-known',
} as const;

/** The code of the answer to a lot whose sender knows more than core. */
export const LOG_BEHIND = 'INGEST_LOG_BEHIND';

/** An id that begins so stands for one lot alone, of a sender that keeps no log: no position is kept for it. */
export const ONCE = 'once-';

/** Core's own stored position: everything up to it is applied, and the collector may forget it. 0 for a log never seen. */
export interface LogAnswer {
  position: number;
  /** Which record it is applied to; a core of before gives none. */
  recordId?: string;
}

/** `GET /internal/v1/keys`: what the collector must know to accept events while core is away. */
export interface KeysAnswer {
  keys: WriteKeyEntry[];
  /** By source; a core of before policies gives none, a collector of before them ignores them. */
  policies?: Record<string, CarriedPolicy>;
}

export interface WriteKeyEntry {
  /** Lower-case hex SHA-256 of the write key; the key itself never leaves the place where it was made. */
  hash: string;
  sourceId: string;
}
