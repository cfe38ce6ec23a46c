import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startCollector, type RunningCollector } from '@perennial/collector';
import { readFrames } from '@perennial/contract';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { eventually } from '../tools/system.js';

const KEY = 'key';
const PATHS = [
  '/v1/batch',
  '/v1/track',
  '/v1/b',
  '/v1/m',
  '/beacon/v1/batch',
  '/api/s/s2s/identify',
  '/sa?token=key',
  '/sa.gif?token=key',
  '/com.snowplowanalytics.snowplow/tp2?writeKey=key',
];
const folder = mkdtempSync(join(tmpdir(), 'perennial-fuzz-'));
let core: Server;
let collector: RunningCollector;
let frames = 0;

beforeAll(async () => {
  core = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const hash = createHash('sha256').update(KEY).digest('hex');
      if (request.url!.endsWith('/keys')) return response.end(JSON.stringify({ keys: [{ hash, sourceId: 's' }] }));
      const from = Number(request.headers['x-log-from'] ?? 0);
      const bytes = Buffer.concat(parts);
      frames += readFrames(bytes, from).length;
      return response.end(JSON.stringify({ position: from + bytes.length }));
    });
  });
  await new Promise<void>((resolve) => core.listen(0, '127.0.0.1', resolve));
  const coreUrl = `http://127.0.0.1:${(core.address() as AddressInfo).port}`;
  const secret = 'a-secret-for-the-fuzz';
  const config = {
    host: '127.0.0.1',
    port: 0,
    folder,
    coreUrl,
    secret,
    secretFile: '',
    maxBytes: 1e9,
    truncatesIp: true,
  };
  collector = await startCollector({ ...config, keyPollMs: 200 }, () => undefined);
  await eventually(async () => (await send('/v1/track', '{"event":"X","userId":"m"}')).status === 200);
}, 30_000);

afterAll(async () => {
  await collector.close();
  await new Promise((resolve) => core.close(resolve).closeAllConnections());
  rmSync(folder, { recursive: true, force: true });
});

const send = (path: string, body: string | Uint8Array, type = 'text/plain') =>
  fetch(collector.url + path, {
    method: 'POST',
    body: body as Uint8Array<ArrayBuffer>,
    headers: { 'x-write-key': KEY, 'content-type': type },
  });

const hostileKey = fc.constantFrom('__proto__', 'constructor', 'toString', 'batch', 'data', 'context', 'externalIds');
const field = fc.constantFrom(
  'type',
  'event',
  'userId',
  'traits',
  'identities',
  'time',
  'e',
  'ue_pr',
  'properties',
  'aid',
);
const tree = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'large' },
    fc.jsonValue(),
    fc.constantFrom(1e308, -0, '$identity_login_id', 'track', 'ue', '\ud800', '9'.repeat(400)),
    fc.array(tie('node'), { maxLength: 5 }),
    fc.dictionary(fc.oneof(hostileKey, field, fc.string()), tie('node'), { maxKeys: 6 }),
  ),
})).node;
const deep = fc.integer({ min: 1, max: 40_000 }).map((n) => `${'{"a":['.repeat(n)}1${']}'.repeat(n)}`);
const json = fc.oneof(
  tree.map((node) => JSON.stringify(node)),
  tree.map((node) => JSON.stringify({ batch: [node], data: [node], event: 'X', userId: 'm', properties: node })),
  deep,
);
const base64 = (body: string | Uint8Array) => encodeURIComponent(Buffer.from(body).toString('base64'));
const body = fc.oneof(
  json,
  json.map((text) => gzipSync(text)),
  json.map((text) => gzipSync(text).subarray(0, -5)),
  json.map((text) => `data=${base64(text)}`),
  json.map((text) => `data_list=${base64(gzipSync(text))}&gzip=1`),
  json.map((text) => text.slice(0, text.length / 2)),
  fc.uint8Array({ maxLength: 2_000 }),
  fc.string(),
);

