import { PlatformError } from '@perennial/contract';
import type { PlatformFile } from '@perennial/kit';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Users } from './access/index.js';
import { holdFolder, keepPrivate, makePrivately, readConfig, readEnvFile, type Config } from './config/index.js';
import { createCoreApp } from './core.module.js';
import { prepareDemo } from './demo.js';
import { closeGently } from './http/closing.js';
import { createPino, JsonLogger } from './http/log/logger.js';
import { readPlatformFile, ROOT } from './platform.file.js';
import { Platform } from './platform.js';
import { warningsOf } from './start.warnings.js';
import { WaitingDoor } from './start.door.js';
import { patiently } from './start.patience.js';
import { sentenceOf } from './start.sentence.js';

/** Longer than any pause of a collector: a connection that closes just as it is used fails a request for nothing. */
const KEEP_ALIVE_MS = 65_000;
const RECORD_AWAY = 'The database of PERENNIAL_DATABASE_URL is not ready yet; core waits for it.';
const WAREHOUSE_AWAY = 'The warehouse is not ready yet; core waits for it.';

async function main(): Promise<void> {
  makePrivately();
  const envFile = readEnvFile();
  const file = await readPlatformFile(process.env);
  const config: Config = readConfig({ env: process.env, ...(file.settings && { file: file.settings }) });
  const out = createPino(config.logLevel);
  if (envFile) out.info({ file: envFile }, 'settings file read; the environment wins');
  const door = await WaitingDoor.open(config.port, config.host);
  let stop = () => Promise.resolve();
  stopOnSignal(() => stop());
  for (const sentence of keepPrivate(config.dataDir)) out.warn({ room: 'start' }, sentence);
  const hasOwnStores = !config.clickhouseUrl || config.databaseUrl.startsWith('sqlite:');
  const release = hasOwnStores ? holdFolder(config.dataDir) : undefined;
  const platform = await openStores(config, file, out, door);
  const app = await createCoreApp(platform, {
    logger: new JsonLogger(out.child({}, { level: 'warn' })),
    adminFolder: join(ROOT, 'admin/dist'),
  });
  const { isFirst, password } = await app.get(Users).ensureFirst(config.adminPassword, true);
  for (const warning of warningsOf(config, isFirst)) out.warn({ room: 'access' }, warning);
  const { port } = door;
  await door.close();
  await app.listen(port, config.host);
  app.getHttpServer().keepAliveTimeout = KEEP_ALIVE_MS;
  stop = async () => {
    await closeGently(app);
    await platform.stop();
    release?.();
  };
  await platform.start();
  const demo = await prepareDemo(platform, join(ROOT, 'tests/playground/catalogue'), (why) => out.warn(why));
  out.info({ port }, 'core ready');
  const facts = { url: config.publicUrl, isFirstRun: isFirst, password, demo };
  process.send?.({ ...factsForStarter(config, file, port), ...facts, ready: true });
}

/** What the starter needs for the collector, which does not read the configuration file itself. */
const factsForStarter = ({ host }: Config, { settings = {} }: PlatformFile, port: number) => ({ host, port, settings });

/** Waits for stores that are away; what waiting does not mend is thrown. */
async function openStores(config: Config, file: PlatformFile, out: Logger, door: WaitingDoor): Promise<Platform> {
  const onError = (room: string, error: unknown) => {
    const code = error instanceof PlatformError ? error.code : undefined;
    out.error({ room, code }, error instanceof Error ? error.message : 'unknown error');
  };
  const tell = (sentence: string) => {
    door.sentence = sentence;
    out.warn({ room: 'start' }, sentence);
    process.send?.({ ...factsForStarter(config, file, door.port), waiting: sentence });
  };
  const open = () => Platform.open({ config, plugins: file.plugins, onError });
  door.sentence = RECORD_AWAY;
  const platform = await patiently(open, { sentence: RECORD_AWAY, tell });
  door.sentence = WAREHOUSE_AWAY;
  await patiently(() => platform.prepareWarehouse(), { sentence: WAREHOUSE_AWAY, tell });
  return platform;
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
