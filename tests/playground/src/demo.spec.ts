import { describe, expect, it } from '@jest/globals';
import { checkEnvelope } from '@perennial/contract';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTENTS, PRODUCTS } from './brand.js';
import { callers, generate, personOf, scorePartition } from './index.js';

const until = Date.parse('2026-11-23T00:00:00Z');
const events = (people = 500, seed = 1) => [...generate({ people, seed, until })];

describe('the demo brand', () => {
  it('is the same for the same seed, byte by byte, and another for another', () => {
    const digest = (seed: number) =>
      createHash('sha256')
        .update(JSON.stringify(events(200, seed)))
        .digest('hex');
    expect(digest(1)).toBe(digest(1));
    expect(digest(2)).not.toBe(digest(1));
  });

  it('makes only events that the platform accepts, sent in order', () => {
    const all = events();
    const refused = all.filter(({ envelope }) => !checkEnvelope(envelope, { receivedAt: until }).ok);
    expect(refused).toEqual([]);
    expect(all.every(({ sentAt }, n) => n === 0 || sentAt >= all[n - 1]!.sentAt)).toBe(true);
  });

  it('has people on the phone whose events the platform accepts, all from within the hour', () => {
    const calls = callers({ people: 500, seed: 1, now: until });
    expect(calls).toHaveLength(50);
    expect(calls.every((envelope) => checkEnvelope(envelope, { receivedAt: until }).ok)).toBe(true);
    expect(calls.every(({ timestamp }) => until - Date.parse(timestamp!) < 3_600_000)).toBe(true);
  });

  it('has the dirt of real data in known shares', () => {
    const all = events(2000);
    const share = (test: (event: (typeof all)[0]) => boolean) => all.filter(test).length / all.length;
    const ids = all.map(({ envelope }) => envelope.messageId);
    expect(all.length / 2000).toBeGreaterThan(12);
    expect(all.length / 2000).toBeLessThan(40);
    expect(1 - new Set(ids).size / ids.length).toBeCloseTo(0.01, 2);
    expect(share(({ sentAt, envelope }) => sentAt - Date.parse(envelope.timestamp!) > 3_600_000)).toBeCloseTo(0.02, 2);
    expect(share(({ envelope }) => envelope.event === 'Order Refunded')).toBeGreaterThan(0.001);
    const phones = Array.from({ length: 2000 }, (_, n) => personOf(1, n).phone);
    expect(2000 - new Set(phones).size).toBe(79);
  });

  it('has a catalogue of all that its people look at and buy', () => {
    const ids = (type: string) =>
      readFileSync(join(import.meta.dirname, '..', 'catalogue', `${type}.csv`), 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[0]);
    expect(ids('product')).toEqual(PRODUCTS.map(({ id }) => id));
    expect(ids('content')).toEqual(CONTENTS.map(({ id }) => id));
    const channels = events().flatMap(({ envelope }) => envelope.properties?.['channel'] ?? []);
    expect(ids('channel')).toEqual(expect.arrayContaining([...new Set(channels)]));
  });

  it('scores a partition against the truth by pairs', () => {
    const items = [
      ['1', 1],
      ['1', 1],
      ['2', 1],
      ['3', 2],
      ['3', 2],
      ['3', 1],
    ] as [string, number][];
    const { precision, recall } = scorePartition(items.map(([found, truth]) => ({ found, truth })));
    expect(precision).toBeCloseTo(2 / 4, 12);
    expect(recall).toBeCloseTo(2 / 7, 12);
  });
});
