import { describe, expect, it } from '@jest/globals';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { aCore, until } from './cleaning.js';
import type { FakeCore } from './fake-core.js';

/** One request to the collector. */
export type Ask = (path: string, init: RequestInit) => Promise<Response>;

type Open = (coreUrl: string) => Promise<Ask>;

const body = (id: string, more: object = {}) =>
  JSON.stringify({ type: 'track', event: '下单', userId: 'm', messageId: id, ...more });

const arrived = (core: FakeCore, ...ids: string[]) => until(() => ids.every((id) => core.ids.includes(id)));

async function setup(open: Open) {
  const { core, coreUrl } = await aCore();
  const ask = await open(coreUrl);
  const post = (path: string, bytes: string | Uint8Array, headers: Record<string, string> = { 'x-write-key': 'key' }) =>
    ask(path, { method: 'POST', body: bytes as Uint8Array<ArrayBuffer>, headers });
  const send = (id: string) => post('/v1/track', body(id));
  return { core, ask, post, send };
}

/** What every host of the collector does, whatever runtime it is: the same cases on node and on workers. */
export function describeCollector(name: string, open: Open): void {
  describe(`the collector on ${name}`, () => {
    bringsToCore(open);
    judges(open);
    servesPages(open);
    startsByItself(open);
  });
}

function bringsToCore(open: Open): void {
  it('brings what it answered 200 to core as it came, once, with source and endpoint', async () => {
    const { core, post, send } = await setup(open);
    const answer = await post('/v1/batch', `{"batch": [${body('a')},  ${body('b')}]}`);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { ok: true, receivedEvents: 2, okEvents: 2, errors: [] },
    ]);
    expect((await send('c')).status).toBe(200);
    await until(() => core.frames.length === 2);
    expect(new TextDecoder().decode(core.frames[0]!.body)).toBe(`{"batch": [${body('a')},  ${body('b')}]}`);
    expect(core.frames.map(({ header }) => [header.sourceId, header.endpoint])).toEqual([
      ['source of key', 'batch'],
      ['source of key', 'track'],
    ]);
  });

  it('names each refused item, keeps all of them, and keeps what is no JSON too', async () => {
    const { core, post } = await setup(open);
    const answer = await post('/v1/batch', `{"batch":[${body('a')},{"event":"X"}]}`);
    expect(await answer.json()).toMatchObject({ ok: false, okEvents: 1, errors: [{ index: 1 }] });
    expect((await post('/v1/track', '{"broken')).status).toBe(400);
    await until(() => core.frames.length === 2);
    expect(core.frames.map(({ header }) => header.refused?.map(({ index }) => index))).toEqual([[1], [-1]]);
  });

  it('takes the forms of other clients', async () => {
    const { core, post } = await setup(open);
    const event = { type: 'track', event: '$pageview', distinct_id: 'd1', time: Date.now(), properties: {} };
    const data = encodeURIComponent(btoa(JSON.stringify(event)));
    expect((await post('/sa?token=key', `data=${data}`, {})).status).toBe(200);
    await until(() => core.frames.length === 1);
    expect(core.frames[0]!.header.translated).toMatchObject({ by: 'sensors' });
  });
}

