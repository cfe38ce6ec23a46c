import { describe, expect, it } from '@jest/globals';
import { LIMITS, type LogHeader } from '@perennial/contract';
import { gzipSync } from 'node:zlib';
import { createCollector, Full, type CollectorDeps } from './app.js';
import { checkBody } from './check.js';
import { InFlight } from './in-flight.js';
import { Metrics } from './metrics.js';
import { receiveWeb } from './receive.js';
import { glance } from './runtime/node/receive.js';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const AUTH = `Basic ${btoa('key:')}`;

type Setup = Partial<CollectorDeps> & { isFull?: boolean; keys?: 'ready' | 'unready' };

function setup({ isFull = false, keys = 'ready', ...more }: Setup = {}) {
  const kept: { header: LogHeader; body: string }[] = [];
  const inFlight = new InFlight(1e7);
  const metrics = new Metrics();
  const app = createCollector({
    sourceOf: (key) => Promise.resolve(keys === 'unready' ? 'unready' : key === 'key' ? { sourceId: 's1' } : 'unknown'),
    keep: (header, body) => {
      if (isFull) return Promise.reject(new Full(5));
      kept.push({ header, body: new TextDecoder().decode(body) });
      return Promise.resolve();
    },
    now: () => NOW,
    receive: (c) => ({ ...receiveWeb(c), ip: '203.0.113.77' }),
    truncatesIp: true,
    inFlight,
    metrics,
    ...more,
  });
  const post = (path: string, body: string | Uint8Array, headers: Record<string, string> = { authorization: AUTH }) =>
    app.request(path, { method: 'POST', body: body as string, headers });
  return { app, kept, post, metrics, inFlight };
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

  it('falls back to the body’s key behind a broken or foreign Authorization', async () => {
    const { post } = setup();
    const body = JSON.stringify(track({ writeKey: 'key' }));
    for (const authorization of ['Basic %%%', 'Basic Og==', 'Bearer abc'])
      expect((await post('/v1/track', body, { authorization })).status).toBe(200);
  });

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
      track({ userId: 5.5 }),
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

  it('takes whole numbers as ids, as the common libraries do, and says what it refuses', async () => {
    const { post } = setup();
    const body = `{"batch":[${[
      '{"type":"track","event":"X","userId":42,"messageId":7,"anonymousId":8}',
      '{"type":"track","event":"X","userId":616581622363398145}',
      '{"type":"track","event":"X","userId":1.5}',
      '{"type":"track","event":"X","userId":1e21}',
      '{"type":"track","event":"X","userId":true}',
      '{"type":"track","event":"X","context":{"externalIds":[{"type":"phone","id":13912345678}]}}',
    ].join()}]}`;
    const answer = (await (await post('/v1/batch', body)).json()) as { errors: { index: number; message: string }[] };
    expect(answer.errors.map(({ index }) => index)).toEqual([2, 3, 4]);
    expect(answer.errors[0]!.message).toBe(
      'userId must be a text of at most 255 characters, or a whole number below 2^53',
    );
  });

  it('reads an item over the batch’s own context, as core does', async () => {
    const { post } = setup();
    const context = { externalIds: [{ type: 'phone', id: '13912345678' }] };
    const batch = [track({ userId: undefined }), track({ userId: undefined, context: { locale: 'zh' } })];
    const answer = await post('/v1/batch', JSON.stringify({ batch, context }));
    expect(await answer.json()).toMatchObject({ okEvents: 2, errors: [] });
    const none = await post('/v1/batch', JSON.stringify({ batch, context: { externalIds: [] } }));
    expect(await none.json()).toMatchObject({ okEvents: 0 });
  });

  it.each([
    ['malformed JSON', '{"batch":[', 400, 'ENVELOPE_JSON_MALFORMED'],
    ['a list', '[]', 400, 'ENVELOPE_JSON_MALFORMED'],
    ['nothing', '', 400, 'ENVELOPE_JSON_MALFORMED'],
    ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400, 'ENVELOPE_JSON_MALFORMED'],
    ['a batch that is no list', '{"batch":{"length":1}}', 400, 'BATCH_MISSING'],
    ['no batch', '{"event":"X"}', 400, 'BATCH_MISSING'],
    [
      'a context that 1,000 events inherit',
      JSON.stringify({
        context: { page: { title: 'x'.repeat(5_000) } },
        batch: Array.from({ length: 1_000 }, () => track()),
      }),
      413,
      'BATCH_TOO_LONG',
    ],
    ['5,001 items', JSON.stringify({ batch: Array.from({ length: 5001 }, () => 1) }), 413, 'BATCH_TOO_LONG'],
  ])('turns %s away and still keeps it for the quarantine', async (_, body, status, code) => {
    const { kept, post, metrics } = setup();
    const answer = await post('/v1/batch', body);
    expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining({ ok: false, code })]);
    expect(kept.map(({ header }) => header.refused)).toEqual([[expect.objectContaining({ index: -1, code })]]);
    expect(metrics.value('requests_turned_total', `code="${code}"`)).toBe(1);
  });

  it('keeps nothing of somebody without a key', async () => {
    const { kept, post } = setup();
    for (const body of ['{"batch":[', '{"batch":1}', JSON.stringify({ batch: [track()] })])
      expect((await post('/v1/batch', body, {})).status).toBe(401);
    expect(kept).toEqual([]);
  });

  it('holds the limits: 500 kB a request, 32 kB an event, 5,000 items', async () => {
    const { post } = setup();
    expect((await post('/v1/batch', 'x'.repeat(LIMITS.batchBytes + 1))).status).toBe(413);
    const large = { batch: [track({ properties: { text: '长'.repeat(LIMITS.eventBytes / 3) } }), track()] };
    expect(await (await post('/v1/batch', JSON.stringify(large))).json()).toMatchObject({
      okEvents: 1,
      errors: [{ index: 0, code: 'ENVELOPE_TOO_LARGE' }],
    });
    const many = { batch: Array.from({ length: LIMITS.batchItems }, () => ({ type: 'page', userId: 'm' })) };
    expect(await (await post('/v1/batch', JSON.stringify(many))).json()).toMatchObject({ okEvents: 5000 });
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

  it('forgives a byte order mark and keeps it', async () => {
    const { kept, post } = setup();
    const body = new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(JSON.stringify(track()))]);
    expect((await post('/v1/track', body)).status).toBe(200);
    expect(kept[0]!.body).toBe(JSON.stringify(track()));
  });

  it('asks to come back when too much is under way, and counts each byte only while it is', async () => {
    const { inFlight, post } = setup({ inFlight: new InFlight(600) });
    const body = JSON.stringify(track({ properties: { text: 'x'.repeat(300) } }));
    const [first, second] = await Promise.all([post('/v1/track', body), post('/v1/track', body)]);
    expect([first.status, second.status].toSorted((a, b) => a - b)).toEqual([200, 503]);
    expect(inFlight.bytes).toBe(0);
    expect((await post('/v1/track', gzipSync('x'.repeat(1000)))).status).toBe(503);
    expect((await post('/v1/track', body)).status).toBe(200);
  });

  it('asks to come back when the request could not be kept, without saying why', async () => {
    const keep = () => Promise.reject(new Error('EIO: /secret/place'));
    const answer = await setup({ keep }).post('/v1/track', JSON.stringify(track()), {
      authorization: AUTH,
      origin: 'https://shop.example',
    });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(await answer.text()).not.toContain('secret');
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

describe('a glance instead of a look', () => {
  const bodies: [string, string | Uint8Array][] = [
    ['Chinese', JSON.stringify({ batch: [track({ event: '下单完成', properties: { 口红: '大红' } })] })],
    ['a name at its limit', JSON.stringify({ batch: [track({ event: '名'.repeat(LIMITS.nameLength) })] })],
    ['a name beyond it', JSON.stringify({ batch: [track({ event: '名'.repeat(LIMITS.nameLength + 1) })] })],
    [
      'an event near its limit',
      JSON.stringify({ batch: [track({ properties: { t: '长'.repeat(10_500) } }), track()] }),
    ],
    ['an event beyond it', JSON.stringify({ batch: [track({ properties: { t: '长'.repeat(10_930) } }), track()] })],
    ['a byte order mark', new TextEncoder().encode(`\ufeff${JSON.stringify({ batch: [track()] })}`)],
    ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['items of many kinds', JSON.stringify({ batch: [1, null, [], {}, track({ userId: '' }), track({ type: '页' })] })],
    ['no list', '{"batch":"名"}'],
  ];

  it.each(bodies)('answers the same for %s', async (_, body) => {
    const slow = setup();
    const quick = setup({ glance });
    const [looked, glanced] = [await slow.post('/v1/batch', body), await quick.post('/v1/batch', body)];
    expect([glanced.status, await glanced.json()]).toEqual([looked.status, await looked.json()]);
    expect(quick.kept).toEqual(slow.kept);
  });
});

describe('what may stand in an event', () => {
  const wild = (depth: number): unknown =>
    depth === 0 ? '\u0007"\\名\ud800' : { ['k"名']: [wild(depth - 1), -1.5e-7, true, null] };

  it.each([LIMITS.eventBytes - 200, LIMITS.eventBytes + 1])('is measured in bytes of its JSON text: %i', (bytes) => {
    const item = { ...track(), properties: { w: wild(4), t: '' } };
    const size = () => new TextEncoder().encode(JSON.stringify(item)).length;
    item.properties.t = 'x'.repeat(bytes - size());
    const checked = checkBody({ batch: [item] as never[] }, 'batch', NOW, bytes * 2);
    expect('errors' in checked && checked.errors.length).toBe(bytes > LIMITS.eventBytes ? 1 : 0);
  });
});

it('gives its figures in the form that Prometheus names', async () => {
  const { app } = setup();
  const answer = await app.request('/metrics');
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
});
