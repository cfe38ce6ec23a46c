import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterTest } from './cleaning.js';

/** The collector's program in one file, in a folder of its own that the caller removes. */
export async function bundleMain(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-collector-bundle-'));
  await build({
    entryPoints: [join(import.meta.dirname, '../src/runtime/node/main.ts')],
    outfile: join(folder, 'main.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@perennial/source'],
    logLevel: 'silent',
  });
  return folder;
}

/** The process, what it wrote, and its end; `within` is a command that runs it, such as one that makes a container. */
export function run(bundle: string, env: Record<string, string>, within: string[] = []) {
  const [command, ...args] = [...within, process.execPath, join(bundle, 'main.mjs')];
  const child: ChildProcess = spawn(command, args, {
    env: { PERENNIAL_COLLECTOR_HOST: '127.0.0.1', PERENNIAL_COLLECTOR_PORT: '0', ...env },
    cwd: bundle,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const out = { text: '', errors: '' };
  child.stdout!.on('data', (part: Buffer) => (out.text += part.toString()));
  child.stderr!.on('data', (part: Buffer) => (out.errors += part.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ready = new Promise<number>((resolve, reject) => {
    child.once('message', ({ port }: { port: number }) => resolve(port));
    child.once('close', () => reject(new Error(out.errors)));
  });
  ready.catch(() => undefined);
  afterTest(() => (child.kill('SIGKILL'), ended));
  return { child, out, ended, ready };
}
