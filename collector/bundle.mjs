// One file of an entry for runtimes that have no disk: what is shipped, and what the specs weigh.
import { minify } from '@swc/core';
import { build } from 'esbuild';
import { join } from 'node:path';

const here = import.meta.dirname;

/**
 * Methods of Hono that nothing here calls: `mount`, `c.html`, `c.req.parseBody`. They hang on classes, where no tree shaking
 * reaches them, and are 8 % of the worker. What stands for them throws, so a first use shows in the first test of a bundle.
 */
const withoutUnused = {
  name: 'without what Hono brings and nobody calls',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/utils\/(?:mount|html|body)\.js$/ }, ({ path, importer }) =>
      /[\\/]node_modules[\\/]hono[\\/]/.test(importer) ? { path, namespace: 'unused' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'unused' }, () => ({
      contents: `const absent = () => { throw new Error('not in this bundle'); };
        export { absent as createMountedRequest, absent as resolveCallback, absent as parseBody };
        export const HtmlEscapedCallbackPhase = {};`,
    }));
  },
};

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
    plugins: [withoutUnused],
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
