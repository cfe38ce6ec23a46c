import { ConfigError, readConfig } from './config.js';
import { startCollector } from './serve.js';

const log = (level: 'info' | 'error', message: string): void => {
  process.stdout.write(
    `${JSON.stringify({ level, time: new Date().toISOString(), room: 'collector', msg: message })}\n`,
  );
};

function sentenceOf(error: unknown): string {
  const { code, port, message, stack } = error as Error & { code?: string; port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken by another program. Stop it, or set PERENNIAL_COLLECTOR_PORT to a free one.`;
  if (code === 'ENOSPC')
    return 'The disk is full. Free some room in the data folder (PERENNIAL_DATA_DIR) and start again.';
  return error instanceof ConfigError || code === undefined ? message : (stack ?? message);
}

function fail(error: unknown): never {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const collector = await startCollector(readConfig(process.env), log);
  let stopping: Promise<never> | undefined;
  const stop = () => {
    stopping ??= collector.close().then(() => process.exit(0), fail);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect'] as const) process.on(signal as 'SIGTERM', stop);
  log('info', `collector ready on port ${collector.port}`);
  process.send?.({ ready: true, port: collector.port });
}

main().catch(fail);
