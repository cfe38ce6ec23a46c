// The collector's durable accept beside two floors of the same run: a bare node:http server that parses, validates and
// throws away, and JSON.parse alone. One JSON line a figure. Needs a built collector; node tests/bench/collector.mjs
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 3);
const SECRET = 'bench-secret-0123456789';
const KEY = 'bench-key';
const MAIN = join(import.meta.dirname, '..', '..', 'collector', 'dist', 'runtime', 'node', 'main.js');

/** An order of 1,000 bytes, as a shop's server would send it. */
function anEvent(n) {
  const event = {
    type: 'track',
    event: 'Order Completed',
    messageId: `bench-${String(n).padStart(12, '0')}`,
    userId: `member-${String(n % 5000).padStart(6, '0')}`,
    anonymousId: '3f0c8a52-6d8e-4c1f-9a57-0c2be4e9d1aa',
    timestamp: '2026-06-01T08:00:00.000Z',
    properties: {
      orderId: `o-${String(n).padStart(12, '0')}`,
      total: 299.5,
      currency: 'CNY',
      products: [
        { sku: 'LIP-01', name: '口红', price: 99.5, quantity: 1, category: 'makeup' },
        { sku: 'SRM-07', name: '精华液', price: 200, quantity: 1, category: 'skin care' },
      ],
    },
    context: {
      ip: '203.0.113.7',
      locale: 'zh-CN',
      page: { path: '/checkout/done', url: 'https://shop.example/checkout/done', title: '下单成功', referrer: '' },
      campaign: { source: 'douyin', medium: 'cpc', name: 'summer' },
      padding: '',
    },
  };
  event.context.padding = 'x'.repeat(1000 - Buffer.byteLength(JSON.stringify(event)));
  return event;
}

const SINGLE = { path: '/v1/track', body: JSON.stringify(anEvent(1)), connections: 64, events: 1 };
const BATCH = {
  path: '/v1/batch',
  body: JSON.stringify({ batch: Array.from({ length: 100 }, (_, n) => anEvent(n)) }),
  connections: 32,
  events: 100,
};

function serveRaw() {
  const server = createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse((parts.length === 1 ? parts[0] : Buffer.concat(parts)).toString());
      const items = body.batch ?? [body];
      const isSound = items.every(
        (item) =>
          typeof item.type === 'string' && (item.type !== 'track' || typeof item.event === 'string') && item.userId,
      );
      const text = JSON.stringify({ ok: isSound, receivedEvents: items.length });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send({ ready: true, port: server.address().port }));
}

/** Keep-alive connections that send the same bytes again as soon as they are answered; anything but 200 ends the run. */
function load({ port, path, body, connections, seconds }) {
  const request = Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic ${btoa(`${KEY}:`)}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const latencies = [];
  const began = performance.now();
  let isOver = false;
  const one = () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      let sentAt = 0;
      const send = () => {
        sentAt = performance.now();
        socket.write(request);
      };
      socket.setNoDelay(true).setEncoding('latin1').on('connect', send).on('error', reject);
      socket.on('data', (text) => {
        answer += text;
        const head = answer.indexOf('\r\n\r\n');
        if (head < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? Number.NaN);
        if (!answer.startsWith('HTTP/1.1 200') || Number.isNaN(length)) return reject(new Error(answer));
        if (answer.length < head + 4 + length) return;
        answer = '';
        latencies.push(performance.now() - sentAt);
        if (!isOver) return send();
        socket.destroy();
        resolve();
      });
    });
  setTimeout(() => (isOver = true), seconds * 1000);
  return Promise.all(Array.from({ length: connections }, one)).then(() => {
    const elapsed = (performance.now() - began) / 1000;
    latencies.sort((a, b) => a - b);
    return { perSecond: latencies.length / elapsed, p99: latencies[Math.floor(latencies.length * 0.99)] };
  });
}

