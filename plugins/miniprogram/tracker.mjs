import { join } from 'node:path';

/** How the tracker is bundled; the spec that weighs and runs it bundles it the same way. */
export const TRACKER = {
  entryPoints: [join(import.meta.dirname, 'src/tracker/main.ts')],
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2018',
  conditions: ['@perennial/source'],
  banner: { js: '"use strict";' },
  logLevel: 'warning',
  // The entry writes to CommonJS' `exports` by hand; nothing is exported in the form of modules.
  logOverride: { 'commonjs-variable-in-esm': 'silent' },
};
