import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { ChdbEngine } from './chdb.engine.js';
import { ENGINE_USER, type FromChild, type ToChild } from './child.messages.js';
import { createFront } from './front.js';
import { mendLinks } from './links.js';

/** How long a query that runs may delay the end. */
const DRAIN_MS = 3_000;

const tell = (message: FromChild): Promise<void> =>
  new Promise((resolve) => (process.connected ? process.send!(message, () => resolve()) : resolve()));

/** Not `process.exit`: its hooks would close sessions under running queries, which aborts and may hang in the engine. */
const leave = (): boolean => process.kill(process.pid, 'SIGKILL');

let stop = async (): Promise<void> => {
  leave();
};

async function load(): Promise<typeof import('chdb')> {
  try {
    return await import('chdb');
  } catch (error) {
    await tell({ kind: 'absent', reason: error instanceof Error ? error.message : String(error) });
    leave();
    throw error;
  }
}

async function start({ directory, password, memoryBytes }: Extract<ToChild, { kind: 'start' }>): Promise<void> {
  await mkdir(directory, { recursive: true });
  mendLinks(directory);
  const engine = new ChdbEngine(await load(), directory, memoryBytes);
  const front = createFront(engine, { username: ENGINE_USER, password });
  stop = async () => {
    front.close();
    await engine.close(DRAIN_MS);
    leave();
  };
  front.listen(0, '127.0.0.1', () => void tell({ kind: 'ready', port: (front.address() as AddressInfo).port }));
}

async function fail(error: unknown): Promise<void> {
  await tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  leave();
}

process.on('message', (message: ToChild) => {
  if (message.kind === 'stop') void stop();
  else start(message).catch(fail);
});
// The parent is gone, by whatever death: nobody could use this engine, and it would keep the directory locked.
process.on('disconnect', () => void stop());
// A terminal's Ctrl-C and a service manager reach the whole group; core decides when its warehouse may stop.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
