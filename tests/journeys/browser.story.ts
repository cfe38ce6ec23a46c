import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page as List, ProfileSummary } from '@perennial/contract';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hasBrowser, openBrowser } from '../tools/browser.js';
import { PASSWORD } from '../tools/sign-in.js';
import { eventually, System, WRITE_KEY } from '../tools/system.js';
import { setWrong } from '../tools/wrong-clock.js';

const system = new System();
let browser: Browser;
let shop: Server;
let shopUrl = '';

(hasBrowser ? describe : describe.skip)('in a real browser', () => {
  beforeAll(async () => {
    await system.start();
    browser = await openBrowser();
    shop = createServer((_, response) => {
      // As strict a policy as a shop may have: only the collector, for the script and to talk to.
      response.setHeader(
        'content-security-policy',
        `default-src 'none'; script-src ${system.collectorUrl}; connect-src ${system.collectorUrl}`,
      );
      return response
        .setHeader('content-type', 'text/html')
        .end(
          `<!doctype html><title>花漾</title><script src="${system.collectorUrl}/perennial.js" data-endpoint="${system.collectorUrl}" data-write-key="${WRITE_KEY}"></script>`,
        );
    });
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => shop.close(resolve).closeAllConnections());
    await system.close();
  }, 60_000);

  const find = async (q: string) =>
    (await system.api<List<ProfileSummary>>('POST', '/profiles/search', { text: q })).items[0];
  const track = (page: Page, event: string) =>
    page.evaluate(
      (name) => (window as unknown as { perennial: { track(name: string): void } }).perennial.track(name),
      event,
    );
  const identify = (page: Page, id: string) =>
    page.evaluate(
      (userId) => (window as unknown as { perennial: { identify(id: string): void } }).perennial.identify(userId),
      id,
    );

  async function inContext(work: (context: BrowserContext) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 800 } });
    await work(context);
    await context.close();
  }

  it(
    'a page that embeds the tracker says who came and what they did, under a strict policy',
    () =>
      inContext(async (context) => {
        const page = await context.newPage();
        await page.goto(`${shopUrl}/?utm_source=douyin`);
        await track(page, 'Product Viewed');
        await identify(page, 'm-web-1');
        const profile = await eventually(async () => {
          const found = await find('m-web-1');
          return found?.events === 4 && found;
        });
        expect(profile.identifiers.map(({ kind }) => kind).sort()).toEqual(['anonymous_id', 'user_id']);
      }),
    60_000,
  );

  it.each([1, -1])(
    'a visitor whose clock is wrong by %i day was here now, not then',
    (days) =>
      inContext(async (context) => {
        await setWrong(context, days * 86_400_000);
        const page = await context.newPage();
        await page.goto(shopUrl);
        await identify(page, `m-clock-${days}`);
        const profile = await eventually(() => find(`m-clock-${days}`));
        expect(Math.abs(profile.lastSeenAt - Date.now())).toBeLessThan(30_000);
      }),
    60_000,
  );

  it(
    'events of a visitor who is offline, reloads and leaves arrive once',
    () =>
      inContext(async (context) => {
        const page = await context.newPage();
        await page.goto(shopUrl);
        await identify(page, 'm-web-2');
        await eventually(async () => (await find('m-web-2'))?.events === 3);
        await context.route(`${system.collectorUrl}/v1/**`, (route) => route.abort());
        await track(page, 'A');
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        await page.reload();
        await track(page, 'B');
        await context.unroute(`${system.collectorUrl}/v1/**`);
        const second = await context.newPage();
        await second.goto(shopUrl);
        await page.close({ runBeforeUnload: true });
        // Two page views of the two loads, A and B: four more than before.
        await eventually(async () => (await find('m-web-2'))?.events === 7);
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        expect((await find('m-web-2'))?.events).toBe(7);
      }),
    60_000,
  );

  it(
    'an operator signs in, finds a person by a phone, and reads why a tag is there',
    () =>
      inContext(async (context) => {
        await system.collect([
          { type: 'identify', userId: 'm-web-3', traits: { name: '赵敏', phone: '199 0000 0333', city: '成都' } },
          { type: 'track', event: 'Order Completed', userId: 'm-web-3', properties: { total: 4200 } },
        ]);
        await eventually(() => find('m-web-3'));
        const page = await context.newPage();
        const problems: string[] = [];
        page.on('pageerror', (error) => problems.push(error.message));
        await page.goto(system.coreUrl);
        await page.fill('input[autocomplete=username]', 'admin');
        await page.fill('input[type=password]', 'wrong password');
        await page.keyboard.press('Enter');
        await page.waitForSelector('text=用户名或密码不正确');
        await page.fill('input[type=password]', PASSWORD);
        await page.keyboard.press('Enter');
        await page.waitForSelector('text=生命周期分布');
        await page.click('text=客户档案');
        await page.waitForSelector('text=赵敏');
        await page.keyboard.press('/');
        await page.keyboard.type('19900000333');
        await page.keyboard.press('Enter');
        await page.waitForFunction(() => document.querySelectorAll('tbody tr.ant-table-row').length === 1);
        await page.click('text=赵敏');
        await page.waitForSelector('text=199****33');
        await page.hover('text=累计消费金额: 4200');
        await page.waitForSelector('text=会员等级与权益');
        await page.click('text=English');
        await page.waitForSelector('text=Stage history');
        expect(problems).toEqual([]);
      }),
    60_000,
  );

  it(
    'every page of the admin opens without an error',
    () =>
      inContext(async (context) => {
        const page = await context.newPage();
        const problems: string[] = [];
        page.on('pageerror', (error) => problems.push(error.message));
        await page.goto(system.coreUrl);
        await page.fill('input[autocomplete=username]', 'admin');
        await page.fill('input[type=password]', PASSWORD);
        await page.keyboard.press('Enter');
        await page.waitForSelector('text=生命周期分布');
        for (const [path, text] of Object.entries({
          tags: '客单价',
          sources: '花漾 (demo)',
          imports: '还没有导入记录',
          activation: '触发规则',
          plugins: '模型运行',
          quarantine: '没有隔离记录',
          access: 'session.open',
        })) {
          await page.goto(`${system.coreUrl}/${path}`);
          await page.waitForSelector(`text=${text}`);
        }
        expect(problems).toEqual([]);
      }),
    60_000,
  );
});
