import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asSession, FIRST_PASSWORD, signInAsAdmin } from './sign-in.js';

const root = join(import.meta.dirname, '../..');
const MAIN = {
  core: join(root, 'core/server/dist/main.js'),
  collector: join(root, 'collector/dist/runtime/node/main.js'),
};
const READY_MS = 60_000;

export const WRITE_KEY = 'wk_test_key_0123456789';

/** One process of the system, which can be killed and started again on the same data and port. */
class Process {
  port = 0;
  /** All that it has said, of every life. */
  output = '';
  private child: ChildProcess | undefined;

  constructor(
    private readonly name: keyof typeof MAIN,
    private readonly env: () => Record<string, string>,
  ) {}

  start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN[this.name]], {
      env: { ...cleanEnv(), ...this.env() },
      // Not where somebody who develops may have settings of their own in a .env.
      cwd: tmpdir(),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    const from = this.output.length;
    const said = () => this.output.slice(from).slice(-4000);
    for (const stream of [child.stdout, child.stderr])
      stream!.on('data', (part: Buffer) => (this.output += part.toString()));
    // A process that ends by itself in the middle of a story says there why.
    child.once('exit', (code) => code && process.stderr.write(`${this.name} ended with ${code}: ${said()}\n`));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.name} was not ready in time: ${said()}`)), READY_MS);
      child.once('exit', (code) => reject(new Error(`${this.name} ended with ${code}: ${said()}`)));
      child.on('message', (message: { port: number; waiting?: string }) => {
        // Core tells what it waits for before it is ready; where the machine is slow that is an ordinary start.
        if (message.waiting !== undefined) return;
        clearTimeout(timer);
        this.port = message.port;
        resolve();
      });
    });
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return gone;
  }
}

/** Nothing of the test run's own settings reaches the processes. */
const cleanEnv = (): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !key.startsWith('PERENNIAL_') && key !== 'NODE_OPTIONS'),
  );

/** Core and collector as real processes on a folder of their own. */
export class System {
  readonly folder = mkdtempSync(join(tmpdir(), 'perennial-system-'));
  readonly core: Process;
  readonly collector: Process;
  private token = '';

  constructor(private readonly more: Record<string, string> = {}) {
    const shared = () => ({
      PERENNIAL_DATA_DIR: this.folder,
      PERENNIAL_DEMO: 'on',
      PERENNIAL_DEMO_WRITE_KEY: WRITE_KEY,
      PERENNIAL_ADMIN_PASSWORD: FIRST_PASSWORD,
      PERENNIAL_LOG_LEVEL: 'error',
      PERENNIAL_SETTLE_SECONDS: '2',
      ...this.more,
    });
    this.core = new Process('core', () => ({ ...shared(), PERENNIAL_PORT: String(this.core.port) }));
    this.collector = new Process('collector', () => ({
      ...shared(),
      PERENNIAL_COLLECTOR_PORT: String(this.collector.port),
      PERENNIAL_CORE_URL: `http://127.0.0.1:${this.core.port}`,
    }));
  }

  /** Of an administrator, for commands that are processes of their own. */
  get adminToken(): string {
    return this.token;
  }

  get collectorUrl(): string {
    return `http://127.0.0.1:${this.collector.port}`;
  }

  get coreUrl(): string {
    return `http://127.0.0.1:${this.core.port}`;
  }

  async start(): Promise<void> {
    await this.core.start();
    await this.collector.start();
    this.token = await this.makeToken();
  }

  async close(): Promise<void> {
    await this.collector.end('SIGTERM');
    await this.core.end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const isForm = body instanceof FormData;
    const answer = await fetch(`${this.coreUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  collect(batch: object[]): Promise<Response> {
    return fetch(`${this.collectorUrl}/v1/batch`, {
      method: 'POST',
      headers: { 'x-write-key': WRITE_KEY },
      body: JSON.stringify({ batch }),
    });
  }

  private async makeToken(): Promise<string> {
    const session = await signInAsAdmin(this.coreUrl);
    const scopes = ['read', 'lookup', 'manage', 'reveal', 'access'];
    const made = await asSession(this.coreUrl, session, '/tokens', { title: 'story', role: 'admin', scopes });
    return ((await made.json()) as { token: string }).token;
  }
}

/** Waits until a look gives something, asking again and again. */
export async function eventually<T>(look: () => Promise<T | undefined | false>, seconds = 30): Promise<T> {
  for (const until = Date.now() + seconds * 1000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error(`it did not happen within ${seconds} s: ${look.toString()}`);
  }
}
