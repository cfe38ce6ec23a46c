import { describe, expect, it } from '@jest/globals';
import { checkEnvelope, type JsonObject, type LogHeader } from '@perennial/contract';
import { gzipSync } from 'node:zlib';
import { createCollector } from '../app.js';
import { InFlight } from '../in-flight.js';
import { Metrics } from '../metrics.js';
import { receiveWeb } from '../receive.js';
import { FOREIGN } from './foreign.js';
import { sensorsEvent } from './sensors-event.js';
import { snowplowEvent } from './snowplow.js';

const NOW = Date.parse('2026-06-01T00:00:00Z');

function setup() {
  const kept: { header: LogHeader; body: string }[] = [];
  const inFlight = new InFlight(1e7);
  const app = createCollector({
    sourceOf: (key) => (key === 'key' ? { sourceId: 's1' } : 'unknown'),
    keep: (header, body) => Promise.resolve(void kept.push({ header, body: new TextDecoder().decode(body) })),
    now: () => NOW,
    receive: receiveWeb,
    foreign: FOREIGN,
    truncatesIp: true,
    inFlight,
    metrics: new Metrics(),
  });
  const post = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
    app.request(path, { method: 'POST', body: body as string, headers });
  return { app, kept, post, inFlight };
}

const itemsOf = (body: string) => (JSON.parse(body) as { batch: JsonObject[] }).batch;
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const javaHash = (text: string) => text.split('').reduce((hash, c) => (Math.imul(hash, 31) + c.charCodeAt(0)) | 0, 0);

const bought = {
  distinct_id: 'u1',
  identities: { $identity_login_id: 'u1', $identity_cookie_id: 'c1', $identity_mp_wx1_openid: 'o1' },
  type: 'track',
  event: '支付完成',
  time: NOW - 5_000,
  _track_id: 123456789,
  _flush_time: NOW,
  properties: { total: 9, $url: 'https://shop.example/x' },
  lib: { $lib: 'js', $lib_version: '1.27.11' },
};

describe('the paths of the tracking form', () => {
  it.each([
    ['/v1/t', 'track'],
    ['/v1/p', 'page'],
    ['/api/s/track', 'track'],
    ['/api/s/s2s/identify', 'identify'],
    ['/beacon/v1/batch?writeKey=key', 'batch'],
    ['/v1/b', 'batch'],
  ])('%s keeps the bytes as they came, as %s', async (path, endpoint) => {
    const { kept, post } = setup();
    const event = { type: endpoint, event: 'X', userId: 'm1' };
    const body = ` ${JSON.stringify(endpoint === 'batch' ? { batch: [{ ...event, type: 'page' }] } : event)}`;
    expect((await post(path, body, { 'x-write-key': 'key:secret' })).status).toBe(200);
    expect(kept).toEqual([{ header: expect.objectContaining({ endpoint, sourceId: 's1' }), body }]);
    expect(kept[0]!.header.translated).toBeUndefined();
  });

  it('answers what clients ask before they send', async () => {
    const { app } = setup();
    const settings = (await (
      await app.request('http://c.example/v1/projects/key/settings', { headers: { host: 'c.example' } })
    ).json()) as { integrations: JsonObject };
    expect(settings.integrations).toEqual({
      'Segment.io': { apiKey: 'key', apiHost: 'c.example/v1', unbundledIntegrations: [] },
    });
    const rudder = await app.request('/sourceConfig/?p=npm', { headers: { authorization: `Basic ${btoa('key:')}` } });
    expect(await rudder.json()).toMatchObject({ source: { enabled: true, writeKey: 'key', destinations: [] } });
  });
});

