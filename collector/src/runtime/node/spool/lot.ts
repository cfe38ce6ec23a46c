import { open } from 'node:fs/promises';
import { nextFrame, wholeLength, type Segment } from './segment.js';

/** About what core applies in one transaction; a frame may hold a whole batch. */
const MAX_FRAMES = 1_000;

/** A stretch of one segment: whole frames that can be sent, or bytes that are none. Positions are those of the log. */
export type Lot =
  | { kind: 'frames'; from: number; to: number; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'damage'; from: number; to: number; bytes: Uint8Array<ArrayBuffer> };

/** The durable bytes from `position` on: as many whole frames as make a lot (one, if that is larger), or all the damage up to the next frame. */
export async function readLot(
  path: string,
  { start, size }: Segment,
  position: number,
  maxBytes: number,
): Promise<Lot> {
  const left = start + size - position;
  const bytes = await readAt(path, position - start, Math.min(maxBytes, left));
  const length = wholeLength(bytes, 0, MAX_FRAMES);
  if (length > 0) return { kind: 'frames', from: position, to: position + length, bytes: bytes.subarray(0, length) };
  const rest = await readAt(path, position - start, left);
  const whole = wholeLength(rest, 0, 1);
  if (whole > 0) return { kind: 'frames', from: position, to: position + whole, bytes: rest.subarray(0, whole) };
  const damaged = nextFrame(rest, 0);
  return {
    kind: 'damage',
    from: position,
    to: position + (damaged ?? left),
    bytes: rest.subarray(0, damaged ?? rest.length),
  };
}

/** Fewer bytes than wanted, or none, where the file is shorter than it was or gone: that is damage too. */
async function readAt(path: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return new Uint8Array();
  try {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
