import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { Phone, Program, type ProgramOptions, type Sent } from '../emulator/index.js';
import { bundleTracker } from '../../tracker.mjs';
import type { Perennial } from './index.js';

interface Act {
  type: string;
  event?: string;
  name?: string;
  userId?: string;
  anonymousId: string;
  messageId: string;
  timestamp: string;
  properties: Record<string, unknown>;
  context: Record<string, Record<string, unknown>> & { externalIds?: object[] };
}

let bundle = '';
beforeAll(async () => {
  bundle = await bundleTracker();
});

const running: Program[] = [];
afterEach(() => running.splice(0).forEach((program) => program.kill()));

/** A phone whose collector keeps what it gets, and answers as it is told to. */
function aPhone() {
  const acts: Act[] = [];
  const requests: Sent[] = [];
  const collector = { status: 200, header: {} as Record<string, string>, waits: 0 };
  const phone = new Phone(async (sent) => {
    requests.push(sent);
    if (collector.waits) await new Promise((resolve) => setTimeout(resolve, collector.waits));
    if (collector.status === 200) acts.push(...(JSON.parse(sent.body) as { batch: Act[] }).batch);
    return { status: collector.status, header: collector.header, body: '{"ok":true,"receivedEvents":1,"errors":[]}' };
  });
  const names = () => acts.map(({ event, name, type }) => event ?? name ?? type);
  const act = (name: string) => acts.find(({ event, type }) => event === name || (!event && type === name))!;
  return { phone, acts, requests, collector, names, act };
}

const PAGE = 'Page({})';

