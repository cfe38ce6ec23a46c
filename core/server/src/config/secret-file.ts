import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.js';

/** The content of a file that only its owner may read, made on first use. */
export function readOrMake(path: string, make: () => string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  makeFolder(dirname(path));
  const content = make();
  writeFileSync(path, `${content}\n`, { mode: 0o600, flag: 'wx' });
  return content;
}
