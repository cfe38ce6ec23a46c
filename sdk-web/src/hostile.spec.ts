import { afterEach, describe, expect, it } from '@jest/globals';
import { aPage, type TestPage } from '../test-tools/page.js';

let page: TestPage;
const undo: (() => void)[] = [];
afterEach(() => {
  page.close();
  for (const back of undo.splice(0).toReversed()) back();
});

/** Puts something of the page's own in the place of what browsers have. */
function replaced(target: object, name: string, descriptor: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { configurable: true, ...descriptor });
  undo.push(() => (before ? Object.defineProperty(target, name, before) : Reflect.deleteProperty(target, name)));
}
const value = (target: object, name: string, it: unknown) => replaced(target, name, { value: it, writable: true });

const refuse = (): never => {
  throw new DOMException('The document is sandboxed', 'SecurityError');
};
const toNothing = function (this: object): void {};

describe('the tracker lives and loses nothing in a page', () => {
  it.each<[string, () => void]>([
    ['whose cookie of ours was cut', () => void (document.cookie = 'perennial.group=99%E9%80%83%E4%BA;path=/')],
    ['whose cookies may not be read', () => replaced(document, 'cookie', { get: refuse, set: refuse })],
    [
      'that wrote something else over what is kept',
      () => {
        for (const key of ['super', 'touch']) localStorage.setItem(`perennial.${key}`, '{"first":');
      },
    ],
    [
      'that wrote other JSON over what is kept',
      () => {
        for (const key of ['super', 'touch', 'session']) localStorage.setItem(`perennial.${key}`, '[1]');
        document.cookie = 'perennial.consent=7;path=/';
      },
    ],
    [
      'with a Map and a Set of its own',
      () => ['Map', 'Set', 'WeakMap'].forEach((name) => value(globalThis, name, toNothing)),
    ],
    [
      'with Intl, crypto and screen of its own',
      () => {
        for (const name of ['Intl', 'crypto', 'screen', 'AbortSignal']) value(globalThis, name, undefined);
      },
    ],
    ['with a crypto that is none', () => value(globalThis, 'crypto', [])],
    [
      'whose lists write themselves as texts',
      () =>
        value(Array.prototype, 'toJSON', function (this: unknown[]) {
          return `[${this.join(', ')}]`;
        }),
    ],
    [
      'whose instants stand in quotation marks',
      () => {
        const toISOString: (this: Date) => string = Reflect.get(Date.prototype, 'toISOString');
        value(Date.prototype, 'toISOString', function (this: Date) {
          return `"${toISOString.call(this)}"`;
        });
      },
    ],
    ['whose instants cannot be written', () => value(Date.prototype, 'toISOString', refuse)],
    ['with a navigation of its own', () => value(globalThis, 'navigation', [])],
    [
      'whose address is very long',
      () => history.replaceState({}, '', `/?q=${'长'.repeat(5_000)}#${'x'.repeat(40_000)}`),
    ],
  ])('%s', async (_, spoil) => {
    page = aPage();
    spoil();
    const perennial = page.make({ pages: true, links: true, sessionMinutes: 30 });
    perennial.track('Order Completed', { skus: ['a1', 'b2'], at: new Date(0) });
    history.pushState({}, '', '/next');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await perennial.flush();
    // What is asked now must not stumble over it.
    for (const back of undo.splice(0).toReversed()) back();
    expect(page.names()).toEqual(['Session Started', 'page', 'Order Completed', 'page']);
    const [order] = page.of('Order Completed');
    expect(order!.properties).toEqual({ skus: ['a1', 'b2'], at: '1970-01-01T00:00:00.000Z' });
    expect(order!.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Math.abs(Date.parse(order!.timestamp) - Date.now())).toBeLessThan(10_000);
    expect(page.sent.at(-1)!.context.page['path']).toBe('/next');
    expect(perennial.stats()).toMatchObject({ queued: 0, dropped: 0, refused: 0, sent: 4 });
  });

  it('and says nothing of a property that is left out of a sound event', async () => {
    page = aPage();
    const perennial = page.make();
    perennial.register({ list: ['a'], shop: 's1' });
    perennial.track('A', { nothing: undefined, own: { toJSON: () => 'said' } });
    await perennial.flush();
    expect(page.sent[0]!.properties).toEqual({ list: ['a'], shop: 's1', own: 'said' });
    expect(perennial.stats().errors).toBe(0);
  });
});

