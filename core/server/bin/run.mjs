// Runs core (with the admin) and the collector, as they are built, until Ctrl-C.
import { join } from 'node:path';
import { loadDemo } from './demo.mjs';
import { Supervised } from './supervised.mjs';

const root = join(import.meta.dirname, '..', '..', '..');

const core = new Supervised('core', join(root, 'core/server/dist/main.js'));
const collector = new Supervised('collector', join(root, 'collector/dist/runtime/node/main.js'));
let stopping;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0));
for (const process of [core, collector]) process.onGivenUp = () => stop(1);

// Core goes first, since wrong settings are its to tell. The collector does not wait for it longer than for a moment: what
// comes while core's stores are away is kept.
let collecting;
const collect = ({ port, host, settings }) => {
  collector.env = { PERENNIAL_CORE_URL: addressOf(host, port), ...named(settings) };
  return (collecting ??= collector.start());
};
core.onWaiting = (message) => {
  console.log(`core waits: ${message.waiting}`);
  void collect(message);
};
const facts = await core.start();
const { port, host } = await collect(facts);
greet(facts, port);
if (facts.demo) await loadDemo({ ...facts.demo, to: addressOf(host, port), isStopping: () => stopping !== undefined });

/** Where a process of this machine that listens at `host` is reached from this machine. */
function addressOf(host, port) {
  const isEverywhere = ['0.0.0.0', '::'].includes(host);
  return `http://${isEverywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** What the configuration file sets, as the collector reads it: by the names of the environment. */
function named(settings) {
  const text = (value) => (typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value));
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [`PERENNIAL_${name}`, text(value)]));
}

function greet({ port, url, password, isFirstRun }, collectorPort) {
  // Since the process began, installing and building included.
  const seconds = (performance.now() / 1000).toFixed(1);
  console.log(`
  Perennial 常青 is ready (${seconds} s)

  Admin      ${url ?? `http://localhost:${port}`}
  Collector  http://localhost:${collectorPort}`);
  if (isFirstRun)
    console.log(
      `  Sign in    admin${password ? ` / ${password}  (one-time password, change it after signing in)` : ''}`,
    );
  console.log('\n  Ctrl-C stops everything.\n');
}

/** The collector first, so that what it still accepts can be handed to core or stays in its spool. */
function stop(code) {
  stopping ??= (async () => {
    console.log('\nStopping ...');
    await collector.stop();
    await core.stop();
    process.exit(code);
  })();
  return stopping;
}
