import { describe, expect, it } from '@jest/globals';
import { UTC, ZoneOffsets, type LogFrame, type LogHeader } from '@perennial/contract';
import { DeviceClocks } from './device-clocks.js';
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

  it('halves of characters are replaced in keys and values, at any depth, and whole ones stay', () => {
    const body = String.raw`{"type":"track","event":"Shared \ud83d","userId":"att","properties":{"k\ude00":["\ud83d\ude00","\\ud83d","a\ud83db",{"__proto__":"\udfff"}]}}`;
    const [event] = unpackFrames('log', 0, [frame(body, { endpoint: 'track' })]).events;
    expect(event!.name).toBe('Shared \uFFFD');
    expect(JSON.stringify(event!.envelope.properties)).toBe(
      String.raw`{"k\uFFFD":["😀","\\ud83d","a\uFFFDb",{"__proto__":"\uFFFD"}]}`.replaceAll(
        String.raw`\uFFFD`,
        '\uFFFD',
      ),
    );
  });

  it('message ids that differ in a half of a character alone stay two, and a repetition stays one', () => {
    const idsOf = (...halves: string[]) =>
      unpackFrames('log', 0, [
        frame(`{"batch":[${halves.map((half) => JSON.stringify({ ...track, messageId: `m${half}` })).join(',')}]}`),
      ]).events.map(({ eventId }) => eventId);
    const [first, other, again] = idsOf('\ud83d', '\ud83e', '\ud83d');
    expect(first).not.toBe(other);
    expect(again).toBe(first);
    expect(idsOf('1')).toEqual(['m1']);
  });

  it('reads a time without an offset in the platform’s zone, and corrects a device’s clock by the batch’s sending', () => {
    const body = (sentAt: string, ...items: object[]) => [frame(JSON.stringify({ sentAt, batch: items }))];
    const zone = new ZoneOffsets('Asia/Shanghai');
    const local = { ...track, timestamp: '2026-06-01 07:59:00' };
    const [event] = unpackFrames('log', 0, [frame(JSON.stringify({ batch: [local] }))], { zone }).events;
    expect(event!.at).toBe(header.receivedAt - 60_000);
    const ahead = { ...track, timestamp: '2026-06-02T00:00:00Z' };
    const [late] = unpackFrames('log', 0, body('2026-06-02T00:00:05Z', ahead)).events;
    expect(late!.at).toBe(header.receivedAt - 5_000);
  });

  it('requests of one device that overtake each other keep the order of its acts', () => {
    const sent = (event: string, at: string, receivedAt: string) =>
      frame(JSON.stringify({ sentAt: at, batch: [{ ...track, event, timestamp: at }] }), {
        receivedAt: Date.parse(receivedAt),
      });
    const slow = sent('First', '2026-06-02T00:00:00Z', '2026-06-01T00:00:08Z');
    const quick = sent('Second', '2026-06-02T00:00:03Z', '2026-06-01T00:00:03Z');
    const { events } = unpackFrames('log', 0, [quick, slow], { zone: UTC, clocks: new DeviceClocks() });
    expect(events.map(({ name, at }) => [name, new Date(at).toISOString()])).toEqual([
      ['Second', '2026-06-01T00:00:03.000Z'],
      ['First', '2026-06-01T00:00:00.000Z'],
    ]);
  });

  it('an act of a clock that was set right since is kept at its arrival, with what the client had said', () => {
    const item = { ...track, timestamp: '2026-06-02T00:00:00Z' };
    const [event] = unpackFrames('log', 0, [
      frame(JSON.stringify({ sentAt: '2026-06-01T00:00:00Z', batch: [item] })),
    ]).events;
    expect(event).toMatchObject({
      at: header.receivedAt,
      envelope: { context: { clock: { stated: '2026-06-02T00:00:00.000Z', isBounded: true } } },
    });
  });

  it('keeps the digits of numbers beyond 2^53, and tells what no float can hold', () => {
    const body = `{"batch":[{"type":"track","event":"X","userId":616581622363398145,"properties":{"order_id":616581622363398145,"n":[1e400],"s":"616581622363398145"}}]}`;
    const [event] = unpackFrames('log', 0, [frame(body)]).events;
    expect(event!.envelope).toMatchObject({
      userId: '616581622363398145',
      properties: { order_id: '616581622363398145', n: ['1e400'], s: '616581622363398145' },
    });
  });

  it('a message id that a template left empty is none: each such event is one of its own', () => {
    const left = [
      '',
      ' ',
      'undefined',
      'null',
      '(null)',
      '{{id}}',
      '{{ message.id }}',
      '${id}',
      '[object Object]',
      'NaN',
    ];
    const more = ['%s', '<null>', '00000000-0000-0000-0000-000000000000', null, undefined];
    const items = [...left, ...more].flatMap((messageId) => [
      { ...track, messageId },
      { ...track, messageId },
    ]);
    const { events } = unpackFrames('log', 0, [frame(JSON.stringify({ batch: items }))]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(items.length);
    expect(
      unpackFrames('log', 0, [
        frame(JSON.stringify({ batch: ['m-1', '0'].map((messageId) => ({ ...track, messageId })) })),
      ]).events,
    ).toMatchObject([{ eventId: 'm-1' }, { eventId: '0' }]);
  });
});
