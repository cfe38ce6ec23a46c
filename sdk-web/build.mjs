// Two forms of the same code: modules for bundlers, and a plain script that pages embed.
import { build } from 'esbuild';
import { rmSync } from 'node:fs';

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
await build({
  ...shared,
  // TinyBase asks for browsers of 2022 anyway (`Object.hasOwn`): older words would only make it longer.
  target: 'es2020',
  entryPoints: ['src/state/script.ts'],
  format: 'iife',
  minify: true,
  outfile: 'dist/perennial-state.js',
});
