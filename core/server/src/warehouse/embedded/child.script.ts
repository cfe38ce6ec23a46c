import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The built child beside this file; when this file is source (tests), the copy of the last build. */
export function childScript(): string {
  const beside = fileURLToPath(new URL('./child.js', import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../../dist/warehouse/embedded/child.js', import.meta.url));
}
