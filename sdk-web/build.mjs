// Two forms of the same code: modules for bundlers, and a plain script that pages embed.
import { build } from 'esbuild';
import { rmSync, writeFileSync } from 'node:fs';
import { bundleState } from './bundle-state.mjs';

rmSync('dist', { recursive: true, force: true });
const shared = { bundle: true, target: 'es2018', logLevel: 'warning' };
await build({
  ...shared,
  entryPoints: { index: 'src/index.ts', 'core/index': 'src/core/index.ts', 'state/index': 'src/state/index.ts' },
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  outdir: 'dist',
});
await build({ ...shared, entryPoints: ['src/script.ts'], format: 'iife', minify: true, outfile: 'dist/perennial.js' });
writeFileSync('dist/perennial-state.js', (await bundleState()).code);
