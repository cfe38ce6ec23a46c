import { describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
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
    const event = { type: 'track', event: '$pageview', distinct_id: 'd1', time: 1, properties: {} };
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

  it('lets any page ask first', async () => {
    const { ask } = await setup(open);
    const answer = await ask('/v1/track', { method: 'OPTIONS', headers: { origin: 'https://shop.example' } });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, 'https://shop.example']);
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
