import { crc32 as contractCrc32, readFrame } from '@perennial/contract';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as zlib from 'node:zlib';

/** Node's own CRC-32 (from 20.15 on) is some ten times faster than ours. */
export const checksum: typeof contractCrc32 = 'crc32' in zlib ? zlib.crc32 : contractCrc32;

const NAME = /^(\d{16})\.log$/;

/** A segment's file is named by the position of its first byte in the whole log. */
export const segmentName = (start: number): string => `${String(start).padStart(16, '0')}.log`;

export function segmentStart(name: string): number | undefined {
  const match = NAME.exec(name);
  return match ? Number(match[1]) : undefined;
}

export type Repair = 'whole' | 'torn' | 'damaged';

/**
 * Makes a segment that a crash may have left half written end on a frame's border. A torn tail was never acknowledged
 * and is cut off. Damage within is something else: what follows it is moved aside, to be looked at by a person.
 */
export function repairSegment(folder: string, name: string): { size: number; repair: Repair } {
  const path = join(folder, name);
  const bytes = readFileSync(path);
  let offset = 0;
  for (;;) {
    if (offset === bytes.length) return { size: offset, repair: 'whole' };
    const read = readFrame(bytes, offset, 0, checksum);
    if (read.kind === 'frame') offset = read.frame.end;
    else {
      if (read.kind === 'corrupt') writeFileSync(`${path}.${offset}.damaged`, bytes.subarray(offset));
      truncateSync(path, offset);
      return { size: offset, repair: read.kind === 'torn' ? 'torn' : 'damaged' };
    }
  }
}
