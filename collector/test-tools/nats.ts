import { describe } from '@jest/globals';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const hasNats = spawnSync('nats-server', ['-v']).status === 0 || Boolean(process.env['PERENNIAL_FORBID_SKIPS']);

/** Needs the real server (Debian's `nats-server`); skipped with a word where there is none. */
export const describeNats = hasNats ? describe : describe.skip;
if (!hasNats) process.stderr.write('nats-server is not installed: what needs it is skipped\n');

const READY_MS = 30_000;

/** One server on the loopback interface, which can be killed and started again on its folder. */
class NatsServer {
  private child: ChildProcess | undefined;
  private readonly config: string;

  constructor(
    readonly port: number,
    folder: string,
    text: string,
  ) {
    this.config = join(folder, 'server.conf');
    writeFileSync(this.config, text);
  }

  start(): void {
    this.child = spawn('nats-server', ['-c', this.config], { stdio: 'ignore' });
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }
}

/** One server, or three that hold each message three times. */
export class NatsCluster {
  readonly servers: NatsServer[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'perennial-nats-'));
  private monitors: number[] = [];

  static async start(size: 1 | 3 = 1, more = ''): Promise<NatsCluster> {
    const cluster = new NatsCluster();
    const [ports, routes, monitors] = [await freePorts(size), await freePorts(size), await freePorts(size)];
    cluster.monitors = monitors;
    const peers = routes.map((port) => `nats://127.0.0.1:${port}`).join(', ');
    for (let n = 0; n < size; n++) {
      const folder = mkdtempSync(join(cluster.folder, `n${n}-`));
      const grouped = `cluster { name: c, listen: "127.0.0.1:${routes[n]}", routes: [${peers}] }`;
      const text = [
        `server_name: n${n}`,
        `listen: "127.0.0.1:${ports[n]}"`,
        `http: "127.0.0.1:${monitors[n]}"`,
        `jetstream { store_dir: "${folder}" }`,
        size === 3 ? grouped : '',
        more,
      ].join('\n');
      cluster.servers.push(new NatsServer(ports[n]!, folder, text));
    }
    await cluster.startAll();
    return cluster;
  }

  get url(): string {
    return this.servers.map(({ port }) => `nats://127.0.0.1:${port}`).join(',');
  }

  async startAll(): Promise<void> {
    for (const server of this.servers) server.start();
    await Promise.all(this.servers.map((_, n) => this.healthy(n)));
  }

  /** Serves again; what it missed it fetches while it does. */
  async restart(n: number): Promise<void> {
    this.servers[n]!.start();
    await this.healthy(n, '?js-server-only=true');
  }

  killAll(): Promise<unknown> {
    return Promise.all(this.servers.map((server) => server.end('SIGKILL')));
  }

  /** The server that leads the log's stream. */
  async leader(): Promise<number> {
    const at = `http://127.0.0.1:${this.monitors[0]}/jsz?streams=true`;
    const facts = (await (await fetch(at)).json()) as {
      account_details?: { stream_detail?: { name: string; cluster?: { leader?: string } }[] }[];
    };
    const streams = facts.account_details?.flatMap(({ stream_detail: some }) => some ?? []) ?? [];
    return Number(streams.find(({ name }) => name === 'PERENNIAL_LOG')?.cluster?.leader?.slice(1) ?? 0);
  }

  async close(): Promise<void> {
    await this.killAll();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async healthy(n: number, how = ''): Promise<void> {
    for (const until = Date.now() + READY_MS; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const answer = await fetch(`http://127.0.0.1:${this.monitors[n]}/healthz${how}`).catch(() => undefined);
      if (answer?.ok) return;
      if (Date.now() > until) throw new Error(`nats-server ${n} did not become healthy`);
    }
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
