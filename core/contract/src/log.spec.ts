import { describe, expect, it } from '@jest/globals';
import { crc32, encodeFrame, readFrame, readFrames, type LogHeader } from './log.js';

const header: LogHeader = { receivedAt: 1_700_000_000_000, sourceId: 's1', endpoint: 'track' };
const body = new TextEncoder().encode('{"event":"常青"}');

describe('log frames', () => {
  it('gives the published CRC-32 check value', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it('reads back what was written, with positions counted from the base', () => {
    const one = encodeFrame(header, body);
    const both = new Uint8Array([...one, ...one]);
    const frames = readFrames(both, 1000);
    expect(frames.map((f) => f.end)).toEqual([1000 + one.length, 1000 + 2 * one.length]);
    expect(frames[1]!.header).toEqual(header);
    expect([...frames[1]!.body]).toEqual([...body]);
  });

  it('tells a torn tail from a damaged frame at every byte', () => {
    const frame = encodeFrame(header, body);
    for (let cut = 0; cut < frame.length; cut++) expect(readFrame(frame.subarray(0, cut), 0, 0).kind).toBe('torn');
    for (let at = 12; at < frame.length; at++) {
      const damaged = Uint8Array.from(frame);
      damaged[at]! ^= 1;
      expect(readFrame(damaged, 0, 0).kind).toBe('corrupt');
    }
  });

  it('takes room that was never filled for no frame, though the checksum of nothing is zero', () => {
    expect(readFrame(new Uint8Array(64), 0, 0).kind).toBe('corrupt');
  });
});