/** Core as the collector sees it: knows one key, and takes events at once or, away, none. */
function serveCore(isAway) {
  const keys = { keys: [{ hash: createHash('sha256').update(KEY).digest('hex'), sourceId: 'bench' }] };
  const server = createServer((request, response) => {
    let size = 0;
    request.on('data', (part) => (size += part.length));
    request.on('end', () => {
      if (request.url === '/internal/v1/keys') return response.end(JSON.stringify(keys));
      if (isAway) return response.writeHead(503).end();
      response.end(JSON.stringify({ position: Number(request.headers['x-log-from']) + size }));
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function start(script, args, env = {}) {
  const child = fork(script, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { ...process.env, ...env } });
  return new Promise((resolve, reject) => {
    child.once('message', ({ port }) => resolve({ port, stop: () => stop(child) }));
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  });
}

function stop(child) {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  return gone;
}

function loadFrom(port, shape, seconds = SECONDS) {
  const child = fork(import.meta.filename, ['--role=load'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send({ ...shape, port, seconds });
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => code !== 0 && reject(new Error('the load ended early')));
  });
}

async function measureRaw() {
  const raw = await start(import.meta.filename, ['--role=raw']);
  await loadFrom(raw.port, SINGLE, 1);
  const single = await loadFrom(raw.port, SINGLE);
  await raw.stop();
  return single;
}

async function measureCollector(shape, { isAway }) {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  const core = await serveCore(isAway);
  const collector = await start(MAIN, [], {
    PERENNIAL_DATA_DIR: folder,
    PERENNIAL_CORE_URL: `http://127.0.0.1:${core.address().port}`,
    PERENNIAL_COLLECTOR_SECRET: SECRET,
    PERENNIAL_COLLECTOR_HOST: '127.0.0.1',
    PERENNIAL_COLLECTOR_PORT: '0',
    PERENNIAL_SPOOL_MAX_MB: '8192',
  });
  try {
    await loadFrom(collector.port, shape, 1);
    return await loadFrom(collector.port, shape);
  } finally {
    await collector.stop();
    core.closeAllConnections();
    core.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureParse() {
  const bytes = Buffer.byteLength(BATCH.body);
  const began = performance.now();
  let parsed = 0;
  while (performance.now() - began < 1000) parsed += JSON.parse(BATCH.body).batch.length;
  return ((parsed / BATCH.events) * bytes) / ((performance.now() - began) / 1000) / 1e6;
}

const print = (figure) => console.log(JSON.stringify(figure));
const round = (value, digits = 0) => Number(value.toFixed(digits));

async function main() {
  const raw = await measureRaw();
  print({ name: 'raw node:http, 1 x 1 kB, c=64', value: round(raw.perSecond), unit: 'requests/s' });
  const parse = measureParse();
  print({ name: 'JSON.parse', value: round(parse), unit: 'MB/s' });
  const mbPerSecond = ({ perSecond }) => (perSecond * Buffer.byteLength(BATCH.body)) / 1e6;
  for (const [isAway, when] of [
    [true, 'core away'],
    [false, 'core taking all'],
  ]) {
    const single = await measureCollector(SINGLE, { isAway });
    const batch = await measureCollector(BATCH, { isAway });
    print({
      name: `collector durable, 1 x 1 kB, c=64, ${when}`,
      value: round(single.perSecond),
      unit: 'requests/s',
      p99Ms: round(single.p99, 1),
      ratio: round(single.perSecond / raw.perSecond, 2),
      of: 'raw node:http, 1 x 1 kB, c=64',
      ...(isAway && { goal: 0.55 }),
    });
    print({
      name: `collector durable, 100 x 1 kB, c=32, ${when}`,
      value: round(mbPerSecond(batch)),
      unit: 'MB/s',
      p99Ms: round(batch.p99, 1),
      ratio: round(mbPerSecond(batch) / parse, 2),
      of: 'JSON.parse',
      ...(isAway && { goal: 0.35 }),
    });
  }
}

if (process.argv.includes('--role=raw')) serveRaw();
else if (process.argv.includes('--role=load'))
  process.once('message', (shape) => load(shape).then((result) => process.send(result, () => process.exit(0))));
else await main();
