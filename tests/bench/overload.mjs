// `node tests/bench/overload.mjs [seconds] [times] [capacity]`: random load at so many times what the collector can take
// (measured first, unless it is given). What was
// answered 200 must arrive, once and in order of each connection; memory and the time to an answer must stay bounded.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { memoryOf, root, start } from './processes.mjs';

const SECONDS = Number(process.argv[2] ?? 30);
const TIMES = Number(process.argv[3] ?? 2);
const KNOWN_CAPACITY = Number(process.argv[4]);
const CONNECTIONS = 400;
const CAPACITY_SECONDS = 4;
const TICK_MS = 10;

const folder = mkdtempSync(join(tmpdir(), 'perennial-overload-'));
const core = fork(join(root, 'tests/bench/overload-core.mjs'), { env: { ...process.env, BENCH_CORE_PAUSE_MS: '100' } });
const corePort = await new Promise((resolve) => core.once('message', ({ port }) => resolve(port)));
const collector = await start('collector/dist/runtime/node/main.js', {
  PERENNIAL_DATA_DIR: folder,
  PERENNIAL_COLLECTOR_PORT: '0',
  PERENNIAL_COLLECTOR_SECRET: 'a-secret-of-sixteen',
  PERENNIAL_CORE_URL: `http://127.0.0.1:${corePort}`,
  PERENNIAL_SPOOL_MAX_MB: '256',
});

const kept = [];
const counts = { offered: 0, unsent: 0, broken: 0, kept: 0, 200: 0, 400: 0, 413: 0, 503: 0 };
const times = { 200: [], 503: [] };
let memory = 0;

const PLACE = 'c000-0000000';

/** What clients send: mostly one event, often a few, now and then many, broken or far too much. Made beforehand. */
function aBody() {
  const event = (n) => ({
    messageId: PLACE,
    type: 'track',
    event: 'Act',
    userId: `u${n}`,
    properties: { text: 'x'.repeat(Math.random() * 1500) },
  });
  const dice = Math.random();
  const batch = (n) => JSON.stringify({ batch: Array.from({ length: n }, (_, i) => event(i)) });
  if (dice < 0.6) return { path: '/v1/track', body: JSON.stringify(event(0)) };
  if (dice < 0.92) return { path: '/v1/batch', body: batch(1 + Math.floor(Math.random() * 20)) };
  if (dice < 0.97) return { path: '/v1/batch', body: batch(100) };
  if (dice < 0.99) return { path: '/v1/batch', body: batch(5).slice(0, -20) };
  return { path: '/v1/batch', body: 'x'.repeat(600_000) };
}

const bodies = Array.from({ length: 500 }, () => {
  const { path, body } = aBody();
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nX-Write-Key: bench-key\r\nContent-Length: ${body.length}\r\n\r\n`;
  const bytes = Buffer.from(head + body);
  return { bytes, at: bytes.indexOf(PLACE) };
});
const zipped = (id) => {
  const body = gzipSync(JSON.stringify({ messageId: id, type: 'track', event: 'Act', userId: 'z' }), { level: 1 });
  const head = `POST /v1/track HTTP/1.1\r\nHost: x\r\nX-Write-Key: bench-key\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
};

function aRequest(id) {
  if (Math.random() < 0.03) return zipped(id);
  const { bytes, at } = bodies[Math.floor(Math.random() * bodies.length)];
  const own = Buffer.from(bytes);
  if (at > 0) own.write(id, at, 'latin1');
  return own;
}

class Client {
  isIdle = false;
  n = 0;
  constructor(number) {
    this.number = number;
    this.open();
  }
  open() {
    this.socket = connect(collector.port, '127.0.0.1').setNoDelay();
    let text = '';
    this.socket.on('connect', () => (this.isIdle = true));
    this.socket.on('data', (part) => {
      text += part.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (end < 0 || text.length < end + 4 + length) return;
      this.answered(Number(text.slice(9, 12)));
      text = '';
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      if (this.id) counts.broken++;
      this.id = undefined;
      this.isIdle = false;
      text = '';
      if (!isOver) setTimeout(() => this.open(), 50);
    });
  }
  send() {
    this.isIdle = false;
    this.id = `c${String(this.number).padStart(3, '0')}-${String(this.n++).padStart(7, '0')}`;
    this.sentAt = performance.now();
    this.socket.write(aRequest(this.id));
  }
  answered(status) {
    counts[status] = (counts[status] ?? 0) + 1;
    times[status]?.push(performance.now() - this.sentAt);
    if (status === 200) kept.push(this.id);
    this.id = undefined;
    this.isIdle = true;
  }
}

let isOver = false;
const clients = Array.from({ length: CONNECTIONS }, (_, n) => new Client(n));
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
await wait(500);

/** Offers so many requests a second, whatever the answers do; Infinity: as many as are answered. */
async function offer(rate, seconds) {
  const began = performance.now();
  let due = 0;
  let at = 0;
  while (performance.now() - began < seconds * 1000) {
    const idle = clients.filter(({ isIdle }) => isIdle);
    const wanted = rate === Infinity ? idle.length : Math.floor((rate * (performance.now() - began)) / 1000) - due;
    due += wanted;
    counts.offered += wanted;
    counts.unsent += Math.max(0, wanted - idle.length);
    for (const client of idle.slice(0, wanted)) client.send();
    if (at++ % 100 === 0) memory = Math.max(memory, memoryOf(collector.pid));
    await wait(TICK_MS);
  }
}

await offer(Infinity, CAPACITY_SECONDS);
const capacity = KNOWN_CAPACITY || (counts[200] + counts[400] + counts[413] + counts[503]) / CAPACITY_SECONDS;
for (const key of Object.keys(counts)) counts[key] = 0;
times[200] = [];
times[503] = [];
const before = kept.length;
await offer(capacity * TIMES, SECONDS);
await wait(2_000);
isOver = true;
for (const { socket } of clients) socket.destroy();

const at = (list, part) => list.toSorted((a, b) => a - b)[Math.floor(list.length * part)]?.toFixed(0) ?? '-';
const text = await (await fetch(`http://127.0.0.1:${collector.port}/metrics`)).text();
const backlog = Number(/spool_backlog_bytes (\d+)/.exec(text)[1]);
const drainBegan = performance.now();
for (;;) {
  const now = await (await fetch(`http://127.0.0.1:${collector.port}/metrics`)).text();
  if (/spool_backlog_bytes 0\n/.test(now)) break;
  await wait(100);
}
const drainSeconds = (performance.now() - drainBegan) / 1000;
core.send({ kept });
const found = await new Promise((resolve) => core.once('message', resolve));
console.log({
  seconds: SECONDS,
  capacity: Math.round(capacity),
  offeredPerSecond: Math.round(counts.offered / SECONDS),
  ...counts,
  acceptedInAll: kept.length - before,
  p50: at(times[200], 0.5),
  p99: at(times[200], 0.99),
  slowest: at(times[200], 0.99999),
  p99of503: at(times[503], 0.99),
  memoryMb: memory,
  backlogMb: Math.round(backlog / 1e6),
  drainMbPerSecond: backlog > 1e6 ? Math.round(backlog / 1e6 / drainSeconds) : '-',
  ...found,
});
await collector.stop();
core.kill();
rmSync(folder, { recursive: true, force: true });
process.exit(found.missing + found.doubled + found.disorder > 0 ? 1 : 0);
