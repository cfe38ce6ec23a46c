import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page as List, ProfileDetail, ProfileSummary, TimelineItem } from '@perennial/contract';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { hasBrowser, openBrowser } from '../tools/browser.js';
import { eventually, System, WRITE_KEY } from '../tools/system.js';
import { BROWSER_CLIENTS, pageScript } from './browser-clients.js';
import { useExample } from './mini-program.js';

/** Of the emulator of mini programs. */
const APPID = 'wx0123456789abcdef';
const RUN_MS = 30_000;
/** Long enough for a client that would send again what it has sent. */
const SETTLE_MS = 1_500;
const system = new System({ PERENNIAL_CONFIG: join(import.meta.dirname, 'platform.config.mjs') });
const userOf = (client: string) => `m-${client}`;

beforeAll(() => system.start(), 120_000);
afterAll(() => system.close(), 60_000);

const find = async (user: string) =>
  (await system.api<List<ProfileSummary>>('POST', '/profiles/search', { text: user })).items[0];

async function actsOf(
  user: string,
): Promise<{ id: string; acts: Extract<TimelineItem, { kind: 'event' }>[] } | undefined> {
  const profile = await find(user);
  if (!profile) return undefined;
  const { items } = await system.api<List<TimelineItem>>(
    'GET',
    `/profiles/${profile.id}/timeline?kinds=event&limit=100`,
  );
  return { id: profile.id, acts: items.filter((item) => item.kind === 'event') };
}

const ordersOf = (acts: Extract<TimelineItem, { kind: 'event' }>[]) =>
  acts.filter(({ name }) => name === 'OrderCompleted');

/** The order came once, by the right person, with its properties and time; and the traits, where the client can say any. */
async function expectArrived(client: string): Promise<void> {
  const began = Date.now();
  await eventually(async () => {
    const found = await actsOf(userOf(client));
    return found !== undefined && ordersOf(found.acts).length > 0;
  });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const { id, acts } = (await actsOf(userOf(client)))!;
  expect(ordersOf(acts)).toHaveLength(1);
  const [order] = ordersOf(acts);
  expect(order).toMatchObject({ type: 'track', properties: { total: 9, shade: '大红👩‍👩‍👧' } });
  expect(Math.abs(began - order!.at)).toBeLessThan(60_000);
  const { identifiers, traits } = await system.api<ProfileDetail>('GET', `/profiles/${id}`);
  expect(identifiers).toContainEqual(expect.objectContaining({ kind: 'user_id', value: userOf(client) }));
  // Snowplow's form has no word for traits.
  const cities = traits.filter(({ key }) => key === 'city').map(({ value }) => value);
  expect(cities).toEqual(client.startsWith('snowplow') ? [] : ['Chengdu']);
}

describe('our own tracker in a mini program', () => {
  it(
    'offline, ended by the vendor and opened again: every act arrives once, by one person',
    async () => {
      const said = await useExample(system, 'm-mini');
      await eventually(async () => ((await actsOf('m-mini'))?.acts.length ?? 0) >= said.length);
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const { id, acts } = (await actsOf('m-mini'))!;
      expect(acts.map(({ name }) => name).sort()).toEqual(said);
      const propertiesOf = (event: string) => acts.filter(({ name }) => name === event).map((act) => act.properties);
      expect(propertiesOf('Order Completed')).toEqual([{ product_id: 'SKU1', total: 268 }]);
      expect(propertiesOf('App Launched')).toContainEqual(
        expect.objectContaining({ scene: '1047', sceneGroup: 'code', code: 's=poster&c=spring' }),
      );
      expect(propertiesOf('Page Shared')).toEqual([expect.objectContaining({ depth: 1, by: 'menu' })]);
      const { at } = acts.find(({ name }) => name === 'Page Shared')!;
      expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
      const { identifiers, tags } = await system.api<ProfileDetail>('GET', `/profiles/${id}`);
      expect(identifiers.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(['anonymous_id', 'phone', 'user_id', 'wechat_openid', 'wechat_unionid']),
      );
      expect(identifiers).toContainEqual(expect.objectContaining({ kind: 'wechat_openid', namespace: APPID }));
      const tagged = Object.fromEntries(tags.map(({ key, value }) => [key, value]));
      expect(tagged).toMatchObject({ 'miniprogram.way-in': 'recent', 'miniprogram.shares-30d': 1 });
    },
    2 * RUN_MS,
  );
});

(hasBrowser ? describe : describe.skip)('clients from npm, unmodified, in a browser', () => {
  let browser: Browser;
  let shop: Server;
  let shopUrl = '';

  beforeAll(async () => {
    browser = await openBrowser();
    shop = createServer((request, response) => {
      const client = (request.url ?? '/').slice(1).replace('.js', '');
      if (!BROWSER_CLIENTS.includes(client)) return void response.writeHead(404).end();
      const isScript = request.url!.endsWith('.js');
      const page = `<!doctype html><meta charset="utf-8"><title>花漾</title><script src="/${client}.js"></script>`;
      response.setHeader('content-type', `${isScript ? 'text/javascript' : 'text/html'}; charset=utf-8`);
      if (!isScript) return void response.end(page);
      pageScript(client, system.collectorUrl, WRITE_KEY, userOf(client)).then(
        (text) => response.end(text),
        (error: Error) => response.writeHead(500).end(error.message),
      );
    });
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => shop.close(resolve).closeAllConnections());
  }, 60_000);

  it.each(BROWSER_CLIENTS)(
    '%s',
    async (client) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${shopUrl}/${client}`);
      await expectArrived(client);
      await context.close();
    },
    2 * RUN_MS,
  );
});
