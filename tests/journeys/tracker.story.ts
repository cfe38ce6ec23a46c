import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { happenedAt, readStamps, trackerSnippet, UTC } from '@perennial/contract';
import type { Perennial } from '@perennial/sdk-web';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { KEY } from '../../collector/test-tools/fake-core.js';
import { hasBrowser, openBrowser } from '../tools/browser.js';
import { LoneCollector, type Arrived } from '../tools/lone-collector.js';
import { Shop } from '../tools/shop.js';
import { eventually } from '../tools/system.js';
import { setWrong } from '../tools/wrong-clock.js';

declare global {
  interface Window {
    perennial: Perennial;
  }
}

const collector = new LoneCollector();
const shop = new Shop();
let browser: Browser;
let mark = 0;
/** Sites by name, as shops have them; the browser finds them all on this machine. */
const NAMED = 'www.shop.test';

const onTheWire = (): Arrived[] => collector.arrived.slice(mark);
/** As core takes it: an event is known by its `messageId`, however often it was sent. */
const arrived = (): Arrived[] => [...new Map(onTheWire().map((event) => [event.messageId, event])).values()];
const named = (names: string[]) => arrived().filter(({ event }) => names.includes(event!));
const snippet = (more: Record<string, unknown> = {}) =>
  trackerSnippet({ endpoint: collector.url, writeKey: KEY, flushMs: 50, ...more });

/** Everything of these names has arrived, and there are no others of them. */
async function expectOnce(names: string[]): Promise<void> {
  await eventually(() => Promise.resolve(new Set(named(names).map(({ event }) => event)).size === names.length), 15);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(named(names).length).toBe(names.length);
}

async function visiting(work: (context: BrowserContext) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ locale: 'zh-CN' });
  try {
    await work(context);
  } finally {
    await context.close();
  }
}

async function open(context: BrowserContext, url = shop.at()): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => window.perennial && 'stats' in window.perennial);
  return page;
}

const track = (page: Page, ...names: string[]) =>
  page.evaluate((list) => list.forEach((name) => window.perennial.track(name)), names);
const range = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