/** One run of a program with the tracker in its `app.js`. */
function run(
  phone: Phone,
  options: object = {},
  more: Partial<ProgramOptions> & { app?: string; index?: string } = {},
) {
  const said = JSON.stringify({
    endpoint: 'https://events.example.com',
    writeKey: 'wk',
    flushMs: 2,
    sessionMinutes: 0,
    ...options,
  });
  const app = `const { createPerennial } = require('perennial-mini'); const perennial = createPerennial(${said}); App({ perennial });`;
  const program = new Program({ phone, app, npm: { 'perennial-mini': bundle }, ...more });
  running.push(program);
  program.define('pages/index/index', more.index ?? PAGE);
  program.define('pages/product/product', more.index ?? PAGE);
  const perennial = program.app['perennial'] as Perennial;
  return { program, perennial };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** However slow the machine is; the test's own limit ends what never comes. */
const until = async (holds: () => boolean) => {
  while (!holds()) await wait(5);
};

/** Until nothing is queued and nothing is on its way, on a machine that may be busy. */
async function settle(): Promise<void> {
  await wait(20);
  const isBusy = () => running.some(({ isBusy }) => isBusy);
  for (let left = 100; left > 0 && isBusy(); left--) await wait(20);
}

describe('the file', () => {
  it('is small, and makes no global names', () => {
    // Of these the shared heart is 4.5 kB.
    expect(gzipSync(bundle).length).toBeLessThan(9_600);
    const { phone } = aPhone();
    const { program } = run(phone);
    const names = program.evaluate('Object.getOwnPropertyNames(globalThis)') as string[];
    expect(names).not.toContain('createPerennial');
    expect(names.filter((name) => /perennial/i.test(name))).toEqual([]);
  });

  it('says what is wrong where there is no mini program', () => {
    const nowhere = createContext({ exports: {} });
    runInContext(bundle, nowhere);
    expect(() => runInContext('exports.createPerennial({})', nowhere)).toThrow(/no mini program/);
  });
});

describe('the app', () => {
  const launch = {
    path: 'pages/product/product',
    query: { id: '9', utm_source: 'wechat', utm_campaign: '%E6%98%A5%E5%AD%A3' },
    scene: 1037,
    referrerInfo: { appId: 'wxother' },
    shareTicket: 'ticket',
  };

  it('is told of when opened, shown and away, with the way in', async () => {
    const { phone, names, act } = aPhone();
    const { program, perennial } = run(phone, { sessionMinutes: 30 }, { launch });
    program.start();
    program.hide();
    await perennial.flush();
    expect(names()).toEqual(['Session Started', 'App Launched', 'App Shown', 'pages/index/index', 'App Hidden']);
    expect(act('App Launched').properties).toEqual({
      path: 'pages/product/product',
      search: 'id=9&utm_source=wechat&utm_campaign=%E6%98%A5%E5%AD%A3',
      scene: '1037',
      sceneGroup: 'program',
      referrerAppId: 'wxother',
      shareTicket: 'ticket',
    });
    expect(act('App Launched').context).toMatchObject({
      campaign: { source: 'wechat', name: '春季' },
      app: { name: 'wechat', namespace: 'wx0123456789abcdef', version: '1.2.0' },
      os: { name: 'android' },
      library: { name: 'perennial-mini' },
    });
    expect(act('App Hidden').properties).toEqual({ seconds: 0 });
  });

  it('is told of once, whether by its own hooks or by the listeners; two hides are one', async () => {
    const { phone, names } = aPhone();
    const { program, perennial } = run(phone);
    program.start();
    program.hide();
    program.tell('AppHide');
    program.show();
    program.hide();
    await perennial.flush();
    program.show();
    await settle();
    expect(names().filter((name) => name.startsWith('App '))).toEqual([
      'App Launched',
      'App Shown',
      'App Hidden',
      'App Shown',
      'App Hidden',
      'App Shown',
    ]);
  });

  it('that makes its tracker late is told of by what the vendor remembers', async () => {
    const { phone, names, act } = aPhone();
    const app = `App({ begin() { this.perennial = require('perennial-mini').createPerennial({ endpoint: 'https://events.example.com', writeKey: 'wk', flushMs: 2 }) } })`;
    const { program } = run(phone, {}, { app, launch });
    program.start();
    program.hook(program.app, 'begin');
    await settle();
    expect(names()).toEqual(['Session Started', 'App Launched']);
    expect(act('Session Started').properties).toMatchObject({ number: 1, scene: '1037', sceneGroup: 'program' });
  });

  it('begins a new session with a new campaign', async () => {
    const { phone, acts } = aPhone();
    const { program } = run(phone, { sessionMinutes: 30 });
    program.start();
    program.hide();
    program.show({ path: 'pages/index/index', scene: 1045, query: { gdt_vid: 'v1' } });
    await settle();
    const sessions = acts.filter(({ event }) => event === 'Session Started');
    expect(sessions.map(({ context }) => context['campaign'])).toEqual([undefined, { clickIds: { gdt_vid: 'v1' } }]);
  });
});

describe('pages', () => {
  it('are told of with where one came from and how long they were looked at', async () => {
    const { phone, acts } = aPhone();
    const { program } = run(phone, { capture: { app: false } });
    program.start();
    await wait(600);
    program.open('pages/product/product', { id: '9', token: 'secret' });
    program.back();
    await settle();
    expect(acts.map(({ name, event }) => name ?? event)).toEqual([
      'pages/index/index',
      'Page Engaged',
      'pages/product/product',
      'pages/index/index',
    ]);
    expect(acts[1]).toMatchObject({ properties: { seconds: 1 }, context: { page: { path: '/pages/index/index' } } });
    expect(acts[2]!.context['page']).toEqual({
      path: '/pages/product/product',
      search: '?id=9&token=secret',
      url: 'pages/product/product?id=9&token=secret',
      referrer: 'pages/index/index',
    });
  });

  it('leave out parameters that are to be hidden, everywhere', async () => {
    const { phone, requests } = aPhone();
    const { program } = run(phone, { hideQuery: ['token'] }, { launch: { query: { token: 'secret', id: '9' } } });
    program.start('pages/product/product', { token: 'secret' });
    program.hide();
    await settle();
    expect(requests.map(({ body }) => body).join('')).not.toContain('secret');
  });

  it('made of components are found by those, and told of once', async () => {
    const { phone, names } = aPhone();
    const { program } = run(phone, { capture: { app: false } });
    program.define('parts/card', 'Component({ methods: { close() {} } })');
    program.define('parts/bar', 'Component({ pageLifetimes: { show() { this.isSeen = true } } })');
    program.defined.set('pages/whole/whole', {});
    program.start();
    program.open('pages/whole/whole');
    const instance: Record<string, unknown> = {};
    for (const { pageLifetimes } of program.components) (pageLifetimes as { show(): void }).show.call(instance);
    await settle();
    expect(names()).toEqual(['pages/index/index', 'pages/whole/whole']);
    expect(instance['isSeen']).toBe(true);
    // Whoever calls a component's hook by hand tells of no other page.
    (program.components[0]!['methods'] as { onShow(): void }).onShow.call({});
    await settle();
    expect(names()).toHaveLength(2);
  });

  it('keep their hooks: this, arguments, results and failures are those of the program', () => {
    const { phone } = aPhone();
    const { program } = run(
      phone,
      {},
      {
        index: `class Base { inherited() { return this.route } }
        class Own extends Base { onLoad(query) { this.query = query } buy(event, more) { return [this.route, more] } fails() { throw new Error('own') } }
        const page = new Own(); page.tap = function () { return this.inherited() }; page.Kind = class { static x = 1 }; Page(page);`,
      },
    );
    program.start('pages/product/product', { id: '1' });
    const top = program.top as unknown as Record<string, (...args: unknown[]) => unknown> & {
      Kind: { new (): object; x: number };
    };
    expect(top['query']).toEqual({ id: '1' });
    expect(top['tap']!()).toBe('pages/product/product');
    expect(() => top['fails']!()).toThrow('own');
    expect([new top.Kind() instanceof top.Kind, top.Kind.x]).toEqual([true, 1]);
  });

  it('are refreshed by being pulled down only where the program lets them', async () => {
    const { phone, names } = aPhone();
    const { program } = run(phone, {}, { index: 'Page({ onPullDownRefresh() {} })' });
    program.define('pages/other/other', PAGE);
    program.start();
    program.hook(program.top!, 'onPullDownRefresh');
    await settle();
    expect(names()).toContain('Page Refreshed');
    expect('onPullDownRefresh' in program.defined.get('pages/other/other')!).toBe(false);
  });

  it('may be told of by the program itself, with the page that is before the visitor', async () => {
    const { phone, acts } = aPhone();
    const { program, perennial } = run(phone, { capture: { pages: false, app: false } });
    program.start('pages/product/product', { id: '9' });
    perennial.page('商品', { sku: 's1' });
    await settle();
    expect(acts).toEqual([
      expect.objectContaining({
        type: 'page',
        name: '商品',
        properties: { sku: 's1' },
        context: expect.objectContaining({ page: expect.objectContaining({ url: 'pages/product/product?id=9' }) }),
      }),
    ]);
  });
});

describe('taps', () => {
  it('on marked elements are named by the mark, with its properties; others are nobody’s business', async () => {
    const { phone, acts } = aPhone();
    const { program } = run(
      phone,
      { capture: { app: false, pages: false } },
      { index: 'Page({ buy() { return 7 }, more() {}, onShowDetail() {} })' },
    );
    program.start();
    expect(program.tap('buy', { perennial: 'Coupon Tapped', perennialSku: 's1', perennialPrice: 9, own: 'x' })).toBe(7);
    program.tap('buy', { perennial: '' });
    program.tap('buy', { own: 'x' });
    program.tap('more', { perennial: 'Scrolled' }, 'scroll');
    program.tap('onShowDetail', { perennial: 'Detail Opened' });
    await settle();
    expect(acts.map(({ event, properties }) => [event, properties])).toEqual([
      ['Coupon Tapped', { sku: 's1', price: 9 }],
      ['Element Tapped', {}],
      ['Detail Opened', {}],
    ]);
  });
});

describe('shares', () => {
  const index = `Page({ onShareAppMessage() { return { title: '新品', path: '/pages/product/product?id=9&p_share=old' } } })`;

  it('put a mark into the path, and whoever comes by it is one hand further', async () => {
    const [first, second, third] = [aPhone(), aPhone(), aPhone()];
    const { program, perennial } = run(first.phone, {}, { index });
    const card = program.start().share('button')!;
    await settle();
    const shared = first.act('Page Shared');
    expect(card).toEqual({
      title: '新品',
      path: `/pages/product/product?id=9&p_share=${String(shared.properties['shareId'])}&p_depth=1&p_from=${perennial.ids().anonymousId}`,
    });
    expect(shared.properties).toMatchObject({ depth: 1, by: 'button' });

    const query = Object.fromEntries(new URLSearchParams(card.path!.split('?')[1]));
    const next = run(second.phone, {}, { index, launch: { scene: 1007, path: 'pages/product/product', query } });
    const further = next.program.start('pages/product/product', query).share()!;
    await settle();
    expect(second.names().filter((name) => name === 'Share Opened')).toHaveLength(1);
    expect(second.act('Share Opened').properties).toEqual({
      shareId: shared.properties['shareId'],
      depth: 1,
      from: perennial.ids().anonymousId,
    });
    expect(further.path).toMatch(/\?id=9&p_share=\w+&p_depth=2&p_from=/);
    expect(further.path!.match(/p_share/g)).toHaveLength(1);

    // A code has room for little: short names are written out, and the share is found there too.
    const scene = encodeURIComponent('s=poster&p_share=x1&p_depth=3');
    run(
      third.phone,
      { codeParameters: { s: 'utm_source' }, sessionMinutes: 30 },
      { launch: { scene: 1047, query: { scene } } },
    ).program.start();
    await settle();
    expect(third.act('App Launched')).toMatchObject({
      properties: { sceneGroup: 'code', code: 's=poster&p_share=x1&p_depth=3', shareId: 'x1', depth: 3 },
      context: { campaign: { source: 'poster' } },
    });
  });

  it('without a card share the present page; a card that comes later is marked too', async () => {
    const { phone } = aPhone();
    const { program } = run(phone, {}, { index: 'Page({ onShareAppMessage() {} })' });
    expect(program.start('pages/product/product', { id: '9' }).share()!.path).toMatch(
      /^pages\/product\/product\?id=9&p_share=/,
    );
    program.define(
      'pages/late/late',
      `Page({ onShareAppMessage() { return { promise: Promise.resolve({ path: '/late' }) } } })`,
    );
    program.open('pages/late/late');
    const { promise } = program.share() as { promise: Promise<{ path: string }> };
    expect((await promise).path).toMatch(/^\/late\?p_share=/);
  });

  it('are left alone where the page offers none, and where nothing may be told', () => {
    const { phone } = aPhone();
    const { program } = run(phone, { consent: 'opt-in' }, { index });
    expect(program.start().share()!.path).toBe('/pages/product/product?id=9&p_share=old');
    program.define('pages/other/other', PAGE);
    expect('onShareAppMessage' in program.defined.get('pages/other/other')!).toBe(false);
  });
});

describe('the queue', () => {
  it('survives the end of the program: what was not sent is sent by the next run, once', async () => {
    const { phone, acts, collector } = aPhone();
    phone.isOnline = false;
    const first = run(phone);
    first.program.start();
    first.perennial.track('Order Completed', { total: 9 });
    first.program.hide();
    await wait(20);
    first.program.kill();
    expect(acts).toEqual([]);
    phone.isOnline = true;
    const second = run(phone);
    await second.perennial.flush();
    await settle();
    const ids = acts.map(({ messageId }) => messageId);
    expect(acts.filter(({ event }) => event === 'Order Completed')).toHaveLength(1);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(acts.map(({ anonymousId }) => anonymousId)).size).toBe(1);
    expect(second.perennial.stats()).toMatchObject({ queued: 0, errors: 0 });
    expect(collector.status).toBe(200);
  });

  it('killed while a request is on its way says the same ids again, and nothing else twice', async () => {
    const { phone, acts, collector } = aPhone();
    collector.waits = 30;
    const first = run(phone);
    first.program.start();
    await wait(10);
    first.program.kill();
    await wait(40);
    const arrived = acts.map(({ messageId }) => messageId);
    expect(arrived.length).toBeGreaterThan(0);
    collector.waits = 0;
    await run(phone).perennial.flush();
    expect(acts.slice(arrived.length).map(({ messageId }) => messageId)).toEqual(expect.arrayContaining(arrived));
  });

  it('is sent when the program goes away, whole, and by one request', async () => {
    const { phone, names, requests } = aPhone();
    const { program, perennial } = run(phone, { flushMs: 100_000 });
    program.start();
    perennial.track('A');
    program.hide();
    program.hide();
    await settle();
    expect(names()).toEqual(['App Launched', 'App Shown', 'pages/index/index', 'A', 'App Hidden']);
    expect(requests).toHaveLength(1);
    expect(requests[0]!.header).toEqual({ 'content-type': 'text/plain' });
    expect(perennial.stats()).toMatchObject({ queued: 0, sent: 5, errors: 0 });
  });

  it('that is cut off in the background goes on when the program is back', async () => {
    const { phone, acts, collector } = aPhone();
    phone.graceMs = 5;
    collector.waits = 30;
    const { program, perennial } = run(phone, { flushMs: 100_000 });
    program.start();
    program.hide();
    await wait(15);
    expect(perennial.stats().queued).toBe(4);
    collector.waits = 0;
    await wait(40);
    program.show();
    await settle();
    expect(perennial.stats().queued).toBe(0);
    // What was cut off may have arrived: it is said again by the same ids, which core applies once.
    expect(new Set(acts.map(({ messageId }) => messageId)).size).toBe(6);
  });

  it('goes on at once when the network is back', async () => {
    const { phone, names } = aPhone();
    const { program, perennial } = run(phone, { capture: { app: false, pages: false } });
    program.start();
    program.online(false);
    perennial.track('A');
    await wait(20);
    expect(perennial.stats()).toMatchObject({ queued: 1 });
    program.online(true);
    await settle();
    expect(names()).toEqual(['A']);
  });

  it('waits when the program itself makes as many requests as the vendor allows', async () => {
    const { phone, names, collector } = aPhone();
    collector.waits = 40;
    const { program, perennial } = run(phone, { flushMs: 2, capture: { app: false, pages: false } });
    program.evaluate(
      `for (let i = 0; i < 10; i++) wx.request({ url: 'https://events.example.com/own', method: 'POST', data: '{"batch":[]}' })`,
    );
    perennial.track('A');
    await until(() => perennial.stats().errors === 1);
    expect(perennial.stats()).toMatchObject({ queued: 1, errors: 1 });
    await wait(40);
    collector.waits = 0;
    await perennial.flush();
    expect(names()).toEqual(['A']);
  });

  it('works without room in the storage, and keeps out what the vendor would refuse', async () => {
    const { phone, names } = aPhone();
    for (let i = 0; i < 10; i++) phone.kept.set(`own${i}`, 'x'.repeat(1024 * 1024 - 4));
    const { program, perennial } = run(phone);
    program.start();
    perennial.track('A');
    await settle();
    expect(names()).toContain('A');
    expect(perennial.stats()).toMatchObject({ queued: 0, errors: 0 });
    expect([...phone.kept.keys()].filter((key) => key.startsWith('perennial.'))).toEqual([]);
  });

  it('asks little of the bridge: no more calls than texts that change', async () => {
    const { phone } = aPhone();
    const { program, perennial } = run(phone, { flushMs: 100_000, capture: { app: false, pages: false } });
    program.start();
    perennial.track('A');
    phone.storageCalls = 0;
    for (let i = 0; i < 50; i++) perennial.track('A');
    expect(phone.storageCalls).toBe(50);
    await perennial.flush();
    expect(phone.storageCalls).toBeLessThanOrEqual(101);
    expect(perennial.stats().sent).toBe(51);
  });

  it.each(['https://elsewhere.example.com', 'http://events.example.com', 'events.example.com'])(
    'says once that the vendor lets nothing through to %s, and keeps everything',
    async (endpoint) => {
      const { phone, requests } = aPhone();
      const { program, perennial } = run(phone, { endpoint, capture: { app: false, pages: false } });
      program.start();
      perennial.track('A');
      for (let i = 0; i < 3; i++) await perennial.flush();
      expect(perennial.stats()).toMatchObject({
        queued: 1,
        errors: 1,
        blocked: expect.stringMatching(/domain list|invalid url/),
      });
      expect(requests).toEqual([]);
    },
  );

  it('keeps to Retry-After and to 400 for what nobody can repair', async () => {
    const { phone, collector, requests } = aPhone();
    const { perennial } = run(phone, { flushMs: 100_000, capture: { app: false } });
    Object.assign(collector, { status: 503, header: { 'Retry-After': '60' } });
    perennial.track('A');
    await perennial.flush();
    collector.status = 200;
    await perennial.flush();
    expect(requests).toHaveLength(1);
    expect(perennial.stats().queued).toBe(1);
  });
});

