// Not part of `npm run bench`: `node tests/bench/tracker-chaos.mjs [seconds] [seed]`, in Chromium, before a real collector on a built tree.
// Tabs open, reload, move on, close and crash; the network and the collector come and go. At the end every event that a
// page made must have arrived, and no other. Repeats on the wire are counted: core drops them by their `messageId`.
import { readFrames, trackerSnippet } from '@perennial/contract';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [seconds = 60, seed = 1] = process.argv.slice(2).map(Number);
const MAIN = join(import.meta.dirname, '../../collector/dist/runtime/node/main.js');
const SECRET = 'shared-secret-0123';
const KEY = 'key';

/** The same acts for the same seed, as far as a browser allows (mulberry32). */
let state = seed;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}
const pick = (list) => list[Math.floor(random() * list.length)];

const wire = [];
let position = 0;
const core = await listen(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  if (request.url === '/internal/v1/keys') {
    const keys = [{ hash: createHash('sha256').update(KEY).digest('hex'), sourceId: 's' }];
    return response.end(JSON.stringify({ keys }));
  }
  if (request.method === 'POST') {
    const body = new Uint8Array(Buffer.concat(parts));
    const from = Number(request.headers['x-log-from']);
    for (const frame of readFrames(body, from).filter(({ end }) => end > position))
      wire.push(...JSON.parse(new TextDecoder().decode(frame.body)).batch);
    position = Math.max(position, from + body.length);
  }
  return response.end(JSON.stringify({ position }));
});

const folder = mkdtempSync(join(tmpdir(), 'perennial-chaos-'));
const collector = spawn(process.execPath, [MAIN], {
  env: {
    PATH: process.env.PATH,
    PERENNIAL_COLLECTOR_PORT: '0',
    PERENNIAL_DATA_DIR: folder,
    PERENNIAL_CORE_URL: core.url,
    PERENNIAL_COLLECTOR_SECRET: SECRET,
  },
  stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
});
const port = await new Promise((resolve) => collector.once('message', (message) => resolve(message.port)));
const endpoint = `http://127.0.0.1:${port}`;
const html = `<!doctype html><title>x</title>${trackerSnippet({ endpoint, writeKey: KEY, flushMs: 200, pages: false })}`;
const shop = await listen((_, response) => response.setHeader('content-type', 'text/html').end(html));
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP *.shop.test 127.0.0.1'],
});

/** What may happen to a visitor. `net.trouble` is how the way to the collector is at the moment. */
function actsOf({ context, url, host, tabs, made, net }) {
  const open = async () => {
    const page = await context.newPage();
    await page.goto(url);
    tabs.push(page);
  };
  const leave = async (page, how) => {
    tabs.splice(tabs.indexOf(page), 1);
    if (how === 'crash') await page.goto('chrome://crash').catch(() => undefined);
    await page.close({ runBeforeUnload: how === 'close' }).catch(() => undefined);
  };
  return {
    open: () => (tabs.length < 4 ? open() : undefined),
    track: async (page) => {
      const names = Array.from({ length: 1 + Math.floor(random() * 20) }, (_, i) => `${host} ${made.size + i}`);
      await page.evaluate((list) => list.forEach((name) => window.perennial.track(name)), names);
      for (const name of names) made.add(name);
    },
    reload: (page) => page.reload(),
    move: (page) => page.goto(`${url}/${Math.floor(random() * 99)}`),
    close: (page) => leave(page, 'close'),
    crash: (page) => leave(page, 'crash'),
    cut: () => void (net.trouble = 'cut'),
    busy: () => void (net.trouble = 'busy'),
    mend: () => void (net.trouble = 'none'),
    wait: () => new Promise((resolve) => setTimeout(resolve, random() * 500)),
  };
}

const BUSY = { 'access-control-allow-origin': '*', 'retry-after': '1', 'access-control-expose-headers': 'retry-after' };

/** By address a page has Web Locks, by name it has not. */
async function run(host) {
  const context = await browser.newContext();
  const [tabs, made, done, net] = [[], new Set(), {}, { trouble: 'none' }];
  await context.route(`${endpoint}/v1/**`, (route) => {
    if (net.trouble === 'cut') return route.abort();
    return net.trouble === 'busy' ? route.fulfill({ status: 503, headers: BUSY, body: '{}' }) : route.continue();
  });
  const acts = actsOf({ context, url: shop.url.replace('127.0.0.1', host), host, tabs, made, net });
  const often = ['track', 'track', 'track', 'track', 'wait', 'wait', 'mend', ...Object.keys(acts)];
  for (const until = Date.now() + (seconds * 1000) / 2; Date.now() < until;) {
    if (tabs.length === 0) await acts.open();
    const act = pick(often);
    done[act] = (done[act] ?? 0) + 1;
    await acts[act](pick(tabs));
  }
  net.trouble = 'none';
  if (tabs.length === 0) await acts.open();
  const arrived = () => wire.filter(({ event }) => event?.startsWith(`${host} `));
  for (const until = Date.now() + 60_000; Date.now() < until; await tabs[0].waitForTimeout(500))
    if (new Set(arrived().map(({ event }) => event)).size === made.size) break;
  await tabs[0].waitForTimeout(1000);
  await context.close();
  const events = arrived();
  const ids = new Set(events.map(({ messageId }) => messageId)).size;
  const missing = [...made].filter((name) => !events.some(({ event }) => event === name));
  return { host, acts: JSON.stringify(done), made: made.size, arrived: ids, onTheWire: events.length, missing };
}

function listen(handle) {
  const server = createServer((request, response) => void handle(request, response));
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${server.address().port}`, server })),
  );
}

const results = [await run('127.0.0.1'), await run('www.shop.test')];
for (const result of results) console.log(result);
await browser.close();
const gone = new Promise((resolve) => collector.once('exit', resolve));
collector.kill('SIGTERM');
await gone;
for (const { server } of [core, shop]) server.close().closeAllConnections();
rmSync(folder, { recursive: true, force: true });
process.exit(results.every(({ made, arrived, missing }) => made === arrived && missing.length === 0) ? 0 : 1);
