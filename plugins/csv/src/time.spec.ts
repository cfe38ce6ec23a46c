import { describe, expect, it } from '@jest/globals';
import { TimeReader } from './time.js';

const read = (format: ConstructorParameters<typeof TimeReader>[0], zone: string, text: string) => {
  const at = new TimeReader(format, zone).read(text);
  return at === undefined ? undefined : new Date(at).toISOString();
};

describe('times', () => {
  it.each([
    ['yyyy-MM-dd HH:mm:ss', 'Asia/Shanghai', '2026-05-01 10:00:00', '2026-05-01T02:00:00.000Z'],
    ['yyyy/MM/dd HH:mm', 'Asia/Shanghai', '2026/5/1 9:05', '2026-05-01T01:05:00.000Z'],
    ['yyyy-MM-dd', 'Asia/Shanghai', '2026-05-01', '2026-04-30T16:00:00.000Z'],
    ['excel-serial', 'Asia/Shanghai', '46143.5', '2026-05-01T04:00:00.000Z'],
    ['epoch-s', 'UTC', '1700000000', '2023-11-14T22:13:20.000Z'],
    ['epoch-ms', 'UTC', '1700000000123', '2023-11-14T22:13:20.123Z'],
    ['iso', 'Asia/Shanghai', '2026-05-01T10:00:00Z', '2026-05-01T10:00:00.000Z'],
    ['iso', 'Asia/Shanghai', '2026-05-01T10:00:00.25-05:30', '2026-05-01T15:30:00.250Z'],
    ['iso', 'Asia/Shanghai', '2026-05-01T10:00:00', '2026-05-01T02:00:00.000Z'],
  ] as const)('of the format %s in %s: %s', (format, zone, text, expected) =>
    expect(read(format, zone, text)).toBe(expected),
  );

  it.each([
    ['summer', 'Europe/London', '2011-06-01 12:00:00', '2011-06-01T11:00:00.000Z'],
    ['winter', 'Europe/London', '2011-12-01 12:00:00', '2011-12-01T12:00:00.000Z'],
    ['the hour that comes twice: the first', 'Europe/London', '2011-10-30 01:30:00', '2011-10-30T00:30:00.000Z'],
    ['the same west of Greenwich', 'America/New_York', '2026-11-01 01:30:00', '2026-11-01T05:30:00.000Z'],
    ['an hour that never was: an hour on', 'Europe/London', '2011-03-27 01:30:00', '2011-03-27T01:30:00.000Z'],
    ['the day of the change, before it', 'America/New_York', '2026-11-01 00:30:00', '2026-11-01T04:30:00.000Z'],
    ['the day of the change, behind it', 'America/New_York', '2026-11-01 02:30:00', '2026-11-01T07:30:00.000Z'],
  ])('over summer time: %s', (_, zone, text, expected) =>
    expect(read('yyyy-MM-dd HH:mm:ss', zone, text)).toBe(expected),
  );

  it.each(['2026-02-30 12:00:00', '2026-00-15', '2026-13-01', '2026-05-01 24:00:00', '0050-01-01', 'yesterday', ''])(
    'never an impossible one: %s',
    (text) => {
      expect(read('yyyy-MM-dd HH:mm:ss', 'UTC', text)).toBeUndefined();
      expect(read('iso', 'UTC', `${text}T00:00:00Z`)).toBeUndefined();
    },
  );
});
