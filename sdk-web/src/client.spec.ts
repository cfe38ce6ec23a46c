import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { aPage, leave, setVisible, type TestPage } from '../test-tools/page.js';
import { createPerennial, type PerennialOptions } from './index.js';

let page: TestPage;
afterEach(() => {
  page.close();
  jest.restoreAllMocks();
});

describe('the browser tracker', () => {
  it('sends what happened, with who it was and the key', async () => {
    page = aPage();
    const perennial = page.make();
    perennial.page('Home');
    perennial.identify('m1', { city: '上海' });
    perennial.track('Order Completed', { total: 9 });
    await perennial.flush();
    expect(page.bodies[0]!.writeKey).toBe('key');
    expect(page.sent.map(({ type, event, userId }) => [type, event, userId])).toEqual([
      ['page', undefined, undefined],
      ['identify', undefined, 'm1'],
      ['track', 'Order Completed', 'm1'],
    ]);
    expect(new Set(page.sent.map(({ anonymousId }) => anonymousId)).size).toBe(1);
    expect(page.sent[0]!.context).toMatchObject({
      library: { name: 'perennial-web' },
      page: { path: '/', url: 'http://localhost/' },
      locale: 'en-US',
    });
  });

  it('keeps events while nobody answers, over a reload, and sends each once', async () => {
    page = aPage();
    page.status = 0;
    const first = page.make();
    first.track('A');
    first.track('B');
    await first.flush();
    first.close();
    expect(first.stats()).toMatchObject({ queued: 2, sent: 0, errors: 1 });
    page.status = 200;
    const second = page.make();
    await second.flush();
    // The tab that made them may still be there, for a while.
    expect(page.names()).toEqual([]);
    const { now } = Date;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + 4_000);
    await second.flush();
    await second.flush();
    expect(page.names()).toEqual(['A', 'B']);
    expect(second.stats().queued).toBe(0);
  });

  it.each([401, 429, 503])('keeps events on %i', async (answer) => {
    page = aPage();
    page.status = answer;
    const perennial = page.make();
    perennial.track('A');
    await perennial.flush();
    expect(perennial.stats()).toMatchObject({ queued: 1, dropped: 0 });
  });

  it.each([400, 413])('drops and counts what the collector can never take (%i)', async (answer) => {
    page = aPage();
    page.status = answer;
    const perennial = page.make();
    perennial.track('A');
    await perennial.flush();
    expect(perennial.stats()).toMatchObject({ queued: 0, dropped: 1 });
  });

  it('starts somebody new after reset', async () => {
    page = aPage();
    const perennial = page.make();
    perennial.identify('m1');
    perennial.register({ shop: 's1' });
    perennial.reset();
    perennial.track('A');
    await perennial.flush();
    const [before, after] = page.sent;
    expect(after!.userId).toBeUndefined();
    expect(after!.anonymousId).not.toBe(before!.anonymousId);
    expect(after!.properties).toEqual({});
  });

  it('leaves out what nobody can write, keeps the rest, and tells', async () => {
    page = aPage();
    const perennial = page.make();
    const told: string[] = [];
    perennial.on('error', (error) => void told.push((error as Error).message));
    const circular: Record<string, unknown> = { total: 9 };
    circular['self'] = { circular };
    const refusing = {
      toJSON: () => {
        throw new Error('no');
      },
    };
    perennial.track('Circular', { circular, list: [1, refusing, undefined, () => 1] });
    perennial.track('Big', {
      n: 616581622363398145n,
      at: new Date(0),
      born: new Date(-86_400_001),
      gone: new Date(NaN),
    });
    perennial.track('Text', 'abc' as never);
    perennial.identify('m1', ['a'] as never);
    await perennial.flush();
    expect(page.sent.map(({ properties, traits }) => properties ?? traits)).toEqual([
      { circular: { total: 9, self: {} }, list: [1, null, null, null] },
      { n: '616581622363398145', at: '1970-01-01T00:00:00.000Z', born: '1969-12-30T23:59:59.999Z', gone: null },
      {},
      {},
    ]);
    expect(told).toEqual(['left out: properties.circular.self.circular, properties.list.1', 'no object', 'no object']);
    expect(perennial.stats()).toMatchObject({ errors: 3, dropped: 0 });
  });

  it.each([
    ['a page that says sorry', 200, () => Promise.reject(new SyntaxError('<html>'))],
    ['a portal that speaks JSON', 200, () => Promise.resolve({ status: 'login' })],
    ['an empty answer', 204, () => Promise.reject(new SyntaxError(''))],
  ])('takes %s for no delivery', async (_, status, json) => {
    page = aPage();
    const perennial = page.make();
    const ours = globalThis.fetch;
    globalThis.fetch = (() => Promise.resolve({ status, headers: new Headers(), json })) as unknown as typeof fetch;
    perennial.track('A');
    await perennial.flush();
    expect(perennial.stats()).toMatchObject({ queued: 1, sent: 0, errors: 1 });
    globalThis.fetch = ours;
    await perennial.flush();
    expect([page.names(), perennial.stats().queued]).toEqual([['A'], 0]);
  });

  it('is one on a page that starts it twice by the same options, and a new one after its end', async () => {
    page = aPage();
    const options = { endpoint: 'https://events.example', writeKey: 'strict', flushMs: 1e6 };
    const first = createPerennial(options);
    expect(createPerennial({ ...options })).toBe(first);
    await first.flush();
    expect(page.names()).toEqual(['Session Started', 'page']);
    const other = createPerennial({ ...options, writeKey: 'other' });
    expect(other).not.toBe(first);
    first.close();
    const next = createPerennial(options);
    expect(next).not.toBe(first);
    for (const open of [other, next]) open.close();
  });

  it('is quiet after close: no listener, no timer, no patched history', async () => {
    page = aPage();
    const before: unknown = Reflect.get(history, 'pushState');
    const perennial = page.make({ pages: true, clicks: true, forms: true, engagement: true, links: true });
    await perennial.flush();
    const { length } = page.sent;
    perennial.close();
    expect(Reflect.get(history, 'pushState')).toBe(before);
    document.body.innerHTML = '<button>Buy</button>';
    document.querySelector('button')!.click();
    history.pushState({}, '', '/other');
    leave();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(page.sent.length).toBe(length);
  });
});

