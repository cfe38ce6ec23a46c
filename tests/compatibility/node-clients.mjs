// Runs one client from npm, unmodified: node node-clients.mjs <client> <collector> <key> <user> <backdated> <phone>. It ends when all is sent.
import { createRequire } from 'node:module';
import { stubMiniProgram } from './wx-stub.mjs';

const require = createRequire(import.meta.url);
const [client, url, key, user, backdated, phone] = process.argv.slice(2);
const take = (name) => require(name).default ?? require(name);

const anonymousId = `a-${user}`;
const traits = { city: 'Chengdu', nickname: '小花👩‍👩‍👧' };
const FLAT = { total: 9, shade: '大红👩‍👩‍👧' };
const RICH = { ...FLAT, lines: [{ sku: 'A1', pieces: 0 }], gift: { note: '', wrapped: false, card: null } };
const company = { name: '花漾九店', phone: '13900009999' };
const TICKS = Array.from({ length: 20 }, (_, number) => number);
const groupId = `store-${user}`;
const previousId = `old-${user}`;
/** When it was said by the caller's own clock; the story compares. */
const said = (more) => ({ ...more, said: Date.now() });

/** The calls that Segment's and RudderStack's clients have in common. */
function sayAsSegment(analytics) {
  analytics.track({ anonymousId, event: 'Visited', properties: said() });
  analytics.identify({ userId: user, anonymousId, traits });
  analytics.track({ userId: user, event: 'OrderCompleted', properties: said(RICH) });
  analytics.track({ userId: user, event: 'Backdated', properties: {}, timestamp: new Date(backdated) });
  analytics.page({ userId: user, name: '首页', properties: said() });
  analytics.screen({ userId: user, name: '我的', properties: said() });
  analytics.group({ userId: user, groupId, traits: company });
  analytics.track({ userId: previousId, event: 'SaidBefore', properties: said() });
  analytics.alias({ userId: user, previousId });
  for (const number of TICKS) analytics.track({ userId: user, event: 'Tick', properties: said({ number }) });
}

const segment = (name) => async () => {
  const { Analytics } = require(name);
  const analytics = new Analytics({ writeKey: key, host: url });
  sayAsSegment(analytics);
  await analytics.closeAndFlush();
};

/** Their `flush` sends twenty at most. */
async function flushed(analytics) {
  while (analytics.queue.length > 0) await new Promise((done) => analytics.flush(() => done()));
}

const segmentOld = (name) => async () => {
  const analytics = new (take(name))(key, { host: url });
  sayAsSegment(analytics);
  await flushed(analytics);
};

/** The oldest keeps a timer for ever. It calls back for every call that was answered. */
const rudderOld = (name) => async () => {
  const analytics = new (take(name))(key, `${url}/v1/batch`);
  const answers = [];
  const answered = (call) => (message) => answers.push(new Promise((done) => analytics[call](message, done)));
  sayAsSegment(new Proxy(analytics, { get: (_, call) => answered(call) }));
  await flushed(analytics);
  await Promise.all(answers);
  process.exit();
};

const rudder = (name) => async () => {
  const analytics = new (take(name))(key, { dataPlaneUrl: url, gzip: true });
  sayAsSegment(analytics);
  await flushed(analytics);
};

const jitsu = (name) => async () => {
  const analytics = require(name).jitsuAnalytics({ host: url, writeKey: `${key}:secret` });
  await analytics.track('Visited', said());
  await analytics.identify(user, traits);
  await analytics.track('OrderCompleted', said(RICH));
  await analytics.page(said({ name: '首页' }));
  await analytics.group(groupId, company);
  for (const number of TICKS) await analytics.track('Tick', said({ number }));
};

const sensors = (name) => () => {
  const sa = new (require(name))();
  // 1.1 would write `_order_completed`.
  sa.disableReNameOption?.();
  sa.submitTo({ url: `${url}/sa?project=default&token=${key}`, gzip: true, mode: 'track', timeout: 60_000 });
  // Its guide: a distinct_id is a visitor's unless the call says that it is a login's.
  sa.track(anonymousId, 'Visited', said());
  sa.trackSignup(user, anonymousId, said());
  sa.profileSet(user, { ...traits, $is_login_id: true });
  sa.track(user, 'OrderCompleted', said({ ...FLAT, $is_login_id: true }));
  sa.track(user, 'Backdated', { $is_login_id: true, $time: new Date(backdated) });
  // These take numbers and lists alone, so that they cannot say whose id it is.
  sa.profileIncrement(user, { orders: 1 });
  sa.profileAppend(user, { likes: ['大红'] });
  sa.track(user, 'Bare', said());
  for (const number of TICKS) sa.track(user, 'Tick', said({ number, $is_login_id: true }));
};