function judges(open: Open): void {
  it('finds the key wherever it stands, and refuses a wrong one with 401', async () => {
    const { post } = await setup(open);
    const found = [
      await post('/v1/track', body('a'), { authorization: `Basic ${btoa('key:')}` }),
      await post('/v1/track?writeKey=key', body('b'), {}),
      await post('/v1/track', body('c', { writeKey: 'key' }), { 'content-type': 'text/plain' }),
    ];
    expect(found.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await post('/v1/track', body('d'), { 'x-write-key': 'other' })).status).toBe(401);
  });

  it('unpacks gzip, never a bomb, and turns away what is too large', async () => {
    const { core, post } = await setup(open);
    expect((await post('/v1/track', gzipSync(body('zipped')))).status).toBe(200);
    expect((await post('/v1/track', gzipSync(new Uint8Array(50_000_000)))).status).toBe(413);
    expect((await post('/v1/track', 'x'.repeat(600_000))).status).toBe(413);
    await arrived(core, 'zipped');
  });

  it('unpacks deflate, takes what only says that it is packed, and names what it cannot unpack', async () => {
    const { core, post } = await setup(open);
    const packed = (encoding: string) => ({ 'x-write-key': 'key', 'content-encoding': encoding });
    expect((await post('/v1/track', deflateSync(body('deflated')), packed('deflate'))).status).toBe(200);
    expect((await post('/v1/track', body('said'), packed('br'))).status).toBe(200);
    const answer = await post('/v1/track', brotliCompressSync(body('brotli').repeat(3)), packed('br'));
    expect([answer.status, await answer.json()]).toEqual([
      415,
      { ok: false, code: 'ENCODING_UNSUPPORTED', message: 'a body may be plain, gzip or deflate' },
    ]);
    expect((await post('/v1/track', deflateSync(new Uint8Array(50_000_000)), packed('deflate'))).status).toBe(413);
    await arrived(core, 'deflated', 'said');
  });

  it('takes items whose batch names the person', async () => {
    const { core, post } = await setup(open);
    const context = { externalIds: [{ type: 'phone', id: '13900000000' }] };
    const batch = [{ type: 'track', event: '下单', messageId: 'common' }];
    expect(await (await post('/v1/batch', JSON.stringify({ batch, context }))).json()).toMatchObject({ okEvents: 1 });
    expect(await (await post('/v1/batch', JSON.stringify({ batch }))).json()).toMatchObject({
      errors: [{ index: 0, code: 'ENVELOPE_ID_MISSING' }],
    });
    await until(() => core.frames.length === 2);
    expect(core.frames.map(({ header }) => header.refused?.length)).toEqual([undefined, 1]);
  });

  it('counts what was sent to an address that is none', async () => {
    const { ask, post } = await setup(open);
    const counted = async () =>
      /requests_turned_total\{code="ROUTE_ABSENT"\} (\d+)/.exec(await (await ask('/metrics', {})).text())?.[1];
    expect(await counted()).toBeUndefined();
    const answer = await post('/v2/track', body('nowhere'));
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'ROUTE_ABSENT' }]);
    expect(await counted()).toBe('1');
  });
}

const TRACING = 'content-type, traceparent, tracestate, baggage, sentry-trace, sw8, eagleeye-traceid, x-requested-with';

function servesPages(open: Open): void {
  it.each([
    ['any page, with whatever headers its agents add', TRACING, new RegExp(`^${TRACING}$`)],
    ['a page that names none', undefined, /content-type.*x-write-key/i],
    ['nobody with what is no name of a header', 'content-type, x y', /^Content-Type, Content-Encoding/],
    ['nobody with more than a request has', 'x'.repeat(5_000), /^Content-Type, Content-Encoding/],
  ])('lets ask first: %s', async (_, asked, allowed) => {
    const { ask } = await setup(open);
    const headers = {
      origin: 'https://shop.example',
      'access-control-request-method': 'POST',
      ...(asked !== undefined && { 'access-control-request-headers': asked }),
    };
    const answer = await ask('/v1/track', { method: 'OPTIONS', headers });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, 'https://shop.example']);
    const told = answer.headers.get('access-control-allow-headers');
    expect(told).toMatch(allowed);
    expect(answer.headers.get('vary')).toMatch(/Access-Control-Request-Headers/);
  });

  const event = encodeURIComponent(
    btoa(JSON.stringify({ type: 'track', event: '$pageview', distinct_id: 'd1', time: Date.now(), properties: {} })),
  );

  it.each([
    ['/sa.gif', `token=key&data=${event}`, 200, null],
    ['/sa', `token=key&data=${event}`, 200, null],
    ['/i', `aid=key&e=pv&duid=d&url=https%3A%2F%2Fshop.example`, 200, null],
    ['/i', `aid=key&e=pv`, 200, 'ENVELOPE_ID_MISSING'],
    ['/sa.gif', `token=other&data=${event}`, 401, 'WRITE_KEY_UNKNOWN'],
    ['/sa.gif', 'token=key&data=%25', 400, 'BODY_UNREADABLE'],
  ])('answers an image to an image of a page: %s?%s', async (path, query, status, refused) => {
    const { ask } = await setup(open);
    const answer = await ask(`${path}?${query}`, { headers: { origin: 'https://shop.example' } });
    expect([answer.status, answer.headers.get('x-perennial-refused')]).toEqual([status, refused]);
    expect(answer.headers.get('content-type')).toBe('image/gif');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    const image = new Uint8Array(await answer.arrayBuffer());
    expect(new TextDecoder().decode(image.subarray(0, 6))).toBe('GIF89a');
    expect([...image.subarray(6, 10)]).toEqual([1, 0, 1, 0]);
  });
}

function startsByItself(open: Open): void {
  it('asks to come back while it never had a list of keys, and starts to accept by itself', async () => {
    const { core, send } = await setup(open);
    core.isAway = true;
    const early = await send('early');
    expect([early.status, Number(early.headers.get('retry-after'))]).toEqual([503, 1]);
    core.isAway = false;
    await until(async () => (await send('later')).status === 200);
    await arrived(core, 'later');
  });
}
