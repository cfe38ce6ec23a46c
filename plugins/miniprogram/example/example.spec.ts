import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Phone, Program } from '../src/emulator/index.js';
import { datasetOf } from '../src/emulator/markup.js';
import { bundleTracker } from '../tracker.mjs';

const PRODUCT = 'pages/product/product';
const markup = readFileSync(join(import.meta.dirname, `${PRODUCT}.wxml`), 'utf8');

interface Act {
  type: string;
  event?: string;
  name?: string;
  userId?: string;
  properties?: object;
  traits?: object;
  context: { externalIds?: object[] };
}

const acts: Act[] = [];
let program: Program;

beforeAll(async () => {
  const bundle = await bundleTracker();
  const phone = new Phone(({ url, body }) => {
    if (url.endsWith('/login'))
      return Promise.resolve({
        status: 200,
        body: '{"openid":"o1","unionid":"u1","member":{"id":"m1","name":"李娜"}}',
      });
    acts.push(...(JSON.parse(body) as { batch: Act[] }).batch);
    return Promise.resolve({ status: 200, body: '{"ok":true,"receivedEvents":1,"errors":[]}' });
  });
  phone.domains.push('https://shop.example.com');
  const launch = { path: PRODUCT, query: { scene: 's%3Dposter' }, scene: 1047 };
  program = new Program({
    phone,
    folder: import.meta.dirname,
    npm: { 'perennial-mini': bundle },
    launch,
  });
});
afterAll(() => program.kill());

it('the example says everything once, by the person that its server named', async () => {
  program.start(PRODUCT, { id: 'SKU1' });
  await new Promise((resolve) => setTimeout(resolve, 10));
  program.tap('addToCart', datasetOf(markup, 'addToCart', { id: 'SKU1' }));
  program.tap('buy', datasetOf(markup, 'buy'));
  program.share();
  program.hide();
  for (let left = 100; left > 0 && program.isBusy; left--) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(acts.map(({ event, name, type, userId }) => [event ?? name ?? type, userId])).toEqual([
    ['Session Started', undefined],
    ['App Launched', undefined],
    ['App Shown', undefined],
    ['Product Viewed', undefined],
    [PRODUCT, undefined],
    ['$bind', undefined],
    ['identify', 'm1'],
    ['Product Added', 'm1'],
    ['Order Completed', 'm1'],
    ['Page Shared', 'm1'],
    ['App Hidden', 'm1'],
  ]);
  expect(acts[7]!.properties).toEqual({ product_id: 'SKU1' });
  expect(acts[0]!.context).toMatchObject({ campaign: { source: 'poster' } });
  expect(acts[10]!.context.externalIds).toEqual([
    { type: 'wechat_openid', id: 'o1', namespace: 'wx0123456789abcdef' },
    { type: 'wechat_unionid', id: 'u1' },
  ]);
});