describe('who it is', () => {
  it('is said by the vendor’s ids from then on, over the end of the program, until reset', async () => {
    const { phone, acts } = aPhone();
    const first = run(phone, { capture: { app: false, pages: false } });
    first.perennial.setIds({ openid: 'o1', unionid: 'u1' });
    first.perennial.setIds({ openid: 'o1' });
    first.perennial.identify('m1', { phone: '13912345678' });
    await first.perennial.flush();
    first.program.kill();
    const { perennial } = run(phone, { capture: { app: false, pages: false } });
    perennial.track('A');
    perennial.reset();
    perennial.track('B');
    await perennial.flush();
    const ids = [
      { type: 'wechat_openid', id: 'o1', namespace: 'wx0123456789abcdef' },
      { type: 'wechat_unionid', id: 'u1' },
    ];
    expect(acts.map(({ event, type, userId, context }) => [event ?? type, userId, context.externalIds])).toEqual([
      ['$bind', undefined, ids],
      ['identify', 'm1', ids],
      ['A', 'm1', ids],
      ['B', undefined, undefined],
    ]);
  });

  it('refuses what is no id, and an openid of nobody knows which program', () => {
    const { phone } = aPhone();
    const { program, perennial } = run(phone, { capture: { app: false } });
    program.evaluate('wx.getAccountInfoSync = undefined');
    perennial.setIds({ openid: 'o1' });
    perennial.setIds({ openid: '', unionid: '' });
    perennial.setIds({ unionid: 7 as unknown as string });
    expect(perennial.stats()).toMatchObject({ queued: 0, errors: 3 });
  });
});