const miniProgram = (name, isBatch, binds) => async () => {
  const answered = stubMiniProgram();
  const sa = take(name);
  const server_url = `${url}/sa?project=default&token=${key}`;
  const autoTrack = { appLaunch: false, appShow: false, appHide: false, pageShow: false };
  const batch_send = isBatch && { send_timeout: 300, max_length: 6 };
  sa.setPara({ name: 'sa', server_url, batch_send, autoTrack });
  sa.init();
  sa.setOpenid(`openid-${user}`);
  sa.track('Visited', said());
  sa.login(user);
  sa.setProfile(traits);
  sa.track('OrderCompleted', said(FLAT));
  for (const number of TICKS) sa.track('Tick', said({ number }));
  if (binds) sa.bind('$identity_mobile', phone);
  // Beside the tracks its first visit, the sign-up that a login is, and the traits.
  await answered(TICKS.length + 5 + (binds ? 1 : 0));
  process.exit();
};

const iglu = (event, data) => ({ schema: `iglu:com.acme/${event}/jsonschema/1-0-0`, data });

/** `track` of a self-describing event, however a version spells it. */
function sayAsSnowplow(tracker, say) {
  tracker.setUserId(user);
  say('OrderCompleted', said(RICH));
  say('Backdated', {}, { type: 'ttm', value: Date.parse(backdated) });
  for (const number of TICKS) say('Tick', said({ number }));
}

const snowplow4 = (name) => () => {
  const { buildPageView, buildScreenView, buildSelfDescribingEvent, newTracker } = require(name);
  const tracker = newTracker({ namespace: 't', appId: key }, { endpoint: url, bufferSize: 1 });
  const say = (event, data, time) => tracker.track(buildSelfDescribingEvent({ event: iglu(event, data) }), [], time);
  sayAsSnowplow(tracker, say);
  tracker.track(buildPageView({ pageUrl: 'https://shop.example/', pageTitle: '首页' }));
  tracker.track(buildScreenView({ name: '我的' }));
  tracker.flush?.();
};

const snowplow3 = (name) => () => {
  const { buildPageView, buildScreenView, buildSelfDescribingEvent, gotEmitter, tracker: make } = require(name);
  const { hostname, port } = new URL(url);
  const tracker = make(gotEmitter(hostname, 'http', Number(port), 'post', 1), 't', key, true);
  const say = (event, data, time) => tracker.track(buildSelfDescribingEvent({ event: iglu(event, data) }), [], time);
  sayAsSnowplow(tracker, say);
  tracker.track(buildPageView({ pageUrl: 'https://shop.example/', pageTitle: '首页' }));
  tracker.track(buildScreenView({ name: '我的' }));
};

const snowplow0 = (name) => () => {
  const { gotEmitter, tracker: make } = require(name);
  const { hostname, port } = new URL(url);
  const tracker = make(gotEmitter(hostname, 'http', Number(port), 'get', 1), 't', key, true);
  sayAsSnowplow(tracker, (event, data, time) => tracker.trackSelfDescribingEvent(iglu(event, data), [], time));
  tracker.trackPageView('https://shop.example/', '首页');
  tracker.trackScreenView('我的');
};

const CLIENTS = {
  'segment-node-1': segment('segment-node-1'),
  'segment-node-2': segment('segment-node-2'),
  'segment-node-3': segment('@segment/analytics-node'),
  'analytics-node-3': segmentOld('analytics-node-3'),
  'analytics-node-6': segmentOld('analytics-node-6'),
  'rudder-node-1': rudderOld('rudder-node-1'),
  'rudder-node-2': rudder('rudder-node-2'),
  'rudder-node-3': rudder('rudder-node-3'),
  'rudder-node': rudder('@rudderstack/rudder-sdk-node'),
  'jitsu-node-1.7': jitsu('jitsu-1.7'),
  'jitsu-node-1.10': jitsu('jitsu-1.10'),
  'jitsu-node': jitsu('@jitsu/js'),
  'sensors-node-1.1': sensors('sa-sdk-node-1.1'),
  'sensors-node': sensors('sa-sdk-node'),
  'sensors-mini-1.14': miniProgram('sa-miniprogram-1.14', false),
  'sensors-mini-1.14-batch': miniProgram('sa-miniprogram-1.14', true),
  'sensors-mini-1.17': miniProgram('sa-miniprogram-1.17', false),
  'sensors-mini-1.17-batch': miniProgram('sa-miniprogram-1.17', true),
  'sensors-mini': miniProgram('sa-sdk-miniprogram', false, true),
  'sensors-mini-batch': miniProgram('sa-sdk-miniprogram', true, true),
  'snowplow-node-0': snowplow0('snowplow-tracker'),
  'snowplow-node-3': snowplow3('snowplow-node-3'),
  'snowplow-node-4.6': snowplow4('snowplow-node-4.6'),
  'snowplow-node': snowplow4('@snowplow/node-tracker'),
};

await CLIENTS[client]();
