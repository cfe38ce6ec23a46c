import { minify } from '@swc/core';
import { build } from 'esbuild';
import { join } from 'node:path';

/** Long names of the heart that no program, runtime or collector ever sees. */
const INNER =
  /^(arrival|askedPause|choices|choose|counts|guarded|hooks|identity|isHeld|isNew|isVolatile|isWaiting|mayStore|maySend|onError|onRefused|onSent|orphans|ports|queue|schedule|sender|settle|texts|vault|mayTell)$/;

/** The tracker as one file; the specs weigh and run what is shipped. esbuild joins, swc makes it small. */
export async function bundleTracker() {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'src/tracker/main.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2018',
    mangleProps: INNER,
    conditions: ['@perennial/source'],
    logLevel: 'warning',
    // The entry writes to CommonJS' `exports` by hand; nothing is exported in the form of modules.
    logOverride: { 'commonjs-variable-in-esm': 'silent' },
  });
  const { code } = await minify(outputFiles[0].text, {
    ecma: 2018,
    compress: { ecma: 2018, passes: 5, toplevel: true, hoist_vars: true, unsafe_arrows: true, const_to_let: false },
    mangle: { toplevel: true },
    format: { asciiOnly: true },
  });
  // swc takes the directive for one that modules do not need; this is none.
  return `"use strict";${code}`;
}