describe('consent', () => {
  it('opt-in: nothing is sent or stored before a yes', async () => {
    const { phone, names, requests } = aPhone();
    const { program, perennial } = run(phone, { consent: 'opt-in' });
    program.start();
    perennial.setIds({ openid: 'o1' });
    program.hide();
    await settle();
    expect([requests.length, [...phone.kept.keys()]]).toEqual([0, []]);
    program.show();
    perennial.consent({ analytics: true });
    perennial.track('A');
    await perennial.flush();
    expect(names()).toEqual(['Consent Updated', 'A']);
    expect(phone.kept.has('perennial.ids')).toBe(true);
    perennial.consent({ analytics: false });
    await perennial.flush();
    expect([...phone.kept.keys()]).toEqual(['perennial.consent']);
  });

  it('follows the vendor’s privacy notice: its button, the program’s listener, and what it remembers', async () => {
    const started = (more = {}) => {
      const place = aPhone();
      place.phone.needsPrivacyAuthorization = true;
      const at = run(place.phone, { consent: 'opt-in', privacy: true, ...more }, { index: 'Page({ agree() {} })' });
      at.program.start();
      expect(at.perennial.consent()).toEqual({});
      return { ...place, ...at };
    };
    const button = started();
    button.program.tap('agree', {}, 'agreeprivacyauthorization');
    expect(button.perennial.consent()).toEqual({ analytics: true });

    const listener = started();
    const resolved: object[] = [];
    const hear = listener.perennial.privacy((resolve) => {
      resolve({ event: 'exposureAuthorization' });
      expect(listener.perennial.consent()).toEqual({});
      resolve({ event: 'disagree' });
    });
    hear((answer) => resolved.push(answer), {});
    expect([listener.perennial.consent(), resolved.length]).toEqual([{ analytics: false }, 2]);

    const remembered = started();
    remembered.phone.needsPrivacyAuthorization = false;
    remembered.program.open('pages/product/product');
    expect(remembered.perennial.consent()).toEqual({ analytics: true });

    const apart = started({ privacy: false });
    apart.program.tap('agree', {}, 'agreeprivacyauthorization');
    expect(apart.perennial.consent()).toEqual({});
  });
});

