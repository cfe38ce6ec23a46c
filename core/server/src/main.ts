import { PlatformError } from '@perennial/contract';
import type { PlatformFile } from '@perennial/kit';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AddressInfo } from 'node:net';
import { Users } from './access/index.js';
import { readConfig, type Config } from './config/index.js';
import { createCoreApp } from './core.module.js';
import { prepareDemo } from './demo.js';
import { closeGently } from './http/closing.js';
import { createPino, JsonLogger } from './http/log/logger.js';
import { Platform } from './platform.js';
import { sentenceOf } from './start.sentence.js';

const ROOT = resolve(import.meta.dirname, '../../..');

async function readPlatformFile(): Promise<PlatformFile> {
  const path = resolve(process.env['PERENNIAL_CONFIG'] ?? join(ROOT, 'platform.config.mjs'));
  if (!existsSync(path))
    throw new PlatformError('CONFIG_INVALID', `there is no configuration file ${path}`, { kind: 'invalid' });
  const module = (await import(pathToFileURL(path).href)) as { default: PlatformFile };
  return module.default;
}

async function main(): Promise<void> {
  const file = await readPlatformFile();
  const config: Config = readConfig({ env: process.env, ...(file.settings && { file: file.settings }) });
  const out = createPino(config.logLevel);
  const onError = (room: string, error: unknown) => {
    const code = error instanceof PlatformError ? error.code : undefined;
    out.error({ room, code }, error instanceof Error ? error.message : 'unknown error');
  };
  const platform = await Platform.open({ config, plugins: file.plugins, onError });
  const app = await createCoreApp(platform, {
    logger: new JsonLogger(out.child({}, { level: 'warn' })),
    adminFolder: join(ROOT, 'admin/dist'),
  });
  const { isFirst, password } = await app.get(Users).ensureFirst(config.adminPassword);
  await app.listen(config.port, config.host);
  stopOnSignal(async () => {
    await closeGently(app);
    await platform.stop();
  });
  await platform.start();
  const demo = await prepareDemo(platform, join(ROOT, 'tests/playground/catalogue'));
  const { port } = app.getHttpServer().address() as AddressInfo;
  out.info({ port }, 'core ready');
  process.send?.({ ready: true, port, url: config.publicUrl, isFirstRun: isFirst, password, demo });
}

/** Also when the starter goes away without a word, so that nobody is left holding the port and the stores. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping: Promise<void> | undefined;
  const end = () => {
    stopping ??= stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect'] as const) process.on(signal as 'SIGTERM', end);
}

function fail(error: unknown): never {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exit(1);
}

main().catch(fail);
