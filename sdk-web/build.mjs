// Two forms of the same code: a module for bundlers, and a plain script that pages embed.
import { build } from 'esbuild';

const shared = { bundle: true, target: 'es2018', logLevel: 'warning' };
await build({ ...shared, entryPoints: ['src/index.ts'], format: 'esm', outfile: 'dist/index.js' });
await build({ ...shared, entryPoints: ['src/script.ts'], format: 'iife', minify: true, outfile: 'dist/perennial.js' });
