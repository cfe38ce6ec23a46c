// One file of an entry for runtimes that have no disk: what is shipped, and what the specs weigh.
import { minify } from '@swc/core';
import { build } from 'esbuild';
import { join } from 'node:path';

const here = import.meta.dirname;

/** esbuild joins the files, swc makes them small: 6 % smaller after gzip than either alone. */
export async function bundle(entry) {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['@perennial/source'],
    // A library of NATS' client looks for it where there is no web crypto; these runtimes have that.
    alias: { crypto: join(here, 'src/runtime/worker/no-crypto.ts') },
    logLevel: 'warning',
  });
  const { code } = await minify(outputFiles[0].text, {
    module: true,
    ecma: 2022,
    compress: { ecma: 2022, passes: 3 },
    mangle: true,
  });
  return code;
}
