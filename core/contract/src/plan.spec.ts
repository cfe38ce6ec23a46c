import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from './json.js';
import { compilePlan, findingText } from './plan.js';
import { isOriginPattern, type PlanEvent, type TrackingPlan } from './policy.js';

const ORDER: PlanEvent = {
  name: '下单',
  isClosed: true,
  properties: [
    { path: 'total', type: 'number', isRequired: true },
    { path: 'channel', values: ['小程序', 'app', 1] },
    { path: 'coupon', pattern: '[A-Z]{2}\\d+' },
    { path: 'products.price', type: 'number', isRequired: true },
    { path: 'products.sku', type: 'text' },
    { path: 'at', type: 'instant' },
  ],
};
const PLAN: TrackingPlan = {
  mode: 'block',
  events: [ORDER, { name: '$identify', properties: [{ path: 'age', type: 'integer', isRequired: true }] }],
};
const order = (properties: JsonObject) => ({ event: '下单', properties }) as JsonObject;
const asGlanced = (text: string) => Buffer.from(text).toString('latin1');

describe('a tracking plan', () => {
  const check = compilePlan(PLAN);
  const codes = (item: JsonObject, type: 'track' | 'identify' | 'page' = 'track') =>
    check(item, type).map(({ code, path }) => `${code} ${path}`);

  it('finds nothing in what is as planned', () => {
    const full = { total: 1.5, channel: '小程序', coupon: 'AB1', products: [{ price: 1, sku: 'a' }], at: '2026-01-01' };
    expect(codes(order(full))).toEqual([]);
    expect(codes(order({ total: 1, channel: 1, coupon: null, products: [{ price: 2 }] }))).toEqual([]);
  });

  it('finds what is missing, of another kind, not among the values, not of the pattern, or not planned', () => {
    expect(codes(order({}))).toEqual(['PLAN_PROPERTY_MISSING total', 'PLAN_PROPERTY_MISSING products.price']);
    expect(codes(order({ total: '1', products: [{ price: 1 }, { sku: 2 }] }))).toEqual([
      'PLAN_PROPERTY_INVALID total',
      'PLAN_PROPERTY_MISSING products.price',
      'PLAN_PROPERTY_INVALID products.sku',
    ]);
    const wrong = { total: 1, channel: 'h5', coupon: 'xAB1', products: [], at: 'now', extra: 1 };
    expect(codes(order(wrong))).toEqual([
      'PLAN_PROPERTY_INVALID channel',
      'PLAN_PROPERTY_INVALID coupon',
      'PLAN_PROPERTY_INVALID at',
      'PLAN_PROPERTY_UNKNOWN extra',
    ]);
  });

  it('knows tracks by name; of other types only what is planned', () => {
    expect(codes({ event: '别的' })).toEqual(['PLAN_EVENT_UNKNOWN ']);
    expect(codes({ name: 'home' }, 'page')).toEqual([]);
    expect(codes({ traits: { age: 1.5 } }, 'identify')).toEqual(['PLAN_PROPERTY_INVALID age']);
    expect(codes({ context: { traits: { age: 30 } } }, 'identify')).toEqual([]);
  });

  it('says what was found by its kind, never by its value', () => {
    const [finding] = check(order({ total: '13912345678', products: [] }), 'track');
    expect(findingText(finding!)).toBe('下单: total must be a number (was text of 11)');
    expect(JSON.stringify(check(order({ total: 1, channel: '李娜', products: [] }), 'track'))).not.toContain('李娜');
  });

  it('names at most ten findings of one event', () => {
    const extra = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`p${n}`, n]));
    expect(check(order({ total: 1, products: [], ...extra }), 'track')).toHaveLength(10);
  });

  it('at a glance is never laxer than in truth', () => {
    const glance = compilePlan(PLAN, asGlanced);
    const texts = ['小程序', 'app', 'AB1', '优惠', 'AB优', '', '小'];
    let sure = 0;
    for (const channel of texts)
      for (const coupon of texts)
        for (const event of ['下单', '别的']) {
          const json = JSON.stringify({ event, properties: { total: 1, channel, coupon, products: [] } });
          const seen = JSON.parse(asGlanced(json)) as JsonObject;
          if (glance(seen, 'track').length > 0) continue;
          sure += 1;
          expect(check(JSON.parse(json) as JsonObject, 'track')).toEqual([]);
        }
    expect(sure).toBe(2);
  });
});

describe('a pattern of a plan', () => {
  const planOf = (pattern: string) =>
    compilePlan({ mode: 'block', events: [{ name: 'E', properties: [{ path: 'p', pattern }] }] });

  it.each(['a?'.repeat(30) + 'a'.repeat(30), '[^b]{0,99}'.repeat(4) + 'b', '(a|aa)+'])(
    'takes little time on the longest text, whatever it is: %s',
    (pattern) => {
      const check = planOf(pattern);
      const began = performance.now();
      for (const length of [255, 4_096, 30_000])
        expect(check({ event: 'E', properties: { p: `${'a'.repeat(length)}!` } }, 'track')).toHaveLength(1);
      expect(performance.now() - began).toBeLessThan(250);
    },
  );

  it('asks for nothing where it is none that is known: it was kept before it had to be', () => {
    expect(planOf('(?=a)b')({ event: 'E', properties: { p: 'x' } }, 'track')).toEqual([]);
  });
});

it.each([
  ['https://shop.example.com', true],
  ['https://*.example.com', true],
  ['http://localhost:8080', true],
  ['https://shop.example.com/', false],
  ['*.example.com', false],
  ['https://*', false],
  ['https://a.*.com', false],
  ['HTTPS://EXAMPLE.COM', false],
])('%s is an origin to allow: %s', (text, isOne) => expect(isOriginPattern(text)).toBe(isOne));