describe('Sensors Data', () => {
  const encodings: [string, string][] = [
    ['data', form({ data: base64(JSON.stringify(bought)) })],
    ['data_list', form({ data_list: base64(JSON.stringify([bought])) })],
    ['gzip', form({ data_list: base64(gzipSync(JSON.stringify([bought]))), gzip: '1' })],
    [
      'a checksum',
      form({
        data: base64(JSON.stringify(bought)),
        ext: `crc=${javaHash(base64(JSON.stringify(bought)))}`,
      }),
    ],
  ];

  it.each(encodings)('is read with %s, and says in the header what it was translated from', async (_, body) => {
    const { kept, post, inFlight } = setup();
    const answer = await post('/sa?project=default&token=key', body);
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ okEvents: 1 })]);
    expect(kept[0]!.header).toMatchObject({ endpoint: 'batch', translated: { by: 'sensors', bytes: body.length } });
    expect(itemsOf(kept[0]!.body)).toEqual([
      {
        type: 'track',
        event: '支付完成',
        userId: 'u1',
        anonymousId: 'c1',
        messageId: expect.stringMatching(/^sa-\d+-123456789-/),
        timestamp: '2026-05-31T23:59:55.000Z',
        sentAt: '2026-06-01T00:00:00.000Z',
        properties: bought.properties,
        context: {
          library: { name: 'sensors-js', version: '1.27.11' },
          page: { url: 'https://shop.example/x' },
          externalIds: [{ type: 'wechat_openid', id: 'o1', namespace: 'wx1' }],
        },
      },
    ]);
    expect(inFlight.bytes).toBe(0);
  });

  it('is read as mini programs write it, each half of an emoji as three bytes of its own', async () => {
    const { kept, post } = setup();
    // As base64Encode of sa-sdk-miniprogram 1.22.7 gives it for two events, of which the first bears an emoji and half of one.
    const sent =
      'W3siZGlzdGluY3RfaWQiOiJ1MSIsInR5cGUiOiJ0cmFjayIsImV2ZW50IjoiT3JkZXJDb21wbGV0ZWQiLCJ0aW1lIjoxNzgwMjcxOTk1MDAwLCJfdHJhY2tfaWQiOjcsInByb3BlcnRpZXMiOnsiZW1vamkiOiLtoL3tsanigI3toL3tsanigI3toL3tsaciLCJoYWxmIjoi5a2XXHVkODNkIn19LHsiZGlzdGluY3RfaWQiOiJ1MSIsInR5cGUiOiJ0cmFjayIsImV2ZW50IjoiYiIsInRpbWUiOjE3ODAyNzE5OTUwMDAsIl90cmFja19pZCI6OCwicHJvcGVydGllcyI6e319XQ==';
    expect(await (await post('/sa?token=key', form({ data_list: sent }))).json()).toMatchObject({
      ok: true,
      okEvents: 2,
    });
    expect(itemsOf(kept[0]!.body)[0]).toMatchObject({ properties: { emoji: '👩‍👩‍👧', half: '字\ud83d' } });
  });

  it('loses of a list only the item whose bytes are no text', async () => {
    const { kept, post } = setup();
    const utf8 = Buffer.from(JSON.stringify([bought, { ...bought, event: 'GBK' }])).toString('latin1');
    const list = Buffer.from(utf8.replace('GBK', '\xb4\xf3\xba\xec'), 'latin1');
    const answer = await post('/sa?token=key', form({ data_list: list.toString('base64') }));
    expect(await answer.json()).toMatchObject({ okEvents: 1, errors: [{ index: 1, code: 'ENVELOPE_TYPE_UNKNOWN' }] });
    expect(itemsOf(kept[0]!.body)[0]).toMatchObject({ event: '支付完成' });
  });

  it('is taken as a query of a picture as well', async () => {
    const { app, kept } = setup();
    const answer = await app.request(`/sa.gif?token=key&${form({ data: base64(JSON.stringify(bought)) })}`);
    expect(answer.status).toBe(200);
    expect(itemsOf(kept[0]!.body)[0]).toMatchObject({ event: '支付完成' });
  });

  it('is turned away, and kept, when it was cut on the way; a bomb is not unpacked', async () => {
    const { kept, post } = setup();
    const cut = form({ data: base64(JSON.stringify(bought)).slice(0, -8), ext: 'crc=1' });
    expect((await post('/sa?token=key', cut)).status).toBe(400);
    expect(kept[0]).toMatchObject({ body: cut, header: { endpoint: 'sensors', refused: [{ index: -1 }] } });
    const bomb = form({ data_list: base64(gzipSync(Buffer.alloc(50_000_000))), gzip: '1' });
    expect((await post('/sa?token=key', bomb)).status).toBe(413);
    expect(kept).toHaveLength(1);
  });

  it('binds and unbinds by the list of the act alone', () => {
    const identities = { $identity_login_id: 'u1', $identity_mobile: '13800138000', $identity_mp_id: 'd1' };
    const bind = { ...bought, type: 'track_id_bind', event: '$BindID', identities };
    const externalIds = [
      { type: 'user_id', id: 'u1' },
      { type: 'phone', id: '13800138000' },
      { type: 'anonymous_id', id: 'd1' },
    ];
    expect(sensorsEvent(bind)).toMatchObject({ event: '$bind', context: { externalIds } });
    expect(sensorsEvent(bind)).not.toHaveProperty('userId');
    expect(sensorsEvent({ ...bind, type: 'track_id_unbind' })).toMatchObject({ event: '$unbind' });
  });

  it.each([
    ['profile_set', { type: 'identify', traits: { city: '成都' } }],
    ['profile_increment', { type: 'track', event: '$profile_increment' }],
    ['item_set', { type: 'track', event: '$item_set' }],
  ])('says %s in our words', (type, expected) => {
    const item = { ...bought, type, event: undefined, item_type: 'book', item_id: '7', properties: { city: '成都' } };
    expect(sensorsEvent(item)).toMatchObject(expected);
    expect(checkEnvelope(sensorsEvent(item), { receivedAt: NOW }).ok).toBe(true);
  });

  it('reads the older form, in which a property says whose id distinct_id is', () => {
    const old = { distinct_id: 'u1', type: 'profile_set', time: NOW, properties: { city: '成都', $is_login_id: true } };
    const alsoVisitor = { context: { externalIds: [{ type: 'anonymous_id', id: 'u1' }] } };
    expect(sensorsEvent(old)).toMatchObject({ userId: 'u1', traits: { city: '成都' }, ...alsoVisitor });
    expect(sensorsEvent(old)['traits']).not.toHaveProperty('$is_login_id');
    expect(sensorsEvent({ ...old, properties: {} })).toMatchObject({ anonymousId: 'u1' });
    const signUp = { ...old, type: 'track_signup', event: '$SignUp', original_id: 'c1', properties: {} };
    expect(sensorsEvent(signUp)).toMatchObject({
      userId: 'u1',
      anonymousId: 'c1',
      event: '$SignUp',
      ...alsoVisitor,
    });
    expect(sensorsEvent({ ...signUp, event: undefined })).toMatchObject({ event: '$SignUp' });
  });

  it.each([undefined, '', null])('refuses a track whose event is %p: it is no sign-up', async (event) => {
    const { post } = setup();
    const answer = await post('/sa?token=key', JSON.stringify([{ ...bought, event }]));
    expect(await answer.json()).toMatchObject({ okEvents: 0, errors: [{ code: 'ENVELOPE_FIELD_INVALID' }] });
  });

  it('keeps an identity whose name is one that objects have', () => {
    const event = sensorsEvent({ ...bought, identities: { $identity_constructor: 'x' } });
    expect(event).toMatchObject({ context: { externalIds: [{ type: 'constructor', id: 'x' }] } });
    expect(sensorsEvent({ ...bought, identities: { constructor: 'x' } })).toMatchObject({
      context: { externalIds: [{ type: 'constructor', id: 'x' }] },
    });
  });

  it('keeps the digits of a 64-bit number', async () => {
    const { kept, post } = setup();
    const body = JSON.stringify([{ ...bought, properties: { order_id: 1 } }]).replace(':1}', ':616581622363398145}');
    await post('/sa?token=key', body);
    expect(itemsOf(kept[0]!.body)[0]).toMatchObject({ properties: { order_id: '616581622363398145' } });
  });

  it('names an item by no kind that people have', () => {
    const item = sensorsEvent({ type: 'item_set', item_type: 'book', item_id: '7', distinct_id: 'u1' });
    expect(item).not.toHaveProperty('userId');
    expect(item).toMatchObject({ context: { externalIds: [{ type: 'item', id: '7', namespace: 'book' }] } });
  });

  it('refuses what it does not know, and keeps it whole', async () => {
    const { kept, post } = setup();
    const answer = await post('/sa?token=key', JSON.stringify([bought, { type: 'new' }, 7, { ...bought, time: 'x' }]));
    expect(await answer.json()).toMatchObject({
      okEvents: 1,
      errors: [
        { index: 1, code: 'ENVELOPE_TYPE_UNKNOWN' },
        { index: 2, code: 'ENVELOPE_TYPE_UNKNOWN' },
        { index: 3, code: 'ENVELOPE_TIME_INVALID' },
      ],
    });
    expect(itemsOf(kept[0]!.body)[1]).toEqual({ type: 'untranslated', item: { type: 'new' } });
  });

  it('an act without a name is refused, not counted as a sign-up', () => {
    for (const event of [undefined, '', null])
      expect(checkEnvelope(sensorsEvent({ ...bought, event }), { receivedAt: NOW })).toMatchObject({
        refusal: { code: 'ENVELOPE_FIELD_INVALID' },
      });
    expect(sensorsEvent({ ...bought, type: 'track_signup', event: undefined })).toMatchObject({ event: '$SignUp' });
  });

  it.each([true, [], {}, 1_764_237_600, '1764237600', 'soon', 1e15])('a time that is none is refused: %j', (time) =>
    expect(checkEnvelope(sensorsEvent({ ...bought, time }), { receivedAt: NOW })).toMatchObject({
      refusal: { code: 'ENVELOPE_TIME_INVALID' },
    }),
  );

  it('tells two events apart that share a random number, and not a repeated one', () => {
    const id = (more: object) => sensorsEvent({ ...bought, ...more })['messageId'];
    expect(id({})).toBe(id({ _flush_time: NOW + 9 }));
    expect(new Set([id({}), id({ time: NOW }), id({ event: 'X' }), id({ distinct_id: 'u2' })]).size).toBe(4);
    const long = sensorsEvent({ ...bought, identities: {}, distinct_id: '长'.repeat(200), event: '事'.repeat(100) });
    expect(checkEnvelope(long, { receivedAt: NOW }).ok).toBe(true);
  });
});

