// `node tests/bench/forward.mjs`: how fast a spool that has grown drains, straight to a core that takes everything, and to NATS
// with one and with three servers (where nats-server is installed), all on this machine.
import { startCollector, Metrics, Spool } from '@perennial/collector';
import { fork, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './processes.mjs';

const MB = 100;
const BODIES = { '1 kB a request': 1_000, '100 kB a request': 100_000 };

async function fill(folder, size) {
  const spool = new Spool({ folder, maxBytes: 1e12, log: () => undefined, metrics: new Metrics() });
  const header = { receivedAt: 1, sourceId: 's', endpoint: 'batch' };
  const body = Buffer.from(`{"batch":["${'x'.repeat(size)}"]}`);
  for (let sent = 0; sent < MB * 1e6; sent += 500 * size)
    await Promise.all(Array.from({ length: 500 }, () => spool.append(header, body)));
  await spool.close();
}

async function drain(size, coreUrl, nats) {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-forward-'));
  await fill(folder, size);
  const config = { host: '127.0.0.1', port: 0, folder, coreUrl, secret: 'a-secret-of-sixteen', secretFile: '' };
  const began = performance.now();
  const collector = await startCollector(
    { ...config, maxBytes: 1e12, truncatesIp: true, keyPollMs: 2000, nats },
    () => undefined,
  );
  const bytes = collector.spool.backlogBytes;
  while (collector.spool.backlogBytes > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const seconds = (performance.now() - began) / 1000;
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
  return Math.round(bytes / 1e6 / seconds);
}

async function startNats(size) {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-nats-'));
  const ports = Array.from({ length: size }, (_, n) => 24_300 + size * 10 + n);
  const routes = ports.map((port) => `nats://127.0.0.1:${port + 1000}`).join(', ');
  const children = ports.map((port, n) => {
    mkdirSync(join(folder, `${n}`));
    const cluster = `cluster { name: c, listen: "127.0.0.1:${port + 1000}", routes: [${routes}] }`;
    const text = `server_name: n${n}\nlisten: "127.0.0.1:${port}"\njetstream { store_dir: "${join(folder, `${n}`)}" }\n`;
    writeFileSync(join(folder, `${n}.conf`), size > 1 ? `${text}${cluster}\n` : text);
    return spawn('nats-server', ['-c', join(folder, `${n}.conf`)], { stdio: 'ignore' });
  });
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const servers = ports.map((port) => `nats://127.0.0.1:${port}`);
  const stop = () => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  return { options: { servers, replicas: size, maxBytes: 4e9 }, stop };
}

const core = fork(join(root, 'tests/bench/overload-core.mjs'), { env: { ...process.env, BENCH_CORE_PAUSE_MS: '0' } });
const { port } = await new Promise((resolve) => core.once('message', resolve));
const coreUrl = `http://127.0.0.1:${port}`;
for (const [name, size] of Object.entries(BODIES)) {
  console.log(`${name}: to core ${await drain(size, coreUrl)} MB/s`);
  if (spawnSync('nats-server', ['-v']).status !== 0) continue;
  for (const servers of [1, 3]) {
    const { options, stop } = await startNats(servers);
    console.log(`${name}: to NATS, ${servers} server(s) ${await drain(size, coreUrl, options)} MB/s`);
    stop();
  }
}
core.kill();
process.exit(0);