describe('a page that is left', () => {
  it('hands what is queued to a beacon, in pieces that a browser takes, each event once', async () => {
    page = aPage();
    const perennial = page.make();
    for (let i = 0; i < 8; i++) perennial.track(`E${i}`, { text: 'x'.repeat(20_000) });
    leave();
    leave();
    expect(page.beacons).toBeGreaterThan(3);
    await perennial.flush();
    expect(page.names()).toEqual(['E0', 'E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7']);
  });

  it('keeps what a beacon does not take', async () => {
    page = aPage();
    page.takesBeacons = false;
    const perennial = page.make();
    perennial.track('A');
    leave();
    expect(perennial.stats().queued).toBe(1);
    await perennial.flush();
    expect(page.names()).toEqual(['A']);
  });

  it('sends as soon as it is hidden, as phones give no later chance', () => {
    page = aPage();
    page.make().track('A');
    setVisible(false);
    expect(page.names()).toEqual(['A']);
    setVisible(true);
  });
});

describe('a hostile page', () => {
  it.each(['setItem', 'removeItem'] as const)('whose storage throws at %s loses nothing', async (method) => {
    page = aPage();
    jest.spyOn(Storage.prototype, method).mockImplementation(() => {
      throw new DOMException('forbidden', 'SecurityError');
    });
    const perennial = page.make();
    perennial.track('A');
    await perennial.flush();
    await perennial.flush();
    expect(page.names()).toEqual(['A']);
    expect(perennial.stats()).toMatchObject({ queued: 0, errors: 0 });
  });

  it('without the word localStorage and without cookies works from memory', async () => {
    page = aPage();
    const storage = jest.spyOn(window, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    const cookie = jest.spyOn(document, 'cookie', 'get').mockReturnValue('');
    const perennial = page.make({ sessionMinutes: 30 });
    perennial.identify('m1');
    perennial.track('A');
    await perennial.flush();
    expect(page.names()).toEqual(['Session Started', 'identify', 'A']);
    expect(new Set(page.sent.map(({ anonymousId }) => anonymousId)).size).toBe(1);
    storage.mockRestore();
    cookie.mockRestore();
  });

  it('with a full storage keeps events in memory', async () => {
    page = aPage();
    jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const perennial = page.make();
    for (let i = 0; i < 3; i++) perennial.track(`E${i}`);
    expect(perennial.stats()).toMatchObject({ queued: 3, errors: 0 });
    await perennial.flush();
    expect(page.names()).toEqual(['E0', 'E1', 'E2']);
  });

  it('with frozen history and patched arrays still counts pages', async () => {
    page = aPage();
    const patched = Array.prototype as unknown as { toJSON?: () => string };
    Object.defineProperty(patched, 'toJSON', { value: () => 'broken', configurable: true });
    Object.defineProperty(history, 'pushState', {
      value: history.pushState.bind(history),
      writable: false,
      configurable: true,
    });
    const perennial = page.make({ pages: true });
    perennial.track('A', { plain: 1 });
    await perennial.flush();
    expect(page.names()).toEqual(['page', 'A']);
    expect(perennial.stats().errors).toBe(1);
    delete patched.toJSON;
    delete (history as Partial<History>).pushState;
  });

  it('that blocks fetch and beacons costs an error and nothing else', async () => {
    page = aPage();
    page.takesBeacons = false;
    Reflect.deleteProperty(globalThis, 'fetch');
    const perennial = page.make();
    perennial.track('A');
    await perennial.flush();
    leave();
    expect(perennial.stats()).toMatchObject({ queued: 1, errors: 1 });
  });
});

it('options that are undefined are not given, and a page without settings goes on', async () => {
  page = aPage();
  const unset = { consentMode: undefined, sessionMinutes: undefined, flushMs: undefined } as unknown as object;
  const perennial = page.make(unset);
  perennial.track('A');
  perennial.track('B');
  await perennial.flush();
  expect(page.names()).toEqual(['Session Started', 'A', 'B']);
  expect(() => createPerennial({} as PerennialOptions).close()).not.toThrow();
});

describe('signals of the browser', () => {
  it.each([
    ['gpc', 'globalPrivacyControl', true],
    ['dnt', 'doNotTrack', '1'],
  ])('%s stands for a no where the page honours it, until a yes', async (honour, name, value) => {
    page = aPage();
    Object.defineProperty(navigator, name, { value, configurable: true });
    const perennial = page.make({ honour, holdUntilConsent: true });
    perennial.track('A');
    expect(perennial.stats().queued).toBe(0);
    perennial.consent({ analytics: true });
    perennial.track('B');
    await perennial.flush();
    expect(page.names()).toEqual(['Consent Updated', 'B']);
    Object.defineProperty(navigator, name, { value: undefined, configurable: true });
  });
});

describe('where ids are kept', () => {
  it('before a yes not even a trial cookie is written', () => {
    page = aPage();
    const write = jest.spyOn(document, 'cookie', 'set');
    const store = jest.spyOn(Storage.prototype, 'setItem');
    const perennial = page.make({ consentMode: 'opt-in', holdUntilConsent: true, sessionMinutes: 30 });
    perennial.identify('m1');
    expect([write.mock.calls, store.mock.calls]).toEqual([[], []]);
    perennial.consent({ analytics: true });
    expect(document.cookie).toContain('perennial.user=m1');
  });

  it('who it is lies in cookies, events in the storage, and after a no neither', async () => {
    page = aPage();
    const perennial = page.make({ sessionMinutes: 30 });
    perennial.identify('m 1;=');
    expect(document.cookie).toMatch(/perennial\.anonymous=[0-9a-f]{32}/);
    expect(Object.keys(localStorage).every((key) => /^perennial\.(q\.|touch)/.test(key))).toBe(true);
    expect(perennial.ids().userId).toBe('m 1;=');
    perennial.consent({ analytics: false });
    await perennial.flush();
    expect(document.cookie).toBe(`perennial.consent=${encodeURIComponent('{"analytics":false}')}`);
    expect(Object.keys(localStorage)).toEqual([]);
  });
});

interface Shop {
  'Product Viewed': { sku: string; price?: number };
  'Cart Opened': { from?: string };
}

it('types of events hold the page to them', () => {
  page = aPage();
  const perennial = createPerennial<Shop>({ endpoint: 'https://e', writeKey: 'k', pages: false, flushMs: 1_000_000 });
  perennial.track('Product Viewed', { sku: 'a1' });
  perennial.track('Cart Opened');
  // @ts-expect-error the property is not there
  perennial.track('Product Viewed', { price: 1 });
  // @ts-expect-error the properties are not there
  perennial.track('Product Viewed');
  // @ts-expect-error there is no such event
  perennial.track('Product Seen', {});
  expect(perennial.pending().length).toBe(6);
  perennial.close();
});
