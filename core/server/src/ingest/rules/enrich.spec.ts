import { describe, expect, it } from '@jest/globals';
import type { Envelope, JsonObject, RequestFacts } from '@perennial/contract';
import { enriched } from './enrich.js';

const LINUX: RequestFacts = {
  browser: 'Chrome',
  browserVersion: '141.0.0.0',
  os: 'Linux',
  osVersion: '6',
  device: 'desktop',
  city: '成都',
};

const told = (context: JsonObject, request: RequestFacts = LINUX) => {
  const envelope = { type: 'track', event: 'X', userId: 'm1', messageId: '1', context } as Envelope;
  return enriched(envelope, { request }, 0);
};
const brands = (...names: string[]): JsonObject => ({
  userAgentData: { brands: names.map((brand) => ({ brand, version: '141' })), mobile: false, platform: 'Linux' },
});

describe('browser and system', () => {
  it.each<[string, JsonObject]>([
    ['analytics-next', brands('Not:A-Brand', 'Google Chrome', 'Chromium')],
    ['RudderStack’s browser client', { os: { name: '', version: '' }, userAgent: 'Mozilla/5.0 …' }],
    ['Jitsu, Sensors, Snowplow', { userAgent: 'Mozilla/5.0 …' }],
    ['ours', { userAgent: 'Mozilla/5.0 …', page: {} }],
    ['a client that knows nothing', { os: { name: null }, userAgentData: { brands: [] }, device: { type: '' } }],
    ['a client with texts where objects belong', { os: 'Linux', userAgentData: 'Chrome', device: [] }],
  ])('are the same whoever tells them: %s', (_, context) => {
    expect(told(context).properties).toMatchObject({ $browser: 'Chrome', $os: 'Linux', $device: 'desktop' });
  });

  it.each([
    [' Not A;Brand', 'Chromium', 'Google Chrome'],
    ['Chromium', 'Not)A;Brand', 'Google Chrome'],
    ['Google Chrome', 'Not_A Brand', 'Chromium'],
    ['(Not(A:Brand', 'Google Chrome', 'Chromium'],
    ['Not/A)Brand', 'Chromium', 'Google Chrome'],
    ['Not.A/Brand', 'Google Chrome', 'Chromium'],
    ['NotABrand', 'Google Chrome', 'Chromium'],
  ])('are found beside the brand that is none, wherever it stands: %s, %s, %s', (...names) => {
    expect(told(brands(...names), { os: 'Linux' }).properties).toMatchObject({ $browser: 'Chrome' });
  });

  it('are the client’s where it knows better, and the request’s where it names an engine alone', () => {
    const browser = (context: JsonObject, request?: RequestFacts) => told(context, request).properties?.['$browser'];
    expect(browser(brands('Not:A-Brand', 'Microsoft Edge', 'Chromium'))).toBe('Microsoft Edge');
    expect(browser(brands('Android WebView', 'Chromium', 'Not:A-Brand'), { browser: 'WeChat' })).toBe('WeChat');
    expect(browser(brands('Chromium', 'Not:A-Brand'), {})).toBe('Chromium');
    expect(browser(brands('Not:A-Brand'), { os: 'Linux' })).toBeUndefined();
    const system = (os: JsonObject) => told({ os }).context?.['os'];
    expect(system({ name: 'HarmonyOS', version: '' })).toEqual({ name: 'HarmonyOS', version: '' });
    expect(system({ name: 'Linux', version: '' })).toEqual({ name: 'Linux', version: '6' });
  });

  it('of an empty place the request’s is taken, and what the client said beside stays', () => {
    const { context, properties } = told({ location: { city: '', speed: 3 }, ...brands('Not:A-Brand') });
    expect(properties).toMatchObject({ $city: '成都' });
    expect(context).toMatchObject({
      location: { city: '成都', speed: 3 },
      userAgentData: { brands: [{ brand: 'Chrome', version: '141' }] },
    });
  });
});
