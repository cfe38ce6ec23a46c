import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { trackerSnippet } from '@perennial/contract';
import type { Perennial } from '@perennial/sdk-web';
import type { Browser, BrowserContext } from 'playwright-core';
import { script } from '../../sdk-web/build.mjs';
import { hasBrowser, openBrowser } from '../tools/browser.js';
import { Shop } from '../tools/shop.js';
import { eventually } from '../tools/system.js';

interface Sent {
  type: string;
  event?: string;
  properties?: Record<string, unknown>;
}

const EVENTS = 'http://events.shop.test';
const ANSWER = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
const shop = new Shop();
const scripts: Record<string, string> = {};
let browser: Browser;

/** The tracker as pages load it, before a collector that takes everything. */
async function visit(html: string, policy?: string, url = shop.at()): Promise<{ sent: Sent[]; problems: string[] }> {
  shop.pages.set('/', { html, ...(policy && { policy }) });
  const context = await browser.newContext();
  const [sent, problems]: [Sent[], string[]] = [[], []];
  await collect(context, sent);
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(url);
  await eventually(() => Promise.resolve(sent.some(({ type }) => type === 'page')), 15);
  await page.evaluate(() => history.pushState({}, '', '/next'));
  await eventually(() => Promise.resolve(sent.filter(({ type }) => type === 'page').length === 2), 15);
  await page.evaluate(() =>
    (window as unknown as { perennial: Perennial }).perennial.track('Last', { list: ['a', 'b'], at: new Date(0) }),
  );
  await eventually(() => Promise.resolve(sent.some(({ event }) => event === 'Last')), 15);
  await context.close();
  return { sent, problems };
}

async function collect(context: BrowserContext, sent: Sent[]): Promise<void> {
  await context.route(`${EVENTS}/**`, (route) => {
    const path = new URL(route.request().url()).pathname;
    if (scripts[path]) return route.fulfill({ contentType: 'text/javascript', body: scripts[path] });
    sent.push(...(JSON.parse(route.request().postData() ?? '{"batch":[]}') as { batch: Sent[] }).batch);
    const body = JSON.stringify({ ok: true, receivedEvents: 1, okEvents: 1, errors: [] });
    return route.fulfill({ headers: ANSWER, contentType: 'application/json', body });
  });
}

const snippet = trackerSnippet({ endpoint: EVENTS, writeKey: 'wk', flushMs: 50 });

(hasBrowser ? describe : describe.skip)('in pages of others the tracker tells all, and breaks nothing', () => {
  beforeAll(async () => {
    await shop.open();
    scripts['/perennial.js'] = await script('src/script.ts');
    scripts['/perennial-parts.js'] = await script('src/capture/script.ts');
    browser = await openBrowser({ flags: ['--host-resolver-rules=MAP *.shop.test 127.0.0.1'] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await shop.close();
  }, 30_000);

  it.each([
    ['of nobody in particular', ''],
    ['with a navigation of its own', 'var navigation = []'],
    ['without what tells of new addresses', 'Object.defineProperty(window, "navigation", { value: undefined })'],
    ['with a Map and a Set of its own', 'function Map() {} function Set() {}'],
    [
      'with Intl, crypto and screen of its own',
      'Intl = {}; Object.defineProperty(window, "crypto", { value: {} }); var screen = null',
    ],
    [
      'whose lists and instants write themselves',
      'Array.prototype.toJSON = function () { return "x" }; Date.prototype.toISOString = function () { return \'"q"\' }',
    ],
    ['whose cookies throw', 'Object.defineProperty(document, "cookie", { get() { throw 1 }, set() { throw 1 } })'],
    ['whose cookie of ours was cut', 'document.cookie = "perennial.group=99%E9%80%83%E4%BA"'],
    ['with broken texts in its storage', 'localStorage["perennial.super"] = localStorage["perennial.touch"] = "{"'],
  ])(
    '%s',
    async (_, own) => {
      const { sent, problems } = await visit(`<script>${own}</script>${snippet}`);
      expect(sent.map(({ event, type }) => event ?? type)).toEqual(['Session Started', 'page', 'page', 'Last']);
      expect(sent.at(-1)!.properties).toEqual({ list: ['a', 'b'], at: '1970-01-01T00:00:00.000Z' });
      expect(problems).toEqual([]);
    },
    60_000,
  );

  it('under trusted types', async () => {
    const policy = `script-src 'nonce-n' ${EVENTS}; require-trusted-types-for 'script'`;
    const { problems } = await visit(snippet.replace('<script>', '<script nonce="n">'), policy);
    expect(problems).toEqual([]);
  }, 60_000);

  it('whose address bears secrets: none of them leaves', async () => {
    const address = '/?reset_token=geheim&email=z%40example.com&phone=13812345678#access_token=geheim';
    const { sent } = await visit(snippet, undefined, shop.at(address));
    expect(sent.length).toBe(4);
    expect(JSON.stringify(sent)).not.toMatch(/geheim|13812345678|z@|z%40/);
  }, 60_000);
});