const SECRETS = /13812345678|zhang|geheim|eyJhbGci|pw1/;
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

describe('what leaves the page', () => {
  it.each([
    [
      '/reset?reset_token=geheim&email=zhang%40example.com&phone=13812345678#access_token=geheim',
      '/reset?reset_token=***&email=***&phone=***',
    ],
    ['/cb?code=geheim&state=s&ticket=geheim&password=pw1', '/cb?code=***&state=s&ticket=***&password=***'],
    [
      '/f.pdf?X-Amz-Signature=geheim&X-Amz-Credential=geheim&OSSAccessKeyId=geheim&Signature=geheim&Expires=1',
      '/f.pdf?X-Amz-Signature=***&X-Amz-Credential=***&OSSAccessKeyId=***&Signature=***&Expires=1',
    ],
    [`/u/zhang@example.com/13812345678/${JWT}?q=138-1234-5678`, '/u/***/***/***?q=***'],
    [
      '/go?to=https%3A%2F%2Fx.example%2F%3Faccess_token%3Dgeheim%26p%3D1',
      '/go?to=https%3A%2F%2Fx.example%2F%3Faccess_token%3D***%26p%3D1',
    ],
    ['/gbk?name=%D5%C5zhang%40example.com', '/gbk?name=***'],
    [
      '/shop?q=%E5%8F%A3%E7%BA%A2&utm_source=douyin&page=2&sku=15912345678901&keyword=red',
      '/shop?q=%E5%8F%A3%E7%BA%A2&utm_source=douyin&page=2&sku=15912345678901&keyword=red',
    ],
  ])('of %s', async (address, told) => {
    page = aPage(address);
    document.title = '订单 13812345678 的 zhang@example.com';
    document.body.innerHTML = `<a id="out" href="https://other.example${address}">x</a>`;
    document.body.addEventListener('click', (event) => event.preventDefault());
    const perennial = page.make({ pages: true, links: true, sessionMinutes: 30 });
    document.getElementById('out')!.click();
    history.pushState({}, '', '/after');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await perennial.flush();
    const start = page.sent[0]!;
    expect(start.context.page['url']).toBe(`http://localhost${told}`);
    expect(start.properties['landing']).toBe(`http://localhost${told}`);
    expect(page.sent.find(({ event }) => /Link|File/.test(event!))!.properties['url']).toBe(
      `https://other.example${told}`,
    );
    expect(page.sent.at(-1)!.context.page['referrer']).toBe(`http://localhost${told}`);
    expect(JSON.stringify([page.sent, Object.entries(localStorage), document.cookie])).not.toMatch(SECRETS);
  });

  it('is the part after # where that makes pages, without its secrets', async () => {
    page = aPage('/#/cart?token=geheim&step=2');
    const perennial = page.make({ pages: true, hash: true });
    await perennial.flush();
    expect(page.sent[0]!.context.page['url']).toBe('http://localhost/#/cart?token=***&step=2');
  });

  it('is clean also where an earlier version kept a whole address', async () => {
    page = aPage('/');
    const first = {
      landing: 'https://x.example/?token=geheim',
      referrer: 'https://y.example/zhang@example.com',
      at: 't',
    };
    localStorage.setItem('perennial.touch', JSON.stringify({ first, last: first }));
    const perennial = page.make({ sessionMinutes: 30 });
    perennial.track('A');
    await perennial.flush();
    expect(page.sent[0]!.properties['first']).toEqual({
      landing: 'https://x.example/?token=***',
      referrer: 'https://y.example/***',
      at: 't',
    });
    expect(localStorage.getItem('perennial.touch')).not.toMatch(SECRETS);
  });

  it('is never half a character', async () => {
    page = aPage(`/?utm_content=${'a'.repeat(299)}😀`);
    document.title = `${'字'.repeat(299)}😀`;
    document.body.innerHTML = `<button data-perennial-click>${'字'.repeat(79)}😀</button>`;
    const perennial = page.make({ sessionMinutes: 30 });
    document.querySelector('button')!.click();
    await perennial.flush();
    expect(page.of('Element Clicked')[0]!.properties['text']).toBe('字'.repeat(79));
    expect(JSON.stringify(page.sent)).not.toMatch(/\\ud[89a-f]/i);
    expect(page.sent[0]!.context['campaign']).toEqual({ content: 'a'.repeat(299) });
  });
});