describe('undone', () => {
  it('gives the runtime its constructors back, and what was wrapped says nothing more', async () => {
    const { phone, names } = aPhone();
    const app = `const own = [App, Page, Component]; const perennial = require('perennial-mini').createPerennial({ endpoint: 'https://events.example.com', writeKey: 'wk', flushMs: 2, sessionMinutes: 0 });
      const wrapped = App !== own[0] && Page !== own[1] && Component !== own[2];
      App({ perennial, wrapped, own, isRestored: () => App === own[0] && Page === own[1] && Component === own[2] });`;
    const { program, perennial } = run(phone, {}, { app });
    program.start();
    await perennial.flush();
    const before = names().length;
    perennial.close();
    expect(program.hook(program.app, 'isRestored')).toBe(true);
    expect(program.app['wrapped']).toBe(true);
    program.open('pages/product/product');
    program.hide();
    program.show();
    await settle();
    expect(names().length).toBe(before);
    expect([...program.listeners.values()].every((listeners) => listeners.size === 0)).toBe(true);
  });

  it('never breaks a program whose names may not be given another meaning; it may observe by itself', async () => {
    const { phone, names } = aPhone();
    const app = `const perennial = require('perennial-mini').createPerennial({ endpoint: 'https://events.example.com', writeKey: 'wk', flushMs: 2, sessionMinutes: 0 });
      App(perennial.observe.app({ perennial }));`;
    const program = new Program({ phone, app: '', npm: { 'perennial-mini': bundle } });
    running.push(program);
    program.evaluate(
      `for (const name of ['App', 'Page', 'Component']) Object.defineProperty(globalThis, name, { value: globalThis[name], writable: false })`,
    );
    program.define('app2', app);
    program.define('pages/index/index', 'Page(getApp().perennial.observe.page({}))');
    program.start();
    await settle();
    expect(names()).toEqual(['App Launched', 'App Shown', 'pages/index/index']);
    expect((program.app['perennial'] as Perennial).stats().errors).toBe(3);
  });
});

