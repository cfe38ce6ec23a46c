import { describe, expect, it } from '@jest/globals';
import { LIMITS, type LogHeader } from '@perennial/contract';
import { gzipSync } from 'node:zlib';
import { createCollector, Full } from './app.js';
import { Metrics } from './metrics.js';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const AUTH = `Basic ${btoa('key:')}`;

function setup({ isFull = false, keys = 'ready' }: { isFull?: boolean; keys?: 'ready' | 'unready' } = {}) {
  const kept: { header: LogHeader; body: string }[] = [];
  const app = createCollector({
    sourceOf: (key) => Promise.resolve(keys === 'unready' ? 'unready' : key === 'key' ? { sourceId: 's1' } : 'unknown'),
    keep: (header, body) => {
      if (isFull) return Promise.reject(new Full(5));
      kept.push({ header, body: new TextDecoder().decode(body) });
      return Promise.resolve();
    },
    now: () => NOW,
    ipOf: () => '203.0.113.77',
    truncatesIp: true,
    metrics: new Metrics(),
  });
  const post = (path: string, body: string | Uint8Array, headers: Record<string, string> = { authorization: AUTH }) =>
    app.request(path, { method: 'POST', body: body as string, headers });
  return { app, kept, post };
}

const track = (more: object = {}) => ({ type: 'track', event: 'Order Completed', userId: 'm1', ...more });

describe('the collector', () => {
  it('keeps the bytes as they came, with source, time and a truncated address', async () => {
    const { kept, post } = setup();
    const body = `{"batch": [${JSON.stringify(track())}] , "x":1}`;
    const answer = await post('/v1/batch', body);
    expect(await answer.json()).toEqual({ ok: true, receivedEvents: 1, okEvents: 1, errors: [] });
    expect(kept).toEqual([{ header: { receivedAt: NOW, sourceId: 's1', endpoint: 'batch', ip: '203.0.113.0' }, body }]);
  });

  it.each(['track', 'identify', 'page', 'screen', 'group', 'alias'])(
    'takes /v1/%s, whose type the endpoint gives',
    async (endpoint) => {
      const { kept, post } = setup();
      const body = JSON.stringify({ event: 'X', userId: 'm1', previousId: 'a' });
      expect((await post(`/v1/${endpoint}`, body)).status).toBe(200);
      expect(kept[0]!.header.endpoint).toBe(endpoint);
    },
  );

  it('finds the write key in the header, the query or the body', async () => {
    const { post } = setup();
    const one = JSON.stringify(track());
    expect((await post('/v1/track', one, { 'x-write-key': 'key' })).status).toBe(200);
    expect((await post('/v1/track?writeKey=key', one, {})).status).toBe(200);
    expect(
      (await post('/v1/track', JSON.stringify(track({ writeKey: 'key' })), { 'content-type': 'text/plain' })).status,
    ).toBe(200);
  });

  it('refuses a wrong key with 401, and asks to come back while no keys are known', async () => {
    const wrong = await setup().post('/v1/track', JSON.stringify(track()), { 'x-write-key': 'other' });
    expect([wrong.status, await wrong.json()]).toEqual([401, expect.objectContaining({ code: 'WRITE_KEY_UNKNOWN' })]);
    const early = await setup({ keys: 'unready' }).post('/v1/track', JSON.stringify(track()));
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
  });

  it('names each refused item and keeps all of them', async () => {
    const { kept, post } = setup();
    const batch = [
      track(),
      7,
      track({ type: 'trak' }),
      track({ userId: undefined }),
      track({ userId: 5 }),
      track({ timestamp: '2027-01-01T00:00:00Z' }),
      track({ timestamp: 'soon' }),
    ];
    const answer = (await (await post('/v1/batch', JSON.stringify({ batch }))).json()) as {
      okEvents: number;
      errors: { index: number; code: string }[];
    };
    expect(answer.okEvents).toBe(1);
    expect(answer.errors.map(({ index, code }) => [index, code])).toEqual([
      [1, 'ENVELOPE_NOT_OBJECT'],
      [2, 'ENVELOPE_TYPE_UNKNOWN'],
      [3, 'ENVELOPE_ID_MISSING'],
      [4, 'ENVELOPE_FIELD_INVALID'],
      [5, 'ENVELOPE_TIME_FUTURE'],
      [6, 'ENVELOPE_TIME_INVALID'],
    ]);
    expect(kept[0]!.header.refused).toHaveLength(6);
    expect(JSON.parse(kept[0]!.body)).toEqual(JSON.parse(JSON.stringify({ batch })));
  });

  it('answers malformed JSON with 400 and still keeps it for the quarantine', async () => {
    const { kept, post } = setup();
    expect((await post('/v1/batch', '{"batch":[')).status).toBe(400);
    expect(kept[0]).toMatchObject({
      header: { refused: [{ index: -1, code: 'ENVELOPE_JSON_MALFORMED' }] },
      body: '{"batch":[',
    });
    expect((await post('/v1/batch', new Uint8Array([0x7b, 0xff, 0x7d]))).status).toBe(400);
  });

  it('holds the limits: 500 kB a request, 32 kB an event, 5,000 items', async () => {
    const { post } = setup();
    expect((await post('/v1/batch', 'x'.repeat(LIMITS.batchBytes + 1))).status).toBe(413);
    const large = { batch: [track({ properties: { text: '长'.repeat(LIMITS.eventBytes / 3) } }), track()] };
    expect(await (await post('/v1/batch', JSON.stringify(large))).json()).toMatchObject({
      okEvents: 1,
      errors: [{ index: 0, code: 'ENVELOPE_TOO_LARGE' }],
    });
    expect((await post('/v1/batch', JSON.stringify({ batch: Array.from({ length: 5001 }, () => 1) }))).status).toBe(
      413,
    );
    expect((await post('/v1/batch', JSON.stringify({ batch: {} }))).status).toBe(400);
  });

  it('unpacks gzip whatever the headers say, and never a bomb', async () => {
    const { kept, post } = setup();
    const body = JSON.stringify(track());
    expect(
      (
        await post('/v1/track', gzipSync(body), {
          authorization: AUTH,
          'content-type': 'application/x-www-form-urlencoded',
        })
      ).status,
    ).toBe(200);
    expect(kept[0]!.body).toBe(body);
    expect((await post('/v1/batch', gzipSync(Buffer.alloc(50_000_000)))).status).toBe(413);
    expect((await post('/v1/batch', new Uint8Array([0x1f, 0x8b, 1, 2, 3]))).status).toBe(400);
  });

  it('survives nesting, prototype keys and huge numbers', async () => {
    const { post } = setup();
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const answer = await post(
      '/v1/batch',
      `{"batch":[{"type":"track","event":"X","userId":"m","properties":${deep}},{"type":"track","event":"X","userId":"m","properties":{"__proto__":{"polluted":1},"n":1e999}}]}`,
    );
    expect(await answer.json()).toMatchObject({ okEvents: 1, errors: [{ index: 0, code: 'ENVELOPE_TOO_DEEP' }] });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('asks to come back when there is no room', async () => {
    const answer = await setup({ isFull: true }).post('/v1/track', JSON.stringify(track()));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  });

  it('lets any page ask first, and answers an empty batch and an unknown route', async () => {
    const { app, kept, post } = setup();
    const preflight = await app.request('/v1/batch', {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
      204,
      'https://shop.example',
    ]);
    expect(await (await post('/v1/batch', '{"batch":[]}')).json()).toMatchObject({ ok: true, receivedEvents: 0 });
    expect(kept).toEqual([]);
    expect((await app.request('/v2/nothing')).status).toBe(404);
  });
});
