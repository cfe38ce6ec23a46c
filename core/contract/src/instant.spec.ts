import { describe, expect, it } from '@jest/globals';
import { readDay, readEpochMs, readInstant } from './instant.js';
import { UTC, ZoneOffsets } from './zone-offsets.js';

const SHANGHAI = new ZoneOffsets('Asia/Shanghai');
const read = (text: unknown, zone = UTC) => {
  const at = readInstant(text, zone);
  return at === undefined ? undefined : new Date(at).toISOString();
};

describe('an instant in a text', () => {
  it.each([
    ['2026-11-27T10:00:00Z', '2026-11-27T10:00:00.000Z'],
    ['2026-11-27t10:00:00.123456789z', '2026-11-27T10:00:00.123Z'],
    ['2026-11-27 10:00:00.5+08:00', '2026-11-27T02:00:00.500Z'],
    ['2026-11-27T10:00+0800', '2026-11-27T02:00:00.000Z'],
    ['2026-11-27T10:00:00,25-05:30', '2026-11-27T15:30:00.250Z'],
    ['2026-11-27T10:00:00-14:00', '2026-11-28T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['1900-01-01T00:00:00Z', '1900-01-01T00:00:00.000Z'],
    ['2299-12-31T23:59:59.999Z', '2299-12-31T23:59:59.999Z'],
  ])('%s', (text, instant) => expect(read(text)).toBe(instant));

  it.each([
    '2026-02-30',
    '2026-02-30T10:00:00Z',
    '2025-02-29',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01',
    '2026-00-10',
    '2026-11-27T24:00:00Z',
    '2026-11-27T10:60:00Z',
    '2026-11-27T10:00:60Z',
    '2026-11-27T10:00:00+25:00',
    '2026-11-27T10:00:00+14:30',
    '2026-11-27 (comment) 10:00',
    '2026-11-27T10:00:00Z and more',
    'Fri, 27 Nov 2026 10:00:00 GMT',
    '2026/11/27',
    '0001-01-01T00:00:00Z',
    '1899-12-31T23:59:59Z',
    '2300-01-01T00:00:00Z',
    '9999-12-31T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '1764237600000',
    '',
    1_764_237_600_000,
    true,
    [],
    ['2026-11-27'],
    {},
    null,
    undefined,
  ])('refused: %j', (value) => expect(read(value)).toBeUndefined());

  it.each([
    ['2026-11-27 10:00:00', '2026-11-27T02:00:00.000Z'],
    ['2026-11-27', '2026-11-26T16:00:00.000Z'],
    ['2026-11-27T10:00:00Z', '2026-11-27T10:00:00.000Z'],
    // Shanghai put its clocks forward in those years.
    ['1988-07-01 10:00:00', '1988-07-01T01:00:00.000Z'],
  ])('without an offset is read in the zone given, whatever the process has: %s', (text, instant) =>
    expect(read(text, SHANGHAI)).toBe(instant),
  );
});

describe('an instant in a number', () => {
  it.each([
    [1_764_237_600_000, 1_764_237_600_000],
    ['1764237600000', 1_764_237_600_000],
    [1_764_237_600_000.7, 1_764_237_600_000],
  ])('%j', (value, ms) => expect(readEpochMs(value)).toBe(ms));

  it.each([
    1_764_237_600,
    '1764237600',
    0,
    -1,
    1e14,
    1e300,
    NaN,
    Infinity,
    true,
    false,
    [],
    [1_764_237_600_000],
    {},
    '',
    'soon',
    '0x19AC8DE0A00',
  ])('refused: %j', (value) => expect(readEpochMs(value)).toBeUndefined());
});

describe('a day', () => {
  it('is one that the calendar has', () => {
    expect(readDay('1970-01-02')).toBe(1);
    for (const text of ['2026-02-30', '2026-13-01', '2026-1-1', '20260101', '1899-12-31', ' 2026-01-01', 20260101])
      expect(readDay(text)).toBeUndefined();
  });
});
