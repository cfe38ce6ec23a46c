// `dist/worker/main.mjs`, and `main-nats.mjs` which speaks NATS too.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';

const folder = join(import.meta.dirname, 'dist/worker');

mkdirSync(folder, { recursive: true });
for (const name of ['main', 'main-nats'])
  writeFileSync(join(folder, `${name}.mjs`), await bundle(`src/runtime/worker/${name}.ts`));
