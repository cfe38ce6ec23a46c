import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryOf, root } from './processes.mjs';

const SECONDS = 3;
/** The servers take turns, and the middle of their rounds counts: other work on the machine comes and goes. */
const ROUNDS = 3;
const SIZES = [
  { size: 1, connections: 64 },
  { size: 20, connections: 32 },
  { size: 100, connections: 32 },
];
const SERVERS = {
  raw: 'tests/bench/raw-server.mjs',
  discard: 'tests/bench/discard-server.mjs',
  durable: 'collector/dist/runtime/node/main.js',
};
const TICKS = 100;
const canPin = spawnSync('taskset', ['-V']).status === 0;

const event = (n) => ({
  type: 'track',
  event: 'Order Completed',
  userId: `m${n}`,
  messageId: `b${n}`,
  properties: { text: 'x'.repeat(860) },
});
const bodyOf = (size) =>
  JSON.stringify(size === 1 ? event(1) : { batch: Array.from({ length: size }, (_, n) => event(n)) });

/** The server on one core, whoever loads it on another: neither takes the other's time. */
const pinned = (core, args) =>
  canPin ? ['taskset', ['-c', String(core), process.execPath, ...args]] : [process.execPath, args];

/** Processor seconds that a process has used, all threads and the kernel's work for it included. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

async function measure(name, { size, connections }) {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  mkdirSync(join(folder, 'collector'));
  const keys = [{ hash: createHash('sha256').update('bench-key').digest('hex'), sourceId: 's' }];
  writeFileSync(join(folder, 'collector/keys.json'), JSON.stringify(keys));
  const body = bodyOf(size);
  writeFileSync(join(folder, 'body.json'), body);
  // Core is away on purpose: what is measured is accepting, and the spool must be large enough for it.
  const child = spawn(...pinned(0, [join(root, SERVERS[name])]), {
    env: {
      ...process.env,
      PERENNIAL_DATA_DIR: folder,
      PERENNIAL_COLLECTOR_PORT: '0',
      PERENNIAL_CORE_URL: 'http://127.0.0.1:9',
      PERENNIAL_SPOOL_MAX_MB: '20000',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await new Promise((resolve) => child.once('message', (message) => resolve(message.port)));
  const path = name === 'raw' ? '/' : size === 1 ? '/v1/track' : '/v1/batch';
  const bodyFile = join(folder, 'body.json');
  const task = { port, path, headers: { 'x-write-key': 'bench-key' }, bodyFile, connections, seconds: SECONDS };
  const before = cpuOf(child.pid);
  const out = await load(task);
  const cpu = cpuOf(child.pid) - before;
  const memory = memoryOf(child.pid);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
  rmSync(folder, { recursive: true, force: true });
  if (out.refused > 0) throw new Error(`${name} refused ${out.refused} requests`);
  return { ...out, perCpu: out.total / cpu, memory, bytes: body.length };
}

function load(task) {
  const child = spawn(...pinned(1, [join(root, 'tests/bench/socket-load.mjs'), JSON.stringify(task)]), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve) => {
    let text = '';
    child.stdout.on('data', (part) => (text += part));
    child.once('close', () => resolve(JSON.parse(text)));
  });
}

const middle = (rounds) => rounds.toSorted((a, b) => a.perCpu - b.perCpu)[Math.floor(rounds.length / 2)];

/** Bytes that JSON.parse takes a second of processor time. */
function parseRate(text) {
  const cpu = process.cpuUsage();
  let bytes = 0;
  for (const until = performance.now() + 1500; performance.now() < until; bytes += text.length) JSON.parse(text);
  const { user, system } = process.cpuUsage(cpu);
  return bytes / (user + system);
}

/**
 * Durable accepting against the same app that keeps nothing, against node:http that parses and throws away, and against
 * JSON.parse. Compared is what a second of one core does, because other work on the machine does not change that much.
 */
export async function benchCollector() {
  const rows = [];
  for (const setting of SIZES) {
    const { size, connections } = setting;
    const rounds = { raw: [], discard: [], durable: [] };
    for (let round = 0; round < ROUNDS; round++)
      for (const name of Object.keys(rounds)) rounds[name].push(await measure(name, setting));
    const [raw, discard, durable] = Object.values(rounds).map(middle);
    const told = ({ rate, p50, p99, perCpu, memory, busy }) =>
      `${Math.round(rate)}/s (p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)} ms, ${memory} MB, generator ${Math.round(busy * 100)} % busy); ${Math.round(perCpu)} a CPU second`;
    const name = `collector, durable, ${size} x 1 kB a request (${connections} at once)`;
    rows.push(
      {
        name,
        value: told(durable),
        floor: `node:http: ${told(raw)}`,
        ratio: durable.perCpu / raw.perCpu,
        goal: size === 1 ? '>= 0.55' : '',
      },
      {
        name: `${name}, against the same app that keeps nothing`,
        value: '',
        floor: told(discard),
        ratio: durable.perCpu / discard.perCpu,
        goal: '',
      },
    );
    if (size !== 100) continue;
    const parse = parseRate(bodyOf(size));
    const mb = (durable.perCpu * durable.bytes) / 1e6;
    rows.push({
      name: `${name}, bytes a CPU second`,
      value: `${Math.round(mb)} MB`,
      floor: `${Math.round(parse)} MB JSON.parse`,
      ratio: mb / parse,
      goal: '>= 0.35',
    });
  }
  return rows;
}

if (import.meta.filename === process.argv[1]) console.table(await benchCollector());
