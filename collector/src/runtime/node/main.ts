import { ConfigError, readConfig } from './config.js';
import { readEnvFile } from './env-file.js';
import { logToStdout as log } from './log.js';
import { startCollector } from './serve.js';

/** A disk that hangs must not keep the process for ever; what was answered 200 is synced already. */
const STOP_MS = 5_000;

const SENTENCES: Record<string, (port?: number) => string> = {
  EADDRINUSE: (port) =>
    `Port ${port} is taken by another program. Stop it, or set PERENNIAL_COLLECTOR_PORT to a free one.`,
  EADDRNOTAVAIL: () => 'This machine has no such address. Set PERENNIAL_COLLECTOR_HOST to one that it has.',
  EACCES: () =>
    'The data folder (PERENNIAL_DATA_DIR) or the port (PERENNIAL_COLLECTOR_PORT) may not be used by this user.',
  ENOSPC: () => 'The disk is full. Free some room in the data folder (PERENNIAL_DATA_DIR) and start again.',
};

const replacedIn = (folder: string): string =>
  `Another collector has taken ${folder}, as this one gave no sign for seconds. This one ends; what it answered 200 is kept there.`;

function sentenceOf(error: unknown): string {
  const { code, port, message, stack } = error as Error & { code?: string; port?: number };
  const sentence = code ? SENTENCES[code] : undefined;
  if (sentence) return sentence(port);
  return error instanceof ConfigError || code === undefined ? message : (stack ?? message);
}

function fail(error: unknown): never {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  // What is kept here is personal data that nobody has cleaned yet.
  process.umask(0o077);
  const envFile = readEnvFile();
  const config = readConfig(process.env);
  if (envFile) log('info', 'settings file read; the environment wins', { file: envFile });
  const collector = await startCollector(config, log, () => fail(new Error(replacedIn(config.folder))));
  let stopping: Promise<never> | undefined;
  const stop = () => {
    setTimeout(() => process.exit(1), STOP_MS + (config.leaveMs ?? 0)).unref();
    stopping ??= collector.close().then(() => process.exit(0), fail);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect'] as const) process.on(signal as 'SIGTERM', stop);
  log('info', 'collector ready', { port: collector.port });
  process.send?.({ ready: true, host: config.host, port: collector.port });
}

main().catch(fail);
