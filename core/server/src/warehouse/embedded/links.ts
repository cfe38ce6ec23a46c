import { existsSync, lstatSync, readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const UUID = /UUID '(([0-9a-f]{3})[0-9a-f]{5}-[0-9a-f-]{27})'/;

/**
 * ClickHouse reaches a database's tables by a symbolic link, which `cp -r -L`, `zip` and `scp -r` turn into a folder; then it
 * does not open. What the link led to is there as well, and its name stands beside it: the folder is moved away and the link
 * made again. Gives the names of what was mended.
 */
export function mendLinks(directory: string): string[] {
  const metadata = join(directory, 'metadata');
  if (!existsSync(metadata)) return [];
  return readdirSync(metadata).filter((name) => mendLink(directory, name));
}

function mendLink(directory: string, name: string): boolean {
  const link = join(directory, 'metadata', name);
  const statement = `${link}.sql`;
  if (!lstatSync(link).isDirectory() || !existsSync(statement)) return false;
  const [, uuid, start] = UUID.exec(readFileSync(statement, 'utf8')) ?? [];
  if (uuid === undefined || !existsSync(join(directory, 'store', start!, uuid))) return false;
  renameSync(link, join(directory, `copied-${name}-${Date.now()}`));
  symlinkSync(join('..', 'store', start!, uuid), link);
  return true;
}
