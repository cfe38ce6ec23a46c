import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeCore, SECRET } from '../../collector/test-tools/fake-core.js';

const MAIN = join(import.meta.dirname, '../../collector/dist/runtime/node/main.js');

/** One event as it came over the wire, with the clock of the collector and of its batch. */
export interface Arrived {
  type: string;
  event?: string;
  name?: string;
  userId?: string;
  anonymousId: string;
  messageId: string;
  timestamp: string;
  properties: Record<string, unknown>;
  context: Record<string, unknown> & { page: { path: string; url: string; referrer: string } };
  receivedAt: number;
  sentAt: string;
}

/** A collector as a real process, before a core that only remembers: what clients sent, as often as they sent it. */
export class LoneCollector {
  readonly core = new FakeCore();
  url = '';
  private child: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'perennial-lone-'));

  async start(): Promise<void> {
    const coreUrl = await this.core.start();
    const child = spawn(process.execPath, [MAIN], {
      env: {
        PATH: process.env['PATH'],
        PERENNIAL_COLLECTOR_HOST: '127.0.0.1',
        PERENNIAL_COLLECTOR_PORT: '0',
        PERENNIAL_DATA_DIR: this.folder,
        PERENNIAL_CORE_URL: coreUrl,
        PERENNIAL_COLLECTOR_SECRET: SECRET,
      },
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.child = child;
    const port = await new Promise<number>((resolve, reject) => {
      child.once('message', (message: { port: number }) => resolve(message.port));
      child.once('exit', (code) => reject(new Error(`the collector ended with ${code}`)));
    });
    this.url = `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    const { child } = this;
    if (child && child.exitCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
    await this.core.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get arrived(): Arrived[] {
    return this.core.frames.flatMap(({ header, body }) => {
      const { batch, sentAt } = JSON.parse(new TextDecoder().decode(body)) as { batch: Arrived[]; sentAt: string };
      return batch.map((event) => ({ ...event, sentAt, receivedAt: header.receivedAt }));
    });
  }
}
