// Two forms of the same code: modules for bundlers, and plain scripts that pages embed.
import { minify } from '@swc/core';
import { build } from 'esbuild';
import { rmSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { bundleState } from './bundle-state.mjs';

/**
 * Long names that never leave the script: not on the wire, not in a storage, not in what a page calls. They cost bytes in
 * every visitor's download.
 */
const INNER =
  /^(arrival|askedPause|beacon|beforeLeave|choices|choose|clear|counts|fail|guarded|hooks|identity|isHeld|isNew|isVolatile|isWaiting|keep|listening|mayStore|maySend|most|onError|onRefused|onSent|orphans|own|pass|ports|post|queue|remove|retryAfter|schedule|sender|settle|size|storage|take|texts|transport|turns?|lease|moved|undo|vault)$/;

/** What a script that is loaded later is handed (`src/capture/later.ts`): the same names in each script of every version. */
const HANDED = { listening: 'L', beforeLeave: 'B', turns: 'T', lease: 'E', moved: 'M', undo: 'U', storage: 'S' };

const shared = { bundle: true, target: 'es2018', logLevel: 'warning' };

/** esbuild joins the files, swc makes them small: 3 % smaller than either alone. */
export async function script(entry) {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: [entry],
    format: 'iife',
    write: false,
    mangleProps: INNER,
    mangleCache: { ...HANDED },
    absWorkingDir: import.meta.dirname,
  });
  const { code } = await minify(outputFiles[0].text, {
    ecma: 2018,
    compress: { ecma: 2018, passes: 5, toplevel: true, hoist_vars: true, unsafe_arrows: true, const_to_let: false },
    mangle: { toplevel: true },
    // A page that names no charset reads what is beyond ASCII as something else, and then names of secret fields are missed.
    format: { asciiOnly: true },
  });
  return code;
}

export const sizes = (code) => ({
  min: Buffer.byteLength(code),
  gzip: gzipSync(code, { level: 9 }).length,
  brotli: brotliCompressSync(code).length,
});

async function main() {
  rmSync('dist', { recursive: true, force: true });
  await build({
    ...shared,
    entryPoints: {
      index: 'src/index.ts',
      'core/index': 'src/core/index.ts',
      'debug/index': 'src/debug/index.ts',
      'state/index': 'src/state/index.ts',
    },
    format: 'esm',
    // A package of its own: whoever uses its bindings beside ours has one TinyBase, with the types that ours speak of.
    external: ['tinybase/*'],
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    outdir: 'dist',
  });
  for (const [name, entry] of [
    ['perennial.js', 'src/script.ts'],
    ['perennial-parts.js', 'src/capture/script.ts'],
    ['perennial-debug.js', 'src/debug/script.ts'],
  ]) {
    const code = await script(entry);
    writeFileSync(`dist/${name}`, code);
    const { min, gzip, brotli } = sizes(code);
    console.log(`${name}: ${min} bytes, ${gzip} gzip, ${brotli} brotli`);
  }
  writeFileSync('dist/perennial-state.js', (await bundleState()).code);
}

if (process.argv[1] === import.meta.filename) await main();
