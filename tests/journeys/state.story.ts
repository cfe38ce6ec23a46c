import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Envelope, PageDefinitions } from '@perennial/contract';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hasBrowser, openBrowser } from '../tools/browser.js';
import { eventually } from '../tools/system.js';

/** What the page's own code calls; the types of the SDK are checked in its room. */
interface Realm {
  get(key: string): unknown;
  all(): Record<string, unknown>;
  set(key: string, value: unknown): void;
  on(key: string, handler: (value: unknown) => void): void;
}
interface ShopWindow {
  perennialState: Record<'traits' | 'flags' | 'experiments' | 'consent', Realm> & {
    ready(ms: number): Promise<boolean>;
    reset(): void;
  };
  heard: unknown[];
}

const dist = join(import.meta.dirname, '../../sdk-web/dist');
const variations = [
  { key: 'a', weight: 5000 },
  { key: 'b', weight: 5000 },
];
const flags = [{ key: 'banner', on: '上海站', off: '', traits: { city: ['上海'] } }];

let browser: Browser;
let shop: Server;
let url = '';
let definitions: PageDefinitions = { experiments: [{ key: 'hero', variations }], flags };
let version = 1;
let answers: number[] = [];
let collected: Envelope[] = [];

function serve(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url!.split('?')[0]!;
  if (path.endsWith('.js'))
    return void response.setHeader('content-type', 'text/javascript').end(readFileSync(join(dist, path)));
  if (path === '/v1/batch') return collect(request, response);
  if (path === '/definitions.json') {
    const etag = `"${version}"`;
    response.statusCode = request.headers['if-none-match'] === etag ? 304 : 200;
    answers.push(response.statusCode);
    response.setHeader('etag', etag).setHeader('cache-control', 'no-cache');
    return void response.end(response.statusCode === 200 ? JSON.stringify(definitions) : undefined);
  }
  const policy = "default-src 'none'; script-src 'self'; connect-src 'self'";
  response.setHeader('content-type', 'text/html').setHeader('content-security-policy', policy);
  const tags = `<script src="/perennial.js" data-endpoint="${url}" data-write-key="k"></script>
    <script src="/perennial-state.js" data-definitions="/definitions.json"></script>`;
  response.end(`<!doctype html><title>花漾</title>${tags}`);
}

function collect(request: IncomingMessage, response: ServerResponse): void {
  let body = '';
  request.on('data', (part: Buffer) => (body += part.toString()));
  request.on('end', () => {
    collected.push(...(JSON.parse(body) as { batch: Envelope[] }).batch);
    response.end('{"errors":[]}');
  });
}

