import { describe, expect, it } from '@jest/globals';
import { happenedAt, readStamps } from './clock.js';
import { checkEnvelope } from './envelope.check.js';
import { UTC, ZoneOffsets } from './zone-offsets.js';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const [SECOND, MINUTE, DAY] = [1_000, 60_000, 86_400_000];
const iso = (ms: number) => new Date(NOW + ms).toISOString();
interface Times {
  timestamp?: string;
  originalTimestamp?: string;
  sentAt?: string;
}
/** What a request that arrives at noon says of its act, as milliseconds from noon. */
const happened = (times: Times) => {
  const told = happenedAt(readStamps(times as never, UTC)!, NOW);
  return typeof told === 'string' ? told : told.at - NOW;
};

describe('when an act happened', () => {
  it('Segment: the device’s `timestamp`, put right by `sentAt` of the same clock', () => {
    expect(happened({ timestamp: iso(DAY - 5_000), sentAt: iso(DAY) })).toBe(-5_000);
    expect(happened({ timestamp: iso(-DAY - 5_000), sentAt: iso(-DAY) })).toBe(-5_000);
    expect(happened({ timestamp: '2000-01-01T00:00:05Z', sentAt: '2000-01-01T00:00:10Z' })).toBe(-5_000);
  });

  it('RudderStack: the caller’s `timestamp` beside the device’s `originalTimestamp` is taken as it is', () => {
    const times = { timestamp: iso(-2 * DAY), originalTimestamp: iso(-SECOND), sentAt: iso(0) };
    expect(happened(times)).toBe(-2 * DAY);
    expect(happened({ ...times, originalTimestamp: iso(DAY - SECOND), sentAt: iso(DAY) })).toBe(-2 * DAY);
    expect(happened({ ...times, timestamp: iso(DAY) })).toBe('future');
  });

  it('RudderStack without a stated time: the device’s `originalTimestamp`, put right', () => {
    expect(happened({ originalTimestamp: iso(DAY - 5_000), sentAt: iso(DAY) })).toBe(-5_000);
    const same = iso(DAY - 5_000);
    expect(happened({ timestamp: same, originalTimestamp: same, sentAt: iso(DAY) })).toBe(-5_000);
  });

  it('a plausible transit says nothing of the device’s clock', () => {
    expect(happened({ timestamp: iso(-8 * SECOND), sentAt: iso(-8 * SECOND) })).toBe(-8 * SECOND);
    expect(happened({ timestamp: iso(-31 * SECOND), sentAt: iso(-31 * SECOND) })).toBe(0);
  });

  it('without `sentAt`: as stated, up to ten minutes ahead of us', () => {
    expect(happened({ timestamp: iso(-400 * DAY) })).toBe(-400 * DAY);
    expect(happened({ timestamp: iso(9 * MINUTE) })).toBe(0);
    expect(happened({ timestamp: iso(11 * MINUTE) })).toBe('future');
    expect(happened({})).toBe(0);
  });

  it('a clock that was set right between act and sending: the act was before its arrival, and that is noted', () => {
    const stamps = { acted: NOW + DAY, sentAt: NOW - 100 };
    expect(happenedAt(stamps, NOW)).toEqual({ at: NOW, isBounded: true });
    expect(happenedAt({ ...stamps, acted: NOW + 32 * DAY }, NOW)).toBe('future');
    expect(happenedAt({ acted: NOW - 5_000, sentAt: NOW - DAY }, NOW)).toEqual({ at: NOW - 5_000 });
  });

  it('a sending from another century moves no act there', () => {
    expect(happened({ timestamp: iso(-SECOND), sentAt: '2099-01-01T00:00:00Z' })).toBe(-SECOND);
    expect(happened({ timestamp: iso(-300 * DAY), sentAt: iso(0) })).toBe(-300 * DAY);
    expect(happened({ timestamp: '2100-01-01T00:00:00Z', sentAt: '2290-01-01T00:00:00Z' })).toBe('outside');
  });
});

describe('the check of an event', () => {
  const codeOf = (times: object, zone?: ZoneOffsets) => {
    const check = checkEnvelope({ type: 'track', event: 'X', userId: 'u', ...times }, { receivedAt: NOW, zone });
    return check.ok ? 'ok' : check.refusal.code;
  };

  it.each([
    { timestamp: '2026-02-30' },
    { timestamp: '2026-11-27 (comment) 10:00' },
    { timestamp: 'true' },
    { timestamp: true },
    { timestamp: [] },
    { timestamp: 1_764_237_600 },
    { originalTimestamp: '0001-01-01T00:00:00Z' },
    { timestamp: '0001-01-01T00:00:00Z', sentAt: '9999-01-01T00:00:00Z' },
    { timestamp: iso(0), sentAt: '9999-01-01T00:00:00Z' },
    { timestamp: '2100-01-01T00:00:00Z', sentAt: '2290-01-01T00:00:00Z' },
  ])('refuses %j', (times) => expect(codeOf(times)).toBe('ENVELOPE_TIME_INVALID'));

  it('reads a text without an offset in the platform’s zone; where that is unknown, it is left to core', () => {
    const inShanghai = '2026-11-27 19:59:00';
    expect(codeOf({ timestamp: inShanghai }, new ZoneOffsets('Asia/Shanghai'))).toBe('ok');
    expect(codeOf({ timestamp: inShanghai })).toBe('ok');
    expect(codeOf({ timestamp: inShanghai }, new ZoneOffsets('UTC'))).toBe('ENVELOPE_TIME_FUTURE');
  });
});
