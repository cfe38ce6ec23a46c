// A load generator that costs little: plain sockets, one prepared request, answers told apart by their length. As a process
// of its own it can be pinned to a core. Prints one JSON line; figures are of the second part of the run.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const { port, path, headers = {}, bodyFile, connections, seconds, warmSeconds = 1 } = JSON.parse(process.argv[2]);
const body = readFileSync(bodyFile);
const head = Object.entries({ host: `127.0.0.1:${port}`, 'content-length': body.length, ...headers })
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');
const request = Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${head}\r\n`), body]);

const began = performance.now();
const from = began + warmSeconds * 1000;
const until = from + seconds * 1000;
const times = [];
let refused = 0;
let total = 0;

function answerLength(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, end));
  return end + 4 + Number(length?.[1] ?? 0);
}

function open() {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  let sentAt = 0;
  let rest = Buffer.alloc(0);
  const send = () => {
    sentAt = performance.now();
    socket.write(request);
  };
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('connect', send);
    socket.on('data', (part) => {
      rest = rest.length > 0 ? Buffer.concat([rest, part]) : part;
      const length = answerLength(rest);
      if (length === undefined || rest.length < length) return;
      const now = performance.now();
      total++;
      if (rest.toString('latin1', 9, 12) !== '200') refused++;
      else if (now >= from) times.push(now - sentAt);
      rest = rest.subarray(length);
      if (now < until) return send();
      socket.destroy();
      resolve();
    });
  });
}

const cpu = process.cpuUsage();
await Promise.all(Array.from({ length: connections }, open));
const sorted = Float64Array.from(times).sort();
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    rate: times.length / seconds,
    total,
    p50: sorted[Math.floor(sorted.length * 0.5)],
    p99: sorted[Math.floor(sorted.length * 0.99)],
    refused,
    // Near 1 the generator itself is the limit, and the figure says nothing of the server.
    busy: (user + system) / 1000 / (performance.now() - began),
  }),
);