(hasBrowser ? describe : describe.skip)('the tracker in Chromium, before a real collector', () => {
  beforeAll(async () => {
    await Promise.all([collector.start(), shop.open()]);
    browser = await openBrowser({
      flags: ['--host-resolver-rules=MAP *.shop.test 127.0.0.1'],
      // Playwright turns the way back off, which visitors have.
      without: ['--disable-back-forward-cache'],
    });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await shop.close();
    await collector.close();
  }, 30_000);

  beforeEach(() => {
    mark = collector.arrived.length;
    shop.pages.clear();
    shop.pages.set('/', { html: snippet() });
  });

  it(
    'a reload, a way to another page and a closed tab lose nothing and repeat nothing',
    () =>
      visiting(async (context) => {
        shop.pages.set('/', { html: snippet({ flushMs: 60_000 }) });
        const page = await open(context);
        await track(page, 'Before Reload');
        await page.reload();
        await track(page, 'Before Link');
        await page.goto(shop.at('/next'));
        await track(page, 'Before Close');
        await page.close({ runBeforeUnload: true });
        await expectOnce(['Before Reload', 'Before Link', 'Before Close']);
        const people = new Set(arrived().map(({ anonymousId }) => anonymousId));
        expect([people.size, arrived().filter(({ type }) => type === 'page').length]).toEqual([1, 3]);
        expect(arrived().filter(({ event }) => event === 'Session Started').length).toBe(1);
      }),
    30_000,
  );

  it.each([
    ['with Web Locks', '127.0.0.1'],
    ['without, by a lease', NAMED],
  ])(
    'three tabs at once, %s, send each event once',
    async (_, host) =>
      visiting(async (context) => {
        const pages = await Promise.all([1, 2, 3].map(() => open(context, shop.at('/', host))));
        expect(await pages[0]!.evaluate(() => 'locks' in navigator)).toBe(host !== NAMED);
        const names = pages.map((_, i) => range(`${host} ${i} `, 60));
        await Promise.all(
          pages.map(async (page, i) => {
            for (let n = 0; n < 60; n += 20) {
              await track(page, ...names[i]!.slice(n, n + 20));
              await page.waitForTimeout(40);
            }
          }),
        );
        await expectOnce(names.flat());
        // Nobody's request was cut off, so nothing had a reason to be repeated.
        expect(onTheWire().length).toBe(arrived().length);
      }),
    30_000,
  );

  it(
    'offline for a while: everything waits, and goes when the network is back',
    () =>
      visiting(async (context) => {
        const page = await open(context);
        await context.setOffline(true);
        await track(page, ...range('Offline', 30));
        await eventually(() => page.evaluate(() => window.perennial.stats().errors > 0));
        expect(named(range('Offline', 30)).length).toBe(0);
        await context.setOffline(false);
        await expectOnce(range('Offline', 30));
      }),
    30_000,
  );

  it(
    'a tab that crashes leaves its events to the next one',
    () =>
      visiting(async (context) => {
        let isCut = true;
        await context.route(`${collector.url}/v1/**`, (route) => (isCut ? route.abort() : route.continue()));
        const page = await open(context);
        await track(page, ...range('Orphan', 5));
        await eventually(() => page.evaluate(() => window.perennial.stats().errors > 0));
        await page.goto('chrome://crash').catch(() => undefined);
        isCut = false;
        await open(context);
        await expectOnce(range('Orphan', 5));
      }),
    30_000,
  );

  it(
    'a collector that is overloaded is left alone for as long as it asks, on the next page too',
    () =>
      visiting(async (context) => {
        let asked = 0;
        await context.route(`${collector.url}/v1/**`, (route) => {
          asked += 1;
          const headers = {
            'access-control-allow-origin': '*',
            'access-control-expose-headers': 'Retry-After',
            'retry-after': '2',
          };
          return route.fulfill({ status: 503, headers, body: '{}' });
        });
        const page = await open(context);
        await track(page, 'Patient');
        await eventually(() => Promise.resolve(asked > 0));
        await page.reload();
        await page.waitForTimeout(500);
        expect(asked).toBe(1);
        await context.unroute(`${collector.url}/v1/**`);
        await expectOnce(['Patient']);
      }),
    30_000,
  );

  it(
    'an application of one page tells each of its pages, and clicks, forms and reading as it was asked',
    () =>
      visiting(async (context) => {
        const html = `${snippet({ forms: true, engagement: true, clicks: true })}
        <button data-perennial-click="Cart Opened" data-perennial-from="top">购物车</button>
        <form id="lead" onsubmit="return false"><input name="phone"><input name="city" data-perennial-field value="成都">
        <input type="password" name="pw" data-perennial-field value="geheim"><button>提交</button></form>
        <a href="https://other.example/" onclick="return false" target="_blank">外链</a><p style="height:3000px">长</p>`;
        shop.pages.set('/', { html });
        const page = await open(context, shop.at('/?utm_source=douyin&clickid=c1'));
        await page.click('text=购物车');
        await page.fill('[name=phone]', '13800000001');
        await page.click('text=提交');
        await page.evaluate(() => scrollTo(0, 1500));
        await page.waitForTimeout(1100);
        await page.evaluate(() => {
          history.pushState({}, '', '/product/1');
          document.title = '商品';
        });
        await page.click('text=外链');
        await page.goto(shop.at('/end'));
        await expectOnce(['Cart Opened', 'Form Started', 'Form Submitted', 'Outbound Link Clicked']);
        const all = arrived();
        expect(all.filter(({ type }) => type === 'page').map(({ context: { page } }) => page.path)).toEqual([
          '/',
          '/product/1',
          '/end',
        ]);
        expect(all.find(({ event }) => event === 'Form Submitted')!.properties).toEqual({
          id: 'lead',
          fields: { city: '成都' },
        });
        const read = all.find(({ event, context }) => event === 'Page Engaged' && context.page.path === '/')!;
        expect(read.properties['seconds']).toBeGreaterThanOrEqual(1);
        expect(read.properties['depth']).toBeGreaterThan(40);
        expect(all.at(-1)!.context['campaign']).toEqual({ source: 'douyin', clickIds: { clickid: 'c1' } });
        expect(JSON.stringify(all)).not.toMatch(/13800000001|geheim/);
      }),
    30_000,
  );

  it(
    'before a yes nothing is stored or sent; after it events flow; after a no nothing is left',
    () =>
      visiting(async (context) => {
        shop.pages.set('/', { html: snippet({ consentMode: 'opt-in', holdUntilConsent: true }) });
        let requests = 0;
        context.on('request', (request) => void (requests += request.url().includes('/v1/') ? 1 : 0));
        const page = await open(context);
        const left = () =>
          page.evaluate(() => [
            ...Object.keys(localStorage),
            ...document.cookie
              .split('; ')
              .filter(Boolean)
              .map((c) => c.split('=')[0]),
          ]);
        await track(page, 'Held');
        await page.waitForTimeout(300);
        expect([await left(), requests]).toEqual([[], 0]);
        await page.evaluate(() => window.perennial.consent({ analytics: true, marketing: false }));
        await expectOnce(['Held', 'Consent Updated']);
        expect(await left()).toContain('perennial.anonymous');
        await page.evaluate(() => window.perennial.consent({ analytics: false }));
        await track(page, 'After');
        await eventually(() => Promise.resolve(named(['Consent Updated']).length === 2));
        expect(await left()).toEqual(['perennial.consent']);
        expect(named(['Consent Updated']).at(-1)!.context['consent']).toEqual({
          categoryPreferences: { analytics: false, marketing: false },
        });
        await page.reload();
        await page.waitForTimeout(300);
        expect([named(['After']).length, await left()]).toEqual([0, ['perennial.consent']]);
      }),
    30_000,
  );

  it.each(['/', '/tag'])(
    'under a strict policy (%s), with the overlay, nothing is violated',
    (path) =>
      visiting(async (context) => {
        const policy = `default-src 'none'; script-src 'nonce-n1' ${collector.url}; connect-src ${collector.url}`;
        const html = snippet({ clicks: true }).replace('<script>', '<script nonce="n1">');
        shop.pages.set('/', { html, policy });
        // Under trusted types no script may write a tag: the page has it written.
        const tag = `<script src="${collector.url}/perennial.js" data-endpoint="${collector.url}" data-write-key="${KEY}" data-flush-ms="50"></script>
        <script src="${collector.url}/perennial-debug.js"></script>`;
        shop.pages.set('/tag', { html: `<body>${tag}`, policy: `${policy}; require-trusted-types-for 'script'` });
        const page = await context.newPage();
        const problems: string[] = [];
        page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
        page.on('pageerror', (error) => problems.push(error.message));
        await page.goto(shop.at(path));
        await page.waitForFunction(() => window.perennial && 'stats' in window.perennial);
        await track(page, `Strict ${path}`);
        await page.evaluate(() => document.querySelector('[data-perennial-off]') || window.perennial.debug());
        await page.waitForSelector('[data-perennial-off]');
        const position = () => getComputedStyle(document.querySelector('[data-perennial-off]')!).position;
        expect(await page.evaluate(position)).toBe('fixed');
        await expectOnce([`Strict ${path}`]);
        expect(problems.filter((text) => !text.includes('favicon'))).toEqual([]);
        expect(await page.evaluate(() => window.perennial.stats().errors)).toBe(0);
      }),
    30_000,
  );

  it(
    'where storage is forbidden, in a sandboxed frame, it works from memory and hands over when it leaves',
    () =>
      visiting(async (context) => {
        shop.pages.set('/frame', { html: snippet({ flushMs: 60_000 }) });
        shop.pages.set('/', { html: '<iframe sandbox="allow-scripts" src="/frame"></iframe>' });
        const page = await context.newPage();
        await page.goto(shop.at());
        const frame = page.frames()[1]!;
        await frame.waitForFunction(() => window.perennial && 'stats' in window.perennial);
        const facts = await frame.evaluate(async () => {
          window.perennial.track('Framed');
          await window.perennial.flush();
          window.perennial.track('Framed Late');
          return { origin, ...window.perennial.stats() };
        });
        expect(facts).toMatchObject({ origin: 'null', errors: 0, queued: 1 });
        await page.goto('about:blank');
        await expectOnce(['Framed', 'Framed Late']);
      }),
    30_000,
  );

  it(
    'a clock that is wrong by a day is put right',
    () =>
      visiting(async (context) => {
        await setWrong(context, 86_400_000);
        const page = await open(context);
        await track(page, 'Tomorrow');
        await expectOnce(['Tomorrow']);
        const [event] = named(['Tomorrow']);
        expect(Date.parse(event!.timestamp) - Date.now()).toBeGreaterThan(86_000_000);
        const stamps = readStamps(event as never, UTC, event!.sentAt)!;
        const happened = happenedAt(stamps, event!.receivedAt) as { at: number };
        expect(Math.abs(happened.at - Date.now())).toBeLessThan(5_000);
      }),
    30_000,
  );

  it(
    'a blocked script, a blocked collector and a blocker’s stubs harm no page',
    () =>
      visiting(async (context) => {
        shop.pages.set('/', {
          html: `${snippet()}<button onclick="perennial.track('Clicked');document.title='works'">go</button>`,
        });
        await context.route('**/perennial.js', (route) => route.abort());
        const page = await context.newPage();
        const problems: string[] = [];
        page.on('pageerror', (error) => problems.push(error.message));
        await page.goto(shop.at());
        await page.click('button');
        expect(await page.title()).toBe('works');
        await context.unroute('**/perennial.js');
        await context.addInitScript(() => {
          window.fetch = () => Promise.reject(new TypeError('blocked'));
          navigator.sendBeacon = () => false;
        });
        await page.reload();
        await page.waitForFunction(() => window.perennial && 'stats' in window.perennial);
        await page.click('button');
        await eventually(() => page.evaluate(() => window.perennial.stats().errors > 0));
        await page.reload();
        expect(problems).toEqual([]);
      }),
    30_000,
  );

  it(
    'a page that comes back from the browser’s memory counts again and goes on',
    () =>
      visiting(async (context) => {
        const page = await open(context);
        await page.evaluate(() =>
          addEventListener('pageshow', ({ persisted }) => persisted && window.perennial.track('Came Back')),
        );
        await track(page, 'First Sight');
        await expectOnce(['First Sight']);
        await page.goto(shop.at('/other'));
        await page.waitForFunction(() => window.perennial && 'stats' in window.perennial);
        // The driver itself cannot wait for such a way back.
        await page.evaluate(() => setTimeout(() => history.back(), 0));
        await expectOnce(['First Sight', 'Came Back']);
        expect(arrived().filter(({ type }) => type === 'page').length).toBe(3);
      }),
    30_000,
  );

  it(
    'a visitor is the same on all subdomains, and a new one after signing out on one of them',
    () =>
      visiting(async (context) => {
        const ids = async (host: string) =>
          (await open(context, shop.at('/', host))).evaluate(() => window.perennial.ids());
        const first = await ids(NAMED);
        expect(await ids('pay.shop.test')).toEqual(first);
        const page = await open(context, shop.at('/', 'm.shop.test'));
        await page.evaluate(() => window.perennial.reset());
        const after = await ids(NAMED);
        expect(after.anonymousId).not.toBe(first.anonymousId);
        expect(await ids('pay.shop.test')).toMatchObject({ anonymousId: after.anonymousId });
      }),
    30_000,
  );
});
