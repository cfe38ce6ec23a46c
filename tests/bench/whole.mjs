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
  const latency = await latencies(core.port, collector.port);
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
      value: `p50 ${latency.p50} ms, p99 ${latency.p99} ms (${latency.count} deliveries)`,
      floor: '',
      ratio: undefined,
      goal: 'p99 < 250 ms',
    },
  ];
}

async function latencies(corePort, collectorPort) {
  const sentAt = new Map();
  const times = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const { data } = JSON.parse(body);
      times.push(performance.now() - sentAt.get(data.cause.eventId));
      response.writeHead(204).end();
    });
  });
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  await watch(corePort, `http://127.0.0.1:${receiver.address().port}/`);
  for (let tick = 0; tick < (SECONDS * PER_SECOND) / BATCH; tick++) {
    const batch = Array.from({ length: BATCH }, (_, n) => eventOf(tick * BATCH + n));
    const now = performance.now();
    for (const { event, messageId } of batch) if (event === 'Watched') sentAt.set(messageId, now);
    void fetch(`http://127.0.0.1:${collectorPort}/v1/batch`, {
      method: 'POST',
      headers: { 'x-write-key': KEY },
      body: JSON.stringify({ batch }),
    });
    await sleep((1000 * BATCH) / PER_SECOND - (performance.now() - now));
  }
  for (let n = 0; n < 100 && times.length < sentAt.size; n++) await sleep(100);
  receiver.close().closeAllConnections();
  const sorted = times.sort((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.floor(sorted.length * share)]);
  return { p50: at(0.5), p99: at(0.99), count: `${times.length} of ${sentAt.size}` };
}

const eventOf = (n) => ({
  type: 'track',
  event: n % WATCHED === 0 ? 'Watched' : n % 7 === 0 ? 'Order Completed' : 'Product Viewed',
  userId: `m${(n * 7919) % 20_000}`,
  messageId: `w${n}`,
  properties: { total: n % 100, product_id: `p${n % 50}`, category: `c${n % 5}` },
});

async function watch(port, url) {
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
  const post = async (path, body) =>
    (await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  const { id } = await post('/destinations', {
    title: 'bench',
    activation: 'webhook.send',
    options: { url, secret, allowPrivate: true },
    isEnabled: true,
  });
  await post('/triggers', {
    title: 'watched',
    cause: { on: 'event.applied', event: 'Watched' },
    destinationId: id,
    payload: {},
    isEnabled: true,
  });
}
