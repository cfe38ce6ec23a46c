import { join } from 'node:path';

/** How the tracker is bundled; the spec that weighs and runs it bundles it the same way. */
export const TRACKER = {
  entryPoints: [join(import.meta.dirname, 'src/tracker/index.ts')],
  bundle: true,
  minify: true,
  format: 'cjs',
  platform: 'neutral',
  target: 'es2018',
  conditions: ['@perennial/source'],
  logLevel: 'warning',
};
