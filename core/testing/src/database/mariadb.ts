import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BINARIES = ['/usr/sbin/mariadbd', '/usr/local/sbin/mariadbd', '/opt/homebrew/bin/mariadbd'];
const WAIT_MS = 60_000;

/** Where the server program lies on this machine, or undefined. */
export const mariadbBinary = (): string | undefined => BINARIES.find((path) => existsSync(path));

/**
 * The URL (without a database's name) of a private MariaDB, started on first use and shared by all test workers of a
 * run: the first to make the folder starts it, the others wait for its `ready` file. It ends with the run.
 */
export async function sharedMariadb(): Promise<string> {
  const given = process.env['TEST_MYSQL_URL'];
  if (given) return given.replace(/\/$/, '');
  const folder = join(tmpdir(), `perennial-mariadb-${runId()}`);
  if (claim(folder)) await startServer(folder);
  const ready = join(folder, 'ready');
  for (const until = Date.now() + WAIT_MS; Date.now() < until; await sleep(50))
    if (existsSync(ready)) return readFileSync(ready, 'utf8');
  throw new Error(`MariaDB did not become ready; see ${join(folder, 'log')}`);
}

/** Workers are children of the runner; a runner without workers is itself the parent of nothing. */
const runId = (): number => (process.env['JEST_WORKER_ID'] && process.send ? process.ppid : process.pid);

function claim(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

async function startServer(folder: string): Promise<void> {
  const data = join(folder, 'data');
  const binary = mariadbBinary()!;
  const install = spawnSync(
    'mariadb-install-db',
    ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--user=root'],
    { encoding: 'utf8' },
  );
  if (install.status !== 0) throw new Error(`mariadb-install-db failed: ${install.stderr}`);
  const port = await freePort();
  const log = openSync(join(folder, 'log'), 'a');
  const options = [
    '--no-defaults',
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(folder, 'sock')}`,
    '--user=root',
    '--innodb-buffer-pool-size=256M',
    '--max-connections=200',
  ];
  const server = spawn(binary, options, { stdio: ['ignore', log, log], detached: true });
  server.unref();
  endWithRun(server.pid!, folder);
  await untilListening(port);
  writeFileSync(join(folder, 'ready'), `mysql://root@127.0.0.1:${port}`);
}

/** A small process of its own waits for the run to end, however it ends, and takes the server and its files along. */
function endWithRun(pid: number, folder: string): void {
  const script = `
    const isAlive = (pid) => { try { process.kill(pid, 0); return true; } catch { return false; } };
    setInterval(() => {
      if (isAlive(${runId()})) return;
      try { process.kill(${pid}, 'SIGKILL'); } catch {}
      setTimeout(() => { require('node:fs').rmSync(${JSON.stringify(folder)}, { recursive: true, force: true }); process.exit(); }, 300);
    }, 500);`;
  spawn(process.execPath, ['-e', script], { stdio: 'ignore', detached: true, env: {} }).unref();
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

async function untilListening(port: number): Promise<void> {
  const { createConnection } = await import('mysql2/promise');
  for (const until = Date.now() + WAIT_MS; Date.now() < until; await sleep(100)) {
    try {
      const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' });
      return await connection.end();
    } catch (error) {
      if (
        (error as { code?: string }).code !== 'ECONNREFUSED' &&
        (error as { code?: string }).code !== 'PROTOCOL_CONNECTION_LOST'
      )
        throw error;
    }
  }
  throw new Error('MariaDB did not listen in time');
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });
