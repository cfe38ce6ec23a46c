import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIRST_PASSWORD, signInAsAdmin } from './sign-in.js';
import { WRITE_KEY } from './system.js';

const RUN = join(import.meta.dirname, '../../core/server/bin/run.mjs');

/** A port that nobody listens at now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The platform as `npm start` runs it: a starter with its two processes, on a folder of its own. */
export class Starter {
  readonly folder = mkdtempSync(join(tmpdir(), 'perennial-starter-'));
  output = '';
  ended: Promise<number | null> = Promise.resolve(null);
  coreUrl = '';
  collectorUrl = '';
  private child: ChildProcess | undefined;
  private cookie: string | undefined;

  constructor(private readonly more: Record<string, string> = {}) {}

  async start(): Promise<void> {
    const [port, collectorPort] = [await freePort(), await freePort()];
    this.coreUrl = `http://127.0.0.1:${port}`;
    this.collectorUrl = `http://127.0.0.1:${collectorPort}`;
    const child = spawn(process.execPath, [RUN], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        PERENNIAL_DATA_DIR: this.folder,
        PERENNIAL_HOST: '127.0.0.1',
        PERENNIAL_PORT: String(port),
        PERENNIAL_COLLECTOR_PORT: String(collectorPort),
        PERENNIAL_ADMIN_PASSWORD: FIRST_PASSWORD,
        PERENNIAL_DEMO_PEOPLE: '20',
        PERENNIAL_DEMO_WRITE_KEY: WRITE_KEY,
        ...this.more,
      },
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => (this.output += part.toString()));
    this.ended = new Promise((resolve) => child.once('close', resolve));
  }

  get isRunning(): boolean {
    return this.child?.exitCode === null && this.child.signalCode === null;
  }

  /** The number of the process that runs core or the collector now. */
  pidOf(name: 'core' | 'collector'): number | undefined {
    const script = name === 'core' ? 'core/server/dist/main.js' : 'collector/dist/runtime/node/main.js';
    return childrenOf(this.child!.pid!).find(({ args }) => args.includes(script))?.pid;
  }

  /** Of the embedded engine, when core has one. */
  enginePid(): number | undefined {
    const core = this.pidOf('core');
    return core === undefined ? undefined : childrenOf(core).find(({ args }) => args.includes('embedded/child'))?.pid;
  }

  /** Status and sentence of `/health/ready`; 0 while nobody listens. */
  async ready(): Promise<{ status: number; detail: string }> {
    const answer = await fetch(`${this.coreUrl}/health/ready`).catch(() => undefined);
    const body = (await answer?.json().catch(() => undefined)) as { detail?: string } | undefined;
    return { status: answer?.status ?? 0, detail: body?.detail ?? '' };
  }

  collect(messageId: string): Promise<Response | undefined> {
    const event = { event: 'Order Completed', userId: 'm-supervised', messageId, properties: { total: 1 } };
    return fetch(`${this.collectorUrl}/v1/track`, {
      method: 'POST',
      headers: { 'x-write-key': WRITE_KEY },
      body: JSON.stringify(event),
    }).catch(() => undefined);
  }

  /** How many events of ours core has applied, asked as the administrator. */
  async applied(): Promise<number> {
    this.cookie ??= (await signInAsAdmin(this.coreUrl)).cookie;
    const answer = await fetch(`${this.coreUrl}/api/v1/profiles?q=m-supervised`, {
      headers: { cookie: this.cookie },
    });
    return ((await answer.json()) as { items: { events: number }[] }).items[0]?.events ?? 0;
  }

  async close(): Promise<void> {
    if (this.isRunning) this.child!.kill('SIGTERM');
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function childrenOf(parent: number): { pid: number; args: string }[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, ppid, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(ppid) === parent ? [{ pid: Number(pid), args: args! }] : [];
  });
}
