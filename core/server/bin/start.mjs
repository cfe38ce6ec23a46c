// `npm start`: installs and builds when needed, then runs core (with the admin) and the collector until Ctrl-C.
import { join } from 'node:path';
import { loadDemo } from './demo.mjs';
import { prepare } from './prepare.mjs';
import { Supervised } from './supervised.mjs';

const root = join(import.meta.dirname, '..', '..', '..');
const began = performance.now();

prepare();

const core = new Supervised('core', join(root, 'core/server/dist/main.js'));
const collector = new Supervised('collector', join(root, 'collector/dist/runtime/node/main.js'));
let stopping;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0));
for (const process of [core, collector]) process.onGivenUp = () => stop(1);

// The collector needs the secret that core makes on its first run, so core goes first.
const facts = await core.start();
const { port } = await collector.start();
greet(facts, port);
if (facts.demo) await loadDemo({ ...facts.demo, collectorPort: port, isStopping: () => stopping !== undefined });

function greet({ port, url, password, isFirstRun }, collectorPort) {
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
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
