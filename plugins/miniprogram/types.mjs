// The types of the package for 构建 npm stand alone: those of the heart lie beside those of the tracker.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = 'dist/tracker/perennial-mini/types';
const heart = dirname(fileURLToPath(import.meta.resolve('@perennial/sdk-web/core')));
const isFolderOrTypes = (path) => path === heart || path.endsWith('.d.ts');
cpSync(heart, join(folder, 'heart'), { recursive: true, filter: isFolderOrTypes });
for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.d.ts'))) {
  const path = join(folder, name);
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('@perennial/sdk-web/core', './heart/index.js'));
}