describe('Snowplow', () => {
  const common = { aid: 'key', eid: 'e1', uid: 'u1', duid: 'd1', dtm: String(NOW - 5_000), stm: String(NOW), tv: 'js' };
  const inner = {
    schema: 'iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0',
    data: { schema: 'iglu:com.acme/order_completed/jsonschema/1-0-0', data: { 口红: 2 } },
  };

  it('is read from its payload, with the app id as the key', async () => {
    const { kept, post } = setup();
    const data = [{ ...common, e: 'ue', ue_px: base64(JSON.stringify(inner)) }];
    const body = JSON.stringify({ schema: 'iglu:payload_data', data });
    expect((await post('/com.snowplowanalytics.snowplow/tp2', body)).status).toBe(200);
    expect(itemsOf(kept[0]!.body)[0]).toMatchObject({
      type: 'track',
      event: 'order_completed',
      messageId: 'e1',
      userId: 'u1',
      anonymousId: 'd1',
      properties: { 口红: 2 },
      timestamp: '2026-05-31T23:59:55.000Z',
    });
  });

  it('is read from a query', async () => {
    const { app, kept } = setup();
    expect((await app.request(`/i?${form({ ...common, e: 'pv', url: 'https://a.example/', page: 'T' })}`)).status).toBe(
      200,
    );
    expect(itemsOf(kept[0]!.body)[0]).toMatchObject({ type: 'page', name: 'T' });
  });

  it('says structured events in our words and refuses what has no meaning here', () => {
    expect(snowplowEvent({ ...common, e: 'se', se_ca: 'c', se_ac: 'Add', se_va: '2' })).toMatchObject({
      event: 'Add',
      properties: { category: 'c', value: 2 },
    });
    const stated = snowplowEvent({ ...common, e: 'pv', ttm: String(NOW - 86_400_000) });
    expect(stated).toMatchObject({ timestamp: new Date(NOW - 86_400_000).toISOString() });
    expect(stated).not.toHaveProperty('sentAt');
    const seconds = snowplowEvent({ ...common, e: 'pv', dtm: '1764237600' });
    expect(checkEnvelope(seconds, { receivedAt: NOW })).toMatchObject({ refusal: { code: 'ENVELOPE_TIME_INVALID' } });
    expect(snowplowEvent({ ...common, e: 'se', se_ac: 'Add', se_va: '' })['properties']).not.toHaveProperty('value');
    expect(snowplowEvent({ ...common, e: 'se', se_ac: 'Add', se_va: 'abc' })).toMatchObject({
      properties: { value: 'abc' },
    });
    expect(snowplowEvent({ ...common, e: 'tr' })).toMatchObject({ type: 'untranslated' });
    expect(snowplowEvent({ ...common, e: 'ue', ue_pr: '{' })).toMatchObject({ type: 'untranslated' });
  });

  it('cuts a long title at a character, and keeps it whole as the page’s', () => {
    const title = `${'字'.repeat(254)}😀${'尾'.repeat(9)}`;
    const view = snowplowEvent({ ...common, e: 'pv', page: title, url: 'https://a.example/' });
    expect(view).toMatchObject({ name: '字'.repeat(254), properties: { title }, context: { page: { title } } });
    expect(checkEnvelope(view, { receivedAt: NOW }).ok).toBe(true);
  });

  it('keeps what a ping measured and what an act was about', () => {
    const schema = (name: string) => `iglu:com.acme/${name}/jsonschema/1-0-0`;
    const data = [
      { schema: schema('web_page'), data: { id: 'p1' } },
      { schema: schema('product'), data: { sku: 'a' } },
      { schema: schema('product'), data: { sku: 'b' } },
      { schema: 'no schema', data: 1 },
    ];
    const co = JSON.stringify({ schema: 'iglu:contexts', data });
    const ping = { ...common, e: 'pp', pp_mix: '0', pp_max: '12', pp_miy: '0', pp_may: '3400', co };
    expect(snowplowEvent(ping)).toMatchObject({
      event: 'Page Pinged',
      properties: {
        pp_mix: 0,
        pp_max: 12,
        pp_miy: 0,
        pp_may: 3400,
        entities: { web_page: { id: 'p1' }, product: [{ sku: 'a' }, { sku: 'b' }] },
      },
    });
    const cx = base64(co);
    expect(snowplowEvent({ ...ping, co: undefined, cx })).toEqual(snowplowEvent(ping));
  });

  it('turns a body away that is no payload', async () => {
    const { post } = setup();
    expect((await post('/com.snowplowanalytics.snowplow/tp2?writeKey=key', '{"data":1}')).status).toBe(400);
    expect((await post('/com.snowplowanalytics.snowplow/tp2', '{"data":[]}')).status).toBe(401);
  });
});
