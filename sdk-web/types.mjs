// The types of the package stand alone: those that the state takes from the contract, which is not published, lie beside them.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const contract = dirname(fileURLToPath(import.meta.resolve('@perennial/contract')));
const NEEDED = ['experiment', 'json'];

mkdirSync('dist/contract', { recursive: true });
for (const name of NEEDED) copyFileSync(join(contract, `${name}.d.ts`), `dist/contract/${name}.d.ts`);
writeFileSync('dist/contract/index.d.ts', NEEDED.map((name) => `export * from './${name}.js';\n`).join(''));
for (const name of readdirSync('dist/state').filter((entry) => entry.endsWith('.d.ts'))) {
  const path = join('dist/state', name);
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll("'@perennial/contract'", "'../contract/index.js'"));
}
