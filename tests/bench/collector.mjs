import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from './load.mjs';
import { start } from './processes.mjs';

const SECONDS = 4;
const event = (n) => ({
  type: 'track',
  event: 'Order Completed',
  userId: `m${n}`,
  messageId: `b${n}`,
  properties: { text: 'x'.repeat(860) },
});
const single = JSON.stringify(event(1));
const hundred = JSON.stringify({ batch: Array.from({ length: 100 }, (_, n) => event(n)) });

/** Durable accepting against the floor that parses and throws away, and against JSON.parse. */
export async function benchCollector() {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  mkdirSync(join(folder, 'collector'));
  const keys = [{ hash: createHash('sha256').update('bench-key').digest('hex'), sourceId: 's' }];
  writeFileSync(join(folder, 'collector/keys.json'), JSON.stringify(keys));
  // Core is away on purpose: what is measured is accepting, and the spool must be large enough for it.
  const collector = await start('collector/dist/runtime/node/main.js', {
    PERENNIAL_DATA_DIR: folder,
    PERENNIAL_COLLECTOR_PORT: '0',
    PERENNIAL_CORE_URL: 'http://127.0.0.1:9',
    PERENNIAL_SPOOL_MAX_MB: '20000',
  });
  const raw = await start('tests/bench/raw-server.mjs');
  const headers = { 'x-write-key': 'bench-key' };
  const measure = (port, path, body, connections) =>
    load({ url: `http://127.0.0.1:${port}${path}`, body, headers, connections, seconds: SECONDS });
  await measure(collector.port, '/v1/track', single, 16);
  await measure(raw.port, '/', single, 16);
  const floor = await measure(raw.port, '/', single, 64);
  const one = await measure(collector.port, '/v1/track', single, 64);
  const batch = await measure(collector.port, '/v1/batch', hundred, 32);
  await Promise.all([collector.stop(), raw.stop()]);
  rmSync(folder, { recursive: true, force: true });
  const parse = parseRate();
  const mb = (batch.rate * hundred.length) / 1e6;
  return [
    {
      name: 'collector, durable, 1 x 1 kB a request (64 at once)',
      value: `${Math.round(one.rate)}/s, p99 ${one.p99.toFixed(1)} ms`,
      floor: `${Math.round(floor.rate)}/s node:http, parsed and thrown away`,
      ratio: one.rate / floor.rate,
      goal: '>= 0.55',
    },
    {
      name: 'collector, durable, 100 x 1 kB a request (32 at once)',
      value: `${Math.round(mb)} MB/s (${Math.round(batch.rate * 100)} events/s)`,
      floor: `${Math.round(parse)} MB/s JSON.parse`,
      ratio: mb / parse,
      goal: '>= 0.35',
    },
  ];
}

function parseRate() {
  const began = performance.now();
  let bytes = 0;
  while (performance.now() - began < 1500) {
    JSON.parse(hundred);
    bytes += hundred.length;
  }
  return bytes / 1e6 / ((performance.now() - began) / 1000);
}
