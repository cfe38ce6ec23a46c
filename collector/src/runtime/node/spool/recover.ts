import { readFrame } from '@perennial/contract';
import { readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { checksum, nextFrame, segmentName, segmentStart, wholeLength, type Segment } from './segment.js';

/** Keeps damaged bytes, from one position to another, where a person can look at them, and says so. */
export type PutAside = (from: number, to: number, bytes: Uint8Array) => void;

/**
 * The segments of a folder, the last one made whole, as a crash may have left it. Never empty. Where bytes were cut off
 * a new segment follows behind them: core may have seen their positions, and would take new frames there for old ones.
 */
export function recoverSegments(folder: string, acknowledged: number, putAside: PutAside): Segment[] {
  const segments = readdirSync(folder)
    .flatMap((name) => segmentStart(name) ?? [])
    .sort((a, b) => a - b)
    .map((start, at, starts) => ({ start, size: sizeOf(folder, start, starts[at + 1]) }));
  const last = segments.at(-1);
  if (last) {
    const before = last.size;
    last.size = cutTail(folder, last.start, putAside);
    if (last.size < before) segments.push({ start: last.start + before, size: 0 });
  }
  const end = segments.at(-1);
  if (!end || end.start + end.size < acknowledged) segments.push({ start: acknowledged, size: 0 });
  return segments;
}

/** What reaches past the next segment's beginning was written by one who did not know yet that it was replaced. */
const sizeOf = (folder: string, start: number, next = Infinity): number =>
  Math.min(statSync(join(folder, segmentName(start))).size, next - start);

/** Cuts off what follows the last sound frame and gives the size that is left. Damage before it is left in its place. */
function cutTail(folder: string, start: number, putAside: PutAside): number {
  const path = join(folder, segmentName(start));
  const bytes = readFileSync(path);
  let end = wholeLength(bytes);
  for (let next = end; next < bytes.length;) {
    const sound = nextFrame(bytes, next);
    if (sound === undefined) break;
    next = end = wholeLength(bytes, sound);
  }
  if (end === bytes.length) return end;
  const tail = bytes.subarray(end);
  if (!isTorn(tail)) putAside(start + end, start + bytes.length, tail);
  truncateSync(path, end);
  return end;
}

/** A write that a crash broke off, never acknowledged: a frame that ends too early, or room that was never filled. */
const isTorn = (tail: Uint8Array): boolean =>
  readFrame(tail, 0, 0, checksum).kind === 'torn' || tail.every((byte) => byte === 0);
