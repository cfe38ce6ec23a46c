// Runs one client from npm, unmodified: node node-clients.mjs <client> <collector> <key> <user>. Each says the same two acts.
import { createRequire } from 'node:module';
import { stubMiniProgram } from './wx-stub.mjs';

const require = createRequire(import.meta.url);
const [client, url, key, user] = process.argv.slice(2);
const traits = { city: 'Chengdu' };
const properties = { total: 9, shade: '大红👩‍👩‍👧' };
const EVENT = 'OrderCompleted';
/** The story ends this process when it has seen what it waits for. */
const LONGEST_MS = 60_000;

const CLIENTS = {
  async 'segment-node'() {
    const { Analytics } = require('@segment/analytics-node');
    const analytics = new Analytics({ writeKey: key, host: url });
    analytics.identify({ userId: user, traits });
    analytics.track({ userId: user, event: EVENT, properties });
    await analytics.closeAndFlush();
  },
  async 'rudder-node'() {
    const found = require('@rudderstack/rudder-sdk-node');
    const analytics = new (found.default ?? found)(key, { dataPlaneUrl: url, gzip: true });
    analytics.identify({ userId: user, traits });
    analytics.track({ userId: user, event: EVENT, properties });
    await analytics.flush();
  },
  async 'jitsu-node'() {
    const analytics = require('@jitsu/js').jitsuAnalytics({ host: url, writeKey: `${key}:secret` });
    await analytics.identify(user, traits);
    await analytics.track(EVENT, properties);
  },
  async 'sensors-node'() {
    const sa = new (require('sa-sdk-node'))();
    sa.submitTo({ url: `${url}/sa?project=default&token=${key}`, gzip: true, mode: 'track', timeout: 5_000 });
    // Its guide: a distinct_id is a visitor's unless the call says that it is a login's.
    sa.profileSet(user, { ...traits, $is_login_id: true });
    sa.track(user, EVENT, { ...properties, $is_login_id: true });
  },
  async 'sensors-mini-program'() {
    stubMiniProgram();
    const found = require('sa-sdk-miniprogram');
    const sa = found.default ?? found;
    sa.setPara({ name: 'sa', server_url: `${url}/sa?project=default&token=${key}`, batch_send: false, autoTrack: {} });
    sa.init();
    sa.setOpenid(`openid-${user}`);
    sa.login(user);
    sa.bind('$identity_mobile', '13900001111');
    sa.setProfile(traits);
    sa.track(EVENT, properties);
  },
  async 'snowplow-node'() {
    const { buildSelfDescribingEvent, newTracker } = require('@snowplow/node-tracker');
    const tracker = newTracker({ namespace: 't', appId: key }, { endpoint: url, bufferSize: 1 });
    tracker.setUserId(user);
    const schema = `iglu:com.acme/${EVENT}/jsonschema/1-0-0`;
    tracker.track(buildSelfDescribingEvent({ event: { schema, data: properties } }));
  },
};

setTimeout(() => process.exit(1), LONGEST_MS);
await CLIENTS[client]();