(hasBrowser ? describe : describe.skip)('the state of a page in a real browser', () => {
  let context: BrowserContext;

  beforeAll(async () => {
    browser = await openBrowser();
    shop = createServer(serve);
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => shop.close(resolve).closeAllConnections());
  });
  beforeEach(async () => {
    await context?.close();
    context = await browser.newContext();
    [answers, collected] = [[], []];
  });

  async function aTab(): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    await page.evaluate(() => (window as unknown as ShopWindow).perennialState.ready(5000));
    return page;
  }
  const get = (page: Page, realm: 'traits' | 'flags' | 'experiments', key: string) =>
    page.evaluate(([r, k]) => (window as unknown as ShopWindow).perennialState[r].get(k), [realm, key] as const);
  const set = (page: Page, key: string, value: unknown) =>
    page.evaluate(
      ([k, v]) => (window as unknown as ShopWindow).perennialState.traits.set(k as string, v),
      [key, value],
    );
  const keys = (page: Page) =>
    page.evaluate(() => Object.keys(localStorage).filter((key) => /^perennial\.state\.(?!owner)/.test(key)));
  /** Each once, as core would have it: tabs that share a queue may send one event twice. */
  const said = (event: string) =>
    [...new Map(collected.map((one) => [one.messageId, one])).values()].filter(
      ({ event: name, type }) => (name ?? type) === event,
    );

  it('two tabs share what is known at once, and the collector hears it once', async () => {
    const [one, two] = [await aTab(), await aTab()];
    await two.evaluate(() => {
      const page = window as unknown as ShopWindow;
      page.heard = [];
      page.perennialState.flags.on('banner', (value) => void page.heard.push(value));
    });
    await set(one, 'city', '上海');
    const heard = () => two.evaluate(() => (window as unknown as ShopWindow).heard);
    await eventually(async () => (await heard()).length > 0);
    expect(await heard()).toEqual(['上海站']);
    const variation = await get(one, 'experiments', 'hero');
    await eventually(async () => (await keys(two)).includes('perennial.state.viewed.hero'));
    expect(await get(two, 'experiments', 'hero')).toBe(variation);
    await eventually(() => Promise.resolve(said('identify').length > 0 && said('Experiment Viewed').length > 0));
    await one.close({ runBeforeUnload: true });
    await two.reload();
    expect([await get(two, 'traits', 'city'), await get(two, 'experiments', 'hero')]).toEqual(['上海', variation]);
    await eventually(() => Promise.resolve(said('page').length === 3));
    expect(said('identify').map(({ traits }) => traits)).toEqual([{ city: '上海' }]);
    expect(said('Experiment Viewed').map(({ properties }) => properties!['variation_id'])).toEqual([variation]);
    // The browser asked with the ETag by itself.
    expect(answers).toEqual([200, 304, 304]);
  }, 60_000);

  it('who was exposed keeps her variation when the weights change', async () => {
    const page = await aTab();
    const seen = await get(page, 'experiments', 'hero');
    const weighted = variations.map(({ key }) => ({ key, weight: key === seen ? 0 : 10_000 }));
    definitions = { experiments: [{ key: 'hero', variations: weighted }] };
    version += 1;
    expect(await get(await aTab(), 'experiments', 'hero')).toBe(seen);
    await page.evaluate(() => (window as unknown as ShopWindow).perennialState.reset());
    expect(await get(page, 'experiments', 'hero')).not.toBe(seen);
  }, 60_000);

  it('two tabs that write the same cells at the same time end alike, and are still', async () => {
    const [one, two] = [await aTab(), await aTab()];
    const write = (page: Page, name: string) =>
      page.evaluate(async (tab) => {
        const { traits } = (window as unknown as ShopWindow).perennialState;
        for (let i = 0; i < 300; i++) {
          traits.set(`t${i % 5}`, `${tab}${i}`);
          if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        }
      }, name);
    await Promise.all([write(one, 'one'), write(two, 'two')]);
    const all = (page: Page) => page.evaluate(() => (window as unknown as ShopWindow).perennialState.traits.all());
    await eventually(async () => JSON.stringify(await all(one)) === JSON.stringify(await all(two)));
    const kept = await one.evaluate(() =>
      [0, 1, 2, 3, 4].map((i) => (JSON.parse(localStorage.getItem(`perennial.state.traits.t${i}`)!) as unknown[])[0]),
    );
    const known = await all(two);
    expect(kept).toEqual([0, 1, 2, 3, 4].map((i) => known[`t${i}`]));
  }, 60_000);

  it('signing out and withdrawn consent empty every tab and the storage', async () => {
    const [one, two] = [await aTab(), await aTab()];
    await set(one, 'city', '上海');
    await one.evaluate(() => (window as unknown as ShopWindow).perennialState.reset());
    expect((await keys(one)).filter((key) => !key.includes('.sheet.'))).toEqual([]);
    await eventually(async () => (await get(two, 'traits', 'city')) === undefined);
    await set(two, 'vip', true);
    await one.evaluate(() => (window as unknown as ShopWindow).perennialState.consent.set('analytics', false));
    await eventually(async () => (await get(two, 'traits', 'vip')) === undefined);
    expect(await keys(one)).toEqual([]);
  }, 60_000);
});