it('answers whatever it is sent, at every endpoint, and stays up with bounded memory', async () => {
  const before = process.memoryUsage().rss;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PATHS), body, async (path, bytes) => {
      const answer = await send(path, bytes);
      expect([200, 400, 413]).toContain(answer.status);
      expect(await answer.json()).toEqual(expect.any(Object));
    }),
    { numRuns: 1_500 },
  );
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
  await eventually(() => Promise.resolve(collector.spool.backlogBytes === 0));
  expect(frames).toBeGreaterThan(100);
  expect(collector.metrics.text()).toContain('perennial_collector_in_flight_bytes 0\n');
  expect((await send('/v1/track', '{"event":"X","userId":"m"}')).status).toBe(200);
}, 120_000);

it('serves others while many bombs and slow clients are under way', async () => {
  const slow = Array.from({ length: 200 }, () => connect(collector.port, '127.0.0.1'));
  for (const socket of slow) {
    socket.on('error', () => undefined);
    socket.write('POST /v1/track HTTP/1.1\r\nHost: x\r\nX-Write-Key: key\r\nContent-Length: 9000\r\n\r\n{');
  }
  const bomb = gzipSync(Buffer.alloc(100_000_000));
  const packed = `data_list=${base64(bomb)}&gzip=1`;
  const bombs = Array.from({ length: 20 }, (_, n) =>
    send(n % 2 ? '/v1/batch' : '/sa?token=key', n % 2 ? bomb : packed),
  );
  const began = Date.now();
  expect((await send('/v1/track', '{"event":"X","userId":"m"}')).status).toBe(200);
  expect(Date.now() - began).toBeLessThan(5_000);
  for (const { status } of await Promise.all(bombs)) expect([413, 503]).toContain(status);
  for (const socket of slow) socket.destroy();
  await eventually(() => Promise.resolve(collector.metrics.text().includes('perennial_collector_in_flight_bytes 0\n')));
}, 60_000);

const hostile: [string, string | Uint8Array, number[]][] = [
  [
    'keys of the prototype',
    '{"type":"track","event":"X","userId":"m","__proto__":{"polluted":1},"traits":{"constructor":{"prototype":{"polluted":1}}}}',
    [200],
  ],
  [
    'numbers beyond all bounds',
    `{"type":"track","event":"X","userId":"m","properties":{"a":1e99999,"b":-1e99999,"c":${'9'.repeat(5_000)},"d":-0}}`,
    [200],
  ],
  ['a number as its own body', '1e400', [400]],
  ['nesting of 100,000', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, [200, 400]],
  ['a lone surrogate', '{"type":"track","event":"\\ud800","userId":"m"}', [200]],
  ['an overlong slash', Buffer.from([...Buffer.from('{"userId":"'), 0xc0, 0xaf, ...Buffer.from('"}')]), [400]],
  ['a surrogate in UTF-8', Buffer.from([...Buffer.from('{"userId":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]), [400]],
  ['half a character', Buffer.from('{"userId":"常青"}').subarray(0, 12), [400]],
  ['a key said twice', '{"type":"track","event":"X","userId":"a","userId":"b"}', [200]],
  ['zeros', new Uint8Array(1_000), [400]],
  ['gzip in gzip', gzipSync(gzipSync('{"userId":"m"}')), [400]],
  ['many gzip members', Buffer.concat(Array.from({ length: 50 }, () => gzipSync('{}'))), [200, 400]],
];

it.each(hostile)('answers %s, and keeps it as it came', async (_, bytes, statuses) => {
  const before = frames;
  const answer = await send('/v1/track', bytes);
  expect(statuses).toContain(answer.status);
  await eventually(() => Promise.resolve(frames > before));
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

it('closes connections that dribble their headers, and serves others meanwhile', async () => {
  const slow = Array.from({ length: 300 }, () => connect(collector.port, '127.0.0.1'));
  let closed = 0;
  for (const socket of slow) {
    socket.on('error', () => undefined).on('close', () => (closed += 1));
    socket.write('POST /v1/track HTTP/1.1\r\nHost: x\r\n');
  }
  const dribble = setInterval(() => {
    for (const socket of slow) if (socket.writable) socket.write('X-A: b\r\n');
  }, 500);
  for (let n = 0; n < 20; n++) {
    expect((await send('/v1/track', '{"event":"X","userId":"m"}')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await eventually(() => Promise.resolve(closed === slow.length), 20);
  clearInterval(dribble);
}, 60_000);
