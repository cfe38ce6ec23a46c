import { build } from 'esbuild';

const EVENT = `'OrderCompleted', { total: 9, shade: '大红👩‍👩‍👧' }`;

/** What a page does with each client, as its own guide says; HOST, URL, KEY and USER stand for the story's. */
const PAGES: Record<string, string> = {
  'segment-web': `
    import { AnalyticsBrowser } from '@segment/analytics-next';
    const analytics = AnalyticsBrowser.load({ writeKey: KEY, cdnURL: URL },
      { integrations: { 'Segment.io': { apiHost: HOST + '/v1', protocol: 'http' } } });
    analytics.identify(USER, { city: 'Chengdu' });
    analytics.track(${EVENT});`,
  'segment-web-batching': `
    import { AnalyticsBrowser } from '@segment/analytics-next';
    const deliveryStrategy = { strategy: 'batching', config: { size: 2, timeout: 500 } };
    const analytics = AnalyticsBrowser.load({ writeKey: KEY, cdnURL: URL },
      { integrations: { 'Segment.io': { apiHost: HOST + '/v1', protocol: 'http', deliveryStrategy } } });
    analytics.identify(USER, { city: 'Chengdu' });
    analytics.track(${EVENT});`,
  'rudder-web': `
    import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';
    const analytics = new RudderAnalytics();
    analytics.load(KEY, URL, { configUrl: URL });
    analytics.identify(USER, { city: 'Chengdu' });
    analytics.track(${EVENT});`,
  'rudder-web-beacon': `
    import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';
    const analytics = new RudderAnalytics();
    analytics.load(KEY, URL, { configUrl: URL, useBeacon: true, beaconQueueOptions: { flushQueueInterval: 500 } });
    analytics.identify(USER, { city: 'Chengdu' });
    analytics.track(${EVENT});`,
  'jitsu-web': `
    import { jitsuAnalytics } from '@jitsu/js';
    const analytics = jitsuAnalytics({ host: URL, writeKey: KEY + ':secret' });
    analytics.identify(USER, { city: 'Chengdu' }).then(() => analytics.track(${EVENT}));`,
  ...Object.fromEntries(
    ['image', 'ajax', 'beacon'].map((sendType) => [
      `sensors-web-${sendType}`,
      `
    import sensors from 'sa-sdk-javascript';
    sensors.init({ server_url: URL + '/sa?project=default&token=' + KEY, send_type: '${sendType}', heatmap: {}, is_track_single_page: false });
    sensors.login(USER);
    sensors.setProfile({ city: 'Chengdu' });
    sensors.track(${EVENT});`,
    ]),
  ),
  'snowplow-web': `
    import { newTracker, setUserId, trackSelfDescribingEvent } from '@snowplow/browser-tracker';
    newTracker('t', URL, { appId: KEY });
    setUserId(USER);
    trackSelfDescribingEvent({ event: { schema: 'iglu:com.acme/OrderCompleted/jsonschema/1-0-0', data: { total: 9, shade: '大红👩‍👩‍👧' } } });`,
};

export const BROWSER_CLIENTS = Object.keys(PAGES);

/** The script of one page: the client from npm as it is, and the few lines that use it. */
export async function pageScript(client: string, url: string, key: string, user: string): Promise<string> {
  const told = { URL: url, HOST: new URL(url).host, KEY: key, USER: user };
  const words = Object.entries(told).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
  const built = await build({
    stdin: { contents: scriptOf(client, words), resolveDir: import.meta.dirname },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  return built.outputFiles[0]!.text;
}

/** Imports stand first in a module; the words that the page uses follow them. */
function scriptOf(client: string, words: string[]): string {
  const [first, ...rest] = PAGES[client]!.trim().split('\n');
  return [first, ...words, ...rest].join('\n');
}