describe('other vendors', () => {
  it.each([
    ['tt', 'douyin', 'douyin_open_id', '021036', 'recent'],
    ['swan', 'baidu', 'baidu_open_id', '1', undefined],
    ['ks', 'kuaishou', 'kuaishou_open_id', '1', undefined],
    ['xhs', 'xiaohongshu', 'xiaohongshu_open_id', '1', undefined],
    ['my', 'alipay', 'alipay_user_id', '1', undefined],
  ] as const)('%s: the same file, with its own words', async (global, vendor, kind, scene, sceneGroup) => {
    const { phone, acts, act, requests } = aPhone();
    const { program, perennial } = run(
      phone,
      {},
      { global, launch: { scene }, index: 'Page({ onShareAppMessage() {} })' },
    );
    program.start();
    perennial.setIds({ openid: 'o1' });
    expect(program.share()).toBe(undefined);
    await perennial.flush();
    program.kill();
    const again = run(phone, {}, { global });
    again.perennial.track('A');
    await again.perennial.flush();
    expect(act('App Launched')).toMatchObject({ context: { app: { name: vendor } } });
    expect(act('App Launched').properties['sceneGroup']).toBe(sceneGroup);
    expect(acts.at(-1)!.context.externalIds).toEqual([
      { type: kind, id: 'o1', namespace: expect.stringMatching(/\w{10}/) },
    ]);
    expect(new Set(acts.map(({ anonymousId }) => anonymousId)).size).toBe(1);
    expect(requests[0]!.header).toEqual({ 'content-type': 'text/plain' });
  });

  it('Alipay: a refusal is an answer, of the storage and of the network', async () => {
    const { phone, collector } = aPhone();
    for (let i = 0; i < 10; i++) phone.kept.set(`own${i}`, 'x'.repeat(1024 * 1024 - 4));
    const { perennial } = run(phone, { flushMs: 100_000, capture: { app: false } }, { global: 'my' });
    Object.assign(collector, { status: 503, header: { 'retry-after': '60' } });
    perennial.track('A');
    await perennial.flush();
    expect(perennial.stats()).toMatchObject({ queued: 1, errors: 1 });
    phone.domains = [];
    collector.status = 200;
    const other = run(phone, { flushMs: 100_000, capture: { app: false } }, { global: 'my' });
    other.perennial.track('A');
    await other.perennial.flush();
    expect(other.perennial.stats()).toMatchObject({ errors: 1, blocked: expect.stringContaining('domain list') });
  });
});
