import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that this very process uses; a lock file with our own number alone may stem from a container's last life. */
const held = new Set<string>();

/** One process per spool. A lock whose process is gone is taken over. Returns the release. */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  if (held.has(path)) throw inUse(folder, process.pid);
  while (!tryLock(path)) {
    const text = readIfThere(path);
    if (text === undefined) continue;
    const holder = Number(text);
    if (holder !== process.pid && isAlive(holder)) throw inUse(folder, holder);
    removeStale(path, text);
  }
  held.add(path);
  return () => {
    held.delete(path);
    rmSync(path, { force: true });
  };
}

const inUse = (folder: string, holder: number): Error =>
  new Error(`Another collector (process ${holder}) uses ${folder}.`);

function tryLock(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the file away before removing it: of two that take over at once, the slower one must not remove a new lock. */
function removeStale(path: string, text: string): void {
  const away = `${path}.${process.pid}`;
  try {
    renameSync(path, away);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return;
    throw error;
  }
  if (readIfThere(away) === text) rmSync(away, { force: true });
  else renameSync(away, path);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
