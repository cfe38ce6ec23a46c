import { describe, expect, it } from '@jest/globals';
import type { LogFrame, LogHeader } from '@perennial/contract';
import { unpackFrames } from './unpack.js';

const header: LogHeader = { receivedAt: Date.parse('2026-06-01T00:00:00Z'), sourceId: 's1', endpoint: 'batch' };
const frame = (body: string, more: Partial<LogHeader> = {}): LogFrame => ({
  header: { ...header, ...more },
  body: new TextEncoder().encode(body),
  end: 10,
});
const track = { type: 'track', event: 'X', userId: 'm1' };

describe('frames as events', () => {
  it('an item nested beyond any stack is refused and blocks neither its neighbours nor the log', () => {
    const deep = `{"type":"track","event":"X","userId":"m","properties":${'{"a":'.repeat(60_000)}1${'}'.repeat(60_000)}}`;
    const body = `{"batch":[${deep},${JSON.stringify(track)}]}`;
    for (const refused of [undefined, [{ index: 0, code: 'ENVELOPE_TOO_DEEP', message: 'deep' }]]) {
      const batch = unpackFrames('log', 0, [frame(body, refused && { refused })]);
      expect(batch.events.map(({ name }) => name)).toEqual(['X']);
      expect(batch.refused).toMatchObject([{ code: 'ENVELOPE_TOO_DEEP', body }]);
    }
  });

  it('takes an identify’s traits from its context when it states no others', () => {
    const traitsOf = (item: object) =>
      unpackFrames('log', 0, [frame(JSON.stringify({ batch: [{ ...track, type: 'identify', ...item }] }))]).events[0]!
        .envelope.traits;
    const context = { traits: { city: '成都' } };
    expect(traitsOf({ context })).toEqual({ city: '成都' });
    expect(traitsOf({ context, traits: {} })).toEqual({ city: '成都' });
    expect(traitsOf({ context, traits: { city: '上海' } })).toEqual({ city: '上海' });
    expect(traitsOf({})).toBeUndefined();
  });
});
