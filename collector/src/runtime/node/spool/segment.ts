import { crc32 as contractCrc32, readFrame } from '@perennial/contract';
import * as zlib from 'node:zlib';

/** Node's own CRC-32 (from 20.15 on) is some ten times faster than ours. */
export const checksum: typeof contractCrc32 = 'crc32' in zlib ? zlib.crc32 : contractCrc32;

/** A stretch of the log in one file. `size` counts the durable bytes from `start` on. */
export interface Segment {
  start: number;
  size: number;
}

const NAME = /^(\d{16})\.log$/;

/** A segment's file is named by the position of its first byte in the whole log. */
export const segmentName = (start: number): string => `${String(start).padStart(16, '0')}.log`;

export function segmentStart(name: string): number | undefined {
  const match = NAME.exec(name);
  return match ? Number(match[1]) : undefined;
}

/** Length of the whole frames that `bytes` begins with, at most `maxFrames` of them. */
export function wholeLength(bytes: Uint8Array, from = 0, maxFrames = Infinity): number {
  let end = from;
  for (let frames = 0; frames < maxFrames && end < bytes.length; frames++) {
    const read = readFrame(bytes, end, 0, checksum);
    if (read.kind !== 'frame') break;
    end = read.frame.end;
  }
  return end;
}

const PREFIX_BYTES = 12;
const OPENING_BRACE = 0x7b;

/** Where the next sound frame begins behind damage, or undefined. A frame's header is JSON, so few places need a sum. */
export function nextFrame(bytes: Uint8Array, after: number): number | undefined {
  for (let offset = after + 1; offset + PREFIX_BYTES < bytes.length; offset++)
    if (bytes[offset + PREFIX_BYTES] === OPENING_BRACE && readFrame(bytes, offset, 0, checksum).kind === 'frame')
      return offset;
  return undefined;
}
