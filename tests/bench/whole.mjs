import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, memoryOf, start } from './processes.mjs';

const SECONDS = 15;
const PER_SECOND = 1_000;
const BATCH = 20;
/** One event in so many has a delivery that waits for it. */
const WATCHED = 50;
const PASSWORD = 'bench password 1';
const KEY = 'wk_bench_0123456789';

/** Start time, idle memory, and how long it takes from a client's request to the receiver of a webhook, under load. */
export async function benchWhole() {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  const env = {
    PERENNIAL_DATA_DIR: folder,
    PERENNIAL_PORT: '0',
    PERENNIAL_ADMIN_PASSWORD: PASSWORD,
    PERENNIAL_DEMO_WRITE_KEY: KEY,
    PERENNIAL_LOG_LEVEL: 'error',
  };
  const began = performance.now();
  const core = await start('core/server/dist/main.js', env);
  const collector = await start('collector/dist/runtime/node/main.js', {
    ...env,
    PERENNIAL_COLLECTOR_PORT: '0',
    PERENNIAL_CORE_URL: `http://127.0.0.1:${core.port}`,
  });
  const startMs = performance.now() - began;
  await sleep(5_000);
  const idle = { core: memoryOf(core.pid), warehouse: Math.max(...childrenOf(core.pid).map(memoryOf)) };
  const api = await signedIn(core.port);
  const latency = await latencies(api, collector.port);
  const entering = await enterings(api, collector.port);
  await collector.stop();
  await core.stop();
  rmSync(folder, { recursive: true, force: true });
  return [
    {
      name: 'start of core and collector on a built tree, new data folder',
      value: `${(startMs / 1000).toFixed(1)} s`,
      floor: '',
      ratio: undefined,
      goal: '<= 3 s',
    },
    {
      name: 'idle memory of core / of the warehouse child',
      value: `${idle.core} MB / ${idle.warehouse} MB`,
      floor: '',
      ratio: undefined,
      goal: '<= 350 / 400 MB',
    },
    {
      name: `collect -> tag -> stage -> delivery received, at ${PER_SECOND} events/s`,
      value: told(latency),
      floor: '',
      ratio: undefined,
      goal: 'p99 < 250 ms',
    },
    {
      name: `collect -> tag -> audience entered -> delivery received, at ${PER_SECOND} events/s`,
      value: told(entering),
      floor: '',
      ratio: undefined,
      goal: 'p99 < 1 s',
    },
  ];
}

const told = ({ p50, p99, count }) => `p50 ${p50} ms, p99 ${p99} ms (${count} deliveries)`;

/** Each watched event has a delivery that names it. */
async function latencies(api, collectorPort) {
  const sent = new Map();
  const got = [];
  const receiver = await receive(({ data }, at) => got.push(at - sent.get(data.cause.eventId)));
  await api.watch(receiver.url, { on: 'event.applied', event: 'Watched' });
  await load(collectorPort, 'w', ({ messageId }, at) => sent.set(messageId, at));
  await eventually(() => got.length >= sent.size);
  receiver.close();
  return quantiles(got, sent.size);
}

/** Each watched event is a new person's, who enters the audience by it; people are numbered as they come. */
async function enterings(api, collectorPort) {
  const sent = [];
  const got = [];
  const receiver = await receive(({ data }, at) => got.push([Number(data.profile.id.slice(2)), at]));
  const text = { zh: '量', en: 'bench' };
  const rule = {
    behaviour: { kind: 'aggregate', event: { names: ['Watched'] }, measure: 'count' },
    test: { op: 'gte', value: 1 },
  };
  const definition = { key: 'bench', title: text, scenario: text, kind: 'dynamic', everyMinutes: 60, rule };
  await api.send('PUT', '/audiences/bench', { definition, expectedVersion: 0 });
  await api.watch(receiver.url, { on: 'audience.entered', audience: 'bench' });
  await eventually(async () => (await api.send('GET', '/tag-runs')).every(({ status }) => status === 'done'));
  await load(collectorPort, 'a', (_, at) => sent.push(at));
  await eventually(() => got.length >= sent.length);
  receiver.close();
  const inOrder = got.sort(([a], [b]) => a - b);
  return quantiles(
    inOrder.map(([, at], n) => at - sent[n]),
    sent.length,
  );
}

async function eventually(look) {
  for (let n = 0; n < 300 && !(await look()); n++) await sleep(100);
}

async function receive(take) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      take(JSON.parse(body), performance.now());
      response.writeHead(204).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close().closeAllConnections() };
}

/** Sends at a steady pace; tells of each watched event when it is sent. */
async function load(collectorPort, run, onWatched) {
  for (let tick = 0; tick < (SECONDS * PER_SECOND) / BATCH; tick++) {
    const batch = Array.from({ length: BATCH }, (_, n) => eventOf(run, tick * BATCH + n));
    const now = performance.now();
    for (const event of batch) if (event.event === 'Watched') onWatched(event, now);
    void fetch(`http://127.0.0.1:${collectorPort}/v1/batch`, {
      method: 'POST',
      headers: { 'x-write-key': KEY },
      body: JSON.stringify({ batch }),
    });
    await sleep((1000 * BATCH) / PER_SECOND - (performance.now() - now));
  }
}

function quantiles(times, expected) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.floor(sorted.length * share)]);
  return { p50: at(0.5), p99: at(0.99), count: `${times.length} of ${expected}` };
}

const eventOf = (run, n) => ({
  type: 'track',
  event: n % WATCHED === 0 ? 'Watched' : n % 7 === 0 ? 'Order Completed' : 'Product Viewed',
  userId: run === 'a' && n % WATCHED === 0 ? `new${n}` : `m${(n * 7919) % 20_000}`,
  messageId: `${run}${n}`,
  properties: { total: n % 100, product_id: `p${n % 50}`, category: `c${n % 5}` },
});

async function signedIn(port) {
  const base = `http://127.0.0.1:${port}/api/v1`;
  const json = { 'content-type': 'application/json' };
  const signIn = await fetch(`${base}/session`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ name: 'admin', password: PASSWORD }),
  });
  const headers = {
    ...json,
    cookie: signIn.headers.get('set-cookie').split(';')[0],
    'x-csrf-token': (await signIn.json()).csrf,
  };
  const send = async (method, path, body) => {
    const answer = await fetch(base + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const watch = async (url, cause) => {
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    const options = { url, secret, allowPrivate: true };
    const { id } = await send('POST', '/destinations', {
      title: url,
      activation: 'webhook.send',
      options,
      isEnabled: true,
    });
    await send('POST', '/triggers', { title: url, cause, destinationId: id, payload: {}, isEnabled: true });
  };
  return { send, watch };
}
