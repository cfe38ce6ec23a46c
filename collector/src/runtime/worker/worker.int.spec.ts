import { expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { isOnce, logIdOfSubject, NATS_LOG, natsStream, readFrames } from '@perennial/contract';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { aCore, aFolder, afterTest, until } from '../../../test-tools/cleaning.js';
import { describeCollector } from '../../../test-tools/collector.cases.js';
import { SECRET } from '../../../test-tools/fake-core.js';
import { describeNats, NatsCluster } from '../../../test-tools/nats.js';
import { startCollector } from '../node/serve.js';
import type { Publish } from './publish.js';
import { WorkerKeys } from './keys.js';
import { publishToNats } from './nats-publish.js';
import { readSettings } from './settings.js';
import { createWorker, entryOf } from './worker.js';

const envOf = (coreUrl: string) => ({ PERENNIAL_CORE_URL: coreUrl, PERENNIAL_COLLECTOR_SECRET: SECRET });
const at = (path: string) => `http://collector.example${path}`;

describeCollector('a worker', (coreUrl) => {
  const handle = createWorker(readSettings(envOf(coreUrl)));
  return Promise.resolve((path, init) => handle(new Request(at(path), init)));
});

describeCollector('node', async (coreUrl) => {
  const folder = aFolder();
  const config = { host: '127.0.0.1', port: 0, folder, coreUrl, secret: SECRET, secretFile: '', maxBytes: 1e8 };
  const collector = await startCollector({ ...config, truncatesIp: true, keyPollMs: 100 }, () => undefined);
  afterTest(() => collector.close());
  return (path, init) => fetch(collector.url + path, init);
});

const track = (id: string) => JSON.stringify({ event: 'X', userId: 'm', messageId: id });
const request = (id: string, headers: Record<string, string> = {}) =>
  new Request(at('/v1/track'), { method: 'POST', body: track(id), headers: { 'x-write-key': 'key', ...headers } });

it('takes its settings and addresses from whatever the runtime gives beside the request', async () => {
  const { core, coreUrl } = await aCore();
  const workers = entryOf();
  await workers.fetch(request('w', { 'cf-connecting-ip': '203.0.113.9' }), envOf(coreUrl));
  const handle = createWorker(readSettings(envOf(coreUrl)));
  await handle(request('d', { 'cf-connecting-ip': '1.2.3.4' }), { remoteAddr: { hostname: '203.0.114.9' } });
  await handle(request('b', { 'cf-connecting-ip': '1.2.3.4' }), { requestIP: () => ({ address: '203.0.115.9' }) });
  expect(core.frames.map(({ header }) => header.ip)).toEqual(['203.0.113.0', '203.0.114.0', '203.0.115.0']);
  expect([...core.logIds].every(isOnce)).toBe(true);
  expect(core.logIds.size).toBe(3);
});

it('asks to come back while core is away, as nothing is kept here', async () => {
  const { core, coreUrl } = await aCore();
  const handle = createWorker(readSettings(envOf(coreUrl)));
  expect((await handle(request('before'))).status).toBe(200);
  core.isAway = true;
  const meanwhile = await handle(request('meanwhile'));
  expect([meanwhile.status, meanwhile.headers.get('retry-after')]).toEqual([503, '1']);
  core.isAway = false;
  expect((await handle(request('after'))).status).toBe(200);
  expect(core.ids).toEqual(['before', 'after']);
});

it('turns a source away that has settings of its own, which nothing here carries out', async () => {
  const keys = ['key', 'plain'].map((key) => ({ hash: createHash('sha256').update(key).digest('hex'), sourceId: key }));
  const core = createServer((_, response) => void response.end(JSON.stringify({ keys, policies: { key: {} } })));
  await new Promise<void>((resolve) => core.listen(0, '127.0.0.1', resolve));
  afterTest(() => core.close());
  const options = {
    coreUrl: `http://127.0.0.1:${(core.address() as AddressInfo).port}`,
    secret: SECRET,
    now: Date.now,
  };
  const sut = new WorkerKeys(options);
  expect([await sut.sourceOf('key'), await sut.sourceOf('plain')]).toEqual(['unready', { sourceId: 'plain' }]);
});

it('answers 200 only after the other side acknowledged', async () => {
  const { coreUrl } = await aCore();
  let acknowledge: () => void = () => undefined;
  const publish: Publish = () => new Promise((resolve) => (acknowledge = resolve));
  const nats = { PERENNIAL_LOG: 'nats', PERENNIAL_NATS_URL: 'ws://nats.example:8080' };
  const handle = createWorker(readSettings({ ...envOf(coreUrl), ...nats }), { nats: () => publish });
  let isAnswered = false;
  const answering = handle(request('a')).then((answer) => ((isAnswered = true), answer));
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(isAnswered).toBe(false);
  acknowledge();
  expect((await answering).status).toBe(200);
  expect(() => createWorker(readSettings({ ...envOf(coreUrl), ...nats }))).toThrow('PERENNIAL_LOG=nats');
});

it('says all that is wrong with its settings at once', () => {
  expect(() => readSettings({ PERENNIAL_LOG: 'nats', PERENNIAL_NATS_URL: 'nats://x:4222' })).toThrow(
    /CORE_URL.*\n.*SECRET.*\n.*ws:\/\//,
  );
});

describeNats('a worker that publishes to NATS', () => {
  it('makes each request a lot of its own, and answers 503 while NATS is away', async () => {
    const cluster = await NatsCluster.start();
    afterTest(() => cluster.close());
    const connection = await connect({ servers: cluster.url, maxReconnectAttempts: -1 });
    afterTest(() => connection.close());
    const { streams } = await jetstreamManager(connection);
    const stream = natsStream(1, 1e8);
    await streams.add({ ...stream, subjects: [...stream.subjects] });
    const { coreUrl } = await aCore();
    const nats = { PERENNIAL_LOG: 'nats', PERENNIAL_NATS_URL: 'ws://nats.example:8080' };
    // Node 20 knows no web sockets; what is published is the same over any connection.
    const handle = createWorker(readSettings({ ...envOf(coreUrl), ...nats }), {
      nats: (options) => publishToNats(options, { dial: () => Promise.resolve(connection) }),
    });
    expect((await handle(request('a'))).status).toBe(200);
    const message = await streams.getMessage(NATS_LOG.stream, { seq: 1 });
    expect(isOnce(logIdOfSubject(message!.subject))).toBe(true);
    expect(new TextDecoder().decode(readFrames(message!.data, 0)[0]!.body)).toBe(track('a'));
    await cluster.killAll();
    const away = await handle(request('b'));
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1']);
    await cluster.startAll();
    await until(async () => (await handle(request('c'))).status === 200);
  }, 30_000);
});
