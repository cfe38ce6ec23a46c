// One file each for runtimes that have no disk: `dist/worker/main.mjs`, and `main-nats.mjs` which speaks NATS too.
import { build } from 'esbuild';
import { join } from 'node:path';

const here = import.meta.dirname;

await build({
  entryPoints: ['main', 'main-nats'].map((name) => join(here, `src/runtime/worker/${name}.ts`)),
  outdir: join(here, 'dist/worker'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['@perennial/source'],
  // A library of NATS' client looks for it where there is no web crypto; these runtimes have that.
  alias: { crypto: join(here, 'src/runtime/worker/no-crypto.ts') },
  logLevel: 'warning',
});
