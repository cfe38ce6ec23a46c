// Core for the overload bench: takes the log at a pace, and remembers which requests came, how often and in which order.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { readFrames } from '../../core/contract/dist/index.js';
import { crc32 } from 'node:zlib';

const pauseMs = Number(process.env.BENCH_CORE_PAUSE_MS);
const seen = new Map();
let position = 0;
let disorder = 0;
const last = new Map();

function take(bytes, from) {
  for (const { body, end } of readFrames(bytes, from, crc32)) {
    if (end <= position) continue;
    // Requests that no id can be read of (malformed ones) are kept too, and not counted.
    const id = /"messageId":"c(\d+)-(\d+)"/.exec(Buffer.from(body.subarray(0, 400)).toString('latin1'));
    if (!id) continue;
    const [, connection, n] = id;
    if (Number(n) <= (last.get(connection) ?? -1)) disorder++;
    last.set(connection, Number(n));
    const key = `c${connection}-${n}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  position = Math.max(position, from + bytes.length);
}

const hash = createHash('sha256').update('bench-key').digest('hex');
const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    if (request.url.endsWith('/keys')) return response.end(JSON.stringify({ keys: [{ hash, sourceId: 's' }] }));
    if (request.method === 'POST') take(Buffer.concat(parts), Number(request.headers['x-log-from']));
    setTimeout(() => response.end(JSON.stringify({ position })), request.method === 'POST' ? pauseMs : 0);
  });
});
process.on('message', ({ kept }) => {
  const doubled = [...seen.values()].filter((times) => times > 1).length;
  process.send({ missing: kept.filter((id) => !seen.has(id)).length, doubled, disorder, seen: seen.size, position });
});
server.listen(0, '127.0.0.1', () => process.send({ ready: true, port: server.address().port }));
