// The tracker as one file to copy, and as a package in the form that "构建 npm" of the developer tools expects.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { bundleTracker } from './tracker.mjs';

const folder = 'dist/tracker';
rmSync(folder, { recursive: true, force: true });
const files = `${folder}/perennial-mini/miniprogram_dist`;
mkdirSync(files, { recursive: true });
writeFileSync(`${folder}/perennial-mini.js`, await bundleTracker());
copyFileSync(`${folder}/perennial-mini.js`, `${files}/index.js`);
const manifest = {
  name: 'perennial-mini',
  version: '0.1.0',
  main: 'miniprogram_dist/index.js',
  miniprogram: 'miniprogram_dist',
  types: 'types/index.d.ts',
  files: ['miniprogram_dist', 'types'],
  license: 'UNLICENSED',
};
writeFileSync(`${folder}/perennial-mini/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
