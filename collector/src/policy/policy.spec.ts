import { describe, expect, it } from '@jest/globals';
import { crc32, defaultPolicy, REFUSAL_CODES, type CarriedPolicy, type LogHeader } from '@perennial/contract';
import { FOREIGN } from '../adapters/foreign.js';
import { createCollector, type CollectorDeps } from '../app.js';
import { InFlight } from '../in-flight.js';
import { Metrics } from '../metrics.js';
import { receiveWeb } from '../receive.js';
import { glance } from '../runtime/node/receive.js';
import { compileOrigins } from './origins.js';
import { compilePolicy } from './policy.js';
import { RateLimits } from './rate.js';

const SECRET = '13912345678';

function setup(settings: Partial<CarriedPolicy>, more: Partial<CollectorDeps> = {}) {
  const kept: { header: LogHeader; text: string }[] = [];
  const metrics = new Metrics();
  const clock = { now: Date.parse('2026-06-01T00:00:00Z') };
  const limits = new RateLimits(() => clock.now);
  const carried: CarriedPolicy = { ...defaultPolicy('web'), revision: 3, hashKey: 'k', ...settings };
  const policy = compilePolicy(carried, {
    digestFor: () => (text) => crc32(new TextEncoder().encode(text)).toString(16),
    limits,
  });
  const app = createCollector({
    sourceOf: (key) => (key.startsWith('key') ? { sourceId: 's1', policy } : 'unknown'),
    keep: (header, body) => Promise.resolve(void kept.push({ header, text: new TextDecoder().decode(body) })),
    now: () => clock.now,
    receive: (c) => ({ ...receiveWeb(c), ip: '203.0.113.77' }),
    glance,
    foreign: FOREIGN,
    truncatesIp: true,
    inFlight: new InFlight(1e7),
    metrics,
    ...more,
  });
  const send = async (body: unknown, headers: Record<string, string> = {}, path = '/v1/batch') => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await app.request(path, {
      method: 'POST',
      body: text,
      headers: { 'x-write-key': 'key', ...headers },
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  };
  return { app, kept, metrics, clock, limits, send };
}

const track = (more: object = {}) => ({ type: 'track', event: 'Paid', userId: 'm1', ...more });
const batch = (n: number) => ({ batch: Array.from({ length: n }, () => track()) });

describe('allowed origins', () => {
  const origins = ['https://shop.example.com', 'https://*.example.cn:8443'];

  it.each([
    ['https://shop.example.com', true],
    ['https://a.b.example.cn:8443', true],
    ['https://example.cn:8443', false],
    ['https://evilexample.cn:8443', false],
    ['http://shop.example.com', false],
    ['https://shop.example.com.evil.com', false],
    ['null', false],
  ])('%s may send: %s', (origin, isAllowed) => expect(compileOrigins(origins)!(origin)).toBe(isAllowed));

  it('bind browsers: others are refused with 403, counted, and their page may not read the answer', async () => {
    const { send, kept, metrics } = setup({ origins });
    const good = await send(batch(1), { origin: 'https://shop.example.com' });
    expect([good.status, good.headers.get('access-control-allow-origin')]).toEqual([200, 'https://shop.example.com']);
    const bad = await send(batch(1), { origin: 'https://evil.example' });
    expect([bad.status, bad.body['code'], bad.headers.get('access-control-allow-origin')]).toEqual([
      403,
      'ORIGIN_REFUSED',
      null,
    ]);
    expect((await send(batch(1))).status).toBe(200);
    expect(kept).toHaveLength(2);
    expect(metrics.value('requests_turned_total', 'code="ORIGIN_REFUSED"')).toBe(1);
  });

  it('answer a preflight that names its key', async () => {
    const { app } = setup({ origins });
    const ask = (origin: string, query: string) =>
      app.request(`/v1/batch${query}`, { method: 'OPTIONS', headers: { origin } });
    const allowed = async (origin: string, query: string) =>
      (await ask(origin, query)).headers.get('access-control-allow-origin');
    expect(await allowed('https://evil.example', '?writeKey=key')).toBeNull();
    expect(await allowed('https://shop.example.com', '?writeKey=key')).toBe('https://shop.example.com');
    expect(await allowed('https://evil.example', '')).toBe('https://evil.example');
  });
});

describe('rate limits', () => {
  it('let a burst through, then ask to come back when there is room', async () => {
    const { send, clock, metrics } = setup({ rate: { events: 10, burst: 20 } });
    expect((await send(batch(20))).status).toBe(200);
    const late = await send(batch(1));
    expect([late.status, late.body['code'], late.headers.get('retry-after')]).toEqual([429, 'RATE_LIMITED', '1']);
    expect((await send(batch(1), { 'x-write-key': 'key2' })).status).toBe(200);
    clock.now += 1_000;
    expect((await send(batch(1))).status).toBe(200);
    expect(metrics.value('requests_turned_total', 'code="RATE_LIMITED"')).toBe(1);
  });

  it('take a batch larger than the burst, late', async () => {
    const { send, clock } = setup({ rate: { events: 10, burst: 20 } });
    expect((await send(batch(120))).status).toBe(200);
    expect((await send(batch(1))).headers.get('retry-after')).toBe('11');
    clock.now += 11_000;
    expect((await send(batch(1))).status).toBe(200);
  });

  it('count what nobody can read as well', async () => {
    const { send } = setup({ rate: { events: 1, burst: 2 } });
    for (let n = 0; n < 2; n++) expect((await send('{')).status).toBe(400);
    expect((await send('{', {}, '/v1/track?writeKey=key')).status).toBe(429);
  });

  it('need bounded memory, and hold on average over any stretch', () => {
    const clock = { now: 0 };
    const limits = new RateLimits(() => clock.now, 100);
    for (let n = 0; n < 10_000; n++) limits.take(`k${n}`, { events: 1, burst: 1 }, 1);
    expect(limits.size).toBe(100);
    let taken = 0;
    for (; clock.now < 60_000; clock.now += 7)
      if (limits.waitOf('k', { events: 50, burst: 100 }) === 0) {
        limits.take('k', { events: 50, burst: 100 }, 3);
        taken += 3;
      }
    expect(taken).toBeGreaterThan(3_000);
    expect(taken).toBeLessThan(3_110);
  });
});

describe('a tracking plan in force', () => {
  const plan = (mode: 'observe' | 'warn' | 'block') => ({
    plan: {
      mode,
      events: [{ name: '付款', properties: [{ path: 'total', type: 'number' as const, isRequired: true }] }],
    },
  });
  const good = { ...track({ event: '付款' }), properties: { total: 1 } };
  const bad = { ...track({ event: '付款' }), properties: { total: SECRET } };
  const unknown = track({ event: 'Unheard Of' });
  const findings = [
    {
      code: 'PLAN_PROPERTY_INVALID',
      event: '付款',
      path: 'total',
      found: 'text of 11',
      expected: 'a number',
      count: 1,
    },
    { code: 'PLAN_EVENT_UNKNOWN', event: 'Unheard Of', path: '', found: '', expected: 'a planned event', count: 2 },
  ];
  const body = { batch: [good, bad, unknown, unknown] };

  it('observes: all is accepted, the frame and the metrics tell', async () => {
    const { send, kept, metrics } = setup(plan('observe'));
    expect((await send(body)).body).toEqual({ ok: true, receivedEvents: 4, okEvents: 4, errors: [] });
    expect(kept[0]!.header.plan).toEqual({ revision: 3, findings });
    expect(kept[0]!.text).toBe(JSON.stringify(body));
    expect(metrics.value('plan_findings_total', 'code="PLAN_EVENT_UNKNOWN"')).toBe(2);
  });

  it('warns: accepted and marked, with a reason for each item', async () => {
    const { send, kept } = setup(plan('warn'));
    const { body: answer } = await send(body);
    expect(answer).toMatchObject({ ok: true, okEvents: 4, errors: [] });
    expect(answer['warnings']).toEqual([
      { index: 1, code: 'PLAN_PROPERTY_INVALID', message: '付款: total must be a number (was text of 11)' },
      { index: 2, code: 'PLAN_EVENT_UNKNOWN', message: 'Unheard Of is not in the tracking plan' },
      { index: 3, code: 'PLAN_EVENT_UNKNOWN', message: 'Unheard Of is not in the tracking plan' },
    ]);
    expect(kept[0]!.header.plan?.items).toEqual([
      { index: 1, codes: ['PLAN_PROPERTY_INVALID'] },
      { index: 2, codes: ['PLAN_EVENT_UNKNOWN'] },
      { index: 3, codes: ['PLAN_EVENT_UNKNOWN'] },
    ]);
    expect(kept[0]!.header.refused).toBeUndefined();
  });

  it('blocks: those items are refused and kept, their neighbours go on; other refusals stand in order', async () => {
    const { send, kept } = setup(plan('block'));
    const { body: answer } = await send({ batch: [bad, good, { type: 'track' }, unknown] });
    expect(answer).toMatchObject({ ok: false, receivedEvents: 4, okEvents: 1 });
    const codes = (answer['errors'] as { code: string }[]).map(({ code }) => code);
    expect(codes).toEqual(['PLAN_PROPERTY_INVALID', 'ENVELOPE_ID_MISSING', 'PLAN_EVENT_UNKNOWN']);
    expect(kept[0]!.header.refused!.map(({ index }) => index)).toEqual([0, 2, 3]);
    expect(JSON.stringify(answer) + JSON.stringify(kept[0]!.header)).not.toContain(SECRET);
  });

  it('is not fooled by escapes: what only looks like a planned name at a glance is unknown', async () => {
    const { send } = setup(plan('block'));
    const escaped = [...Buffer.from('付款')].map((byte) => `\\u00${byte.toString(16)}`).join('');
    const { body: answer } = await send(
      `{"batch":[{"type":"track","userId":"m","event":"${escaped}","properties":{"total":1}}]}`,
    );
    expect(answer['okEvents']).toBe(0);
    const ours = JSON.stringify({ batch: [good] }).replace('付款', '\\u4ed8\\u6b3e');
    expect((await send(ours)).body['okEvents']).toBe(1);
  });

  it('a request brings at most fifty different findings', async () => {
    const { send, kept } = setup(plan('observe'));
    await send({ batch: Array.from({ length: 500 }, (_, n) => track({ event: `E${n}` })) });
    expect(kept[0]!.header.plan!.findings).toHaveLength(50);
  });
});

describe('scrubbing in force', () => {
  const scrub: CarriedPolicy['scrub'] = [{ pattern: 'phone', action: 'mask' }];

  it('keeps the clean body alone, and says from which bytes it was made', async () => {
    const { send, kept, metrics } = setup({ scrub });
    const body = ` {"batch":[${JSON.stringify(track({ properties: { note: SECRET } }))},{"type":"${SECRET}"}]}`;
    const { body: answer } = await send(body);
    expect(answer).toMatchObject({ receivedEvents: 2, okEvents: 1 });
    const bytes = new TextEncoder().encode(body);
    expect(kept[0]!.header.scrubbed).toEqual({ revision: 3, bytes: bytes.length, crc32: crc32(bytes), values: 2 });
    expect(kept[0]!.text + JSON.stringify(kept[0]!.header)).not.toContain(SECRET);
    expect(metrics.value('scrubbed_values_total')).toBe(2);
  });

  it('does not keep what it cannot read, nor what a member said twice hides', async () => {
    const { send, kept } = setup({ scrub });
    expect((await send(`{"batch":[${SECRET}`)).status).toBe(400);
    expect(kept[0]).toMatchObject({ text: '{}', header: { scrubbed: { isWithheld: true }, refused: [{ index: -1 }] } });
    await send(`{"batch":[{"type":"track","event":"X","userId":"m","properties":{"a":"${SECRET}"},"properties":{}}]}`);
    await send(`data=${SECRET}`, {}, '/sa?token=key');
    expect(kept).toHaveLength(3);
    expect(JSON.stringify(kept)).not.toContain(SECRET);
  });

  it('reaches clients of other forms', async () => {
    const { send, kept } = setup({ scrub });
    const event = {
      type: 'track',
      event: 'Pay',
      distinct_id: 'd',
      time: Date.parse('2026-05-31'),
      properties: { note: SECRET },
    };
    const data = encodeURIComponent(btoa(JSON.stringify(event)));
    expect((await send(`data=${data}`, {}, '/sa?token=key')).body).toMatchObject({ okEvents: 1 });
    expect(kept[0]!.header).toMatchObject({ translated: { by: 'sensors' }, scrubbed: { values: 1 } });
    expect(kept[0]!.text).toContain('139****78');
  });

  it('comes before the plan', async () => {
    const { send, kept } = setup({
      scrub: [{ path: 'properties.total', action: 'drop' }],
      plan: { mode: 'block', events: [{ name: 'Paid', properties: [{ path: 'total', isRequired: true }] }] },
    });
    expect((await send({ batch: [track({ properties: { total: 1 } })] })).body['okEvents']).toBe(0);
    expect(kept[0]!.header).toMatchObject({ scrubbed: { values: 1 }, plan: { findings: [{ path: 'total' }] } });
  });
});

describe('what a request tells', () => {
  const factsOf: CollectorDeps['factsOf'] = (userAgent, address) => ({
    ...(userAgent && { browser: 'Chrome' }),
    ...(address === '203.0.113.77' && { city: '上海' }),
    ...(userAgent === 'Bot' && { isBot: true as const }),
  });

  it('is stamped once, by the whole address though less of it is kept', async () => {
    const { send, kept } = setup({}, { factsOf });
    await send(batch(2), { 'user-agent': 'Mozilla' });
    expect(kept[0]!.header).toMatchObject({ ip: '203.0.113.0', request: { browser: 'Chrome', city: '上海' } });
  });

  it('is left out where a server speaks for its visitors', async () => {
    const { send, kept } = setup({ isEnriched: false }, { factsOf });
    await send(batch(1), { 'user-agent': 'Bot' });
    expect(kept[0]!.header.request).toBeUndefined();
  });

  it.each([
    ['keep', { browser: 'Chrome', city: '上海' }],
    ['mark', { browser: 'Chrome', city: '上海', isBot: true }],
  ] as const)('robots: %s', async (bots, request) => {
    const { send, kept } = setup({ bots }, { factsOf });
    expect((await send(batch(1), { 'user-agent': 'Bot' })).body['okEvents']).toBe(1);
    expect(kept[0]!.header.request).toEqual(request);
  });

  it('robots: drop, counted', async () => {
    const { send, kept, metrics } = setup({ bots: 'drop' }, { factsOf });
    const { body } = await send(batch(3), { 'user-agent': 'Bot' });
    expect(body).toEqual({ ok: true, receivedEvents: 3, okEvents: 0, errors: [], dropped: 'BOT' });
    expect(kept).toEqual([]);
    expect(metrics.value('events_total', 'outcome="dropped",code="BOT"')).toBe(3);
  });
});

it('puts no word of a client into a label', async () => {
  const { send, metrics } = setup({ origins: ['https://a.example'], plan: { mode: 'block', events: [] } });
  for (const item of [track({ event: SECRET }), { type: SECRET }, SECRET, null]) await send({ batch: [item] });
  for (const body of ['{', '[]', '{"batch":1}']) await send(body);
  await send(batch(1), { origin: `https://${SECRET}.example` });
  await send(batch(1), { 'x-write-key': SECRET });
  const codes = [...metrics.text().matchAll(/code="([^"]*)"/g)].map(([, code]) => code!);
  const ours = new Set<string>([...REFUSAL_CODES, 'BATCH_MISSING', 'ORIGIN_REFUSED', 'WRITE_KEY_UNKNOWN']);
  expect(codes.length).toBeGreaterThan(5);
  expect(codes.filter((code) => !ours.has(code))).toEqual([]);
});
