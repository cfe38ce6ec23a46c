import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';

/** Replaces a small file whole: a reader, or a process after a crash, sees the old text or the new one, never half. */
export function writeState(path: string, text: string, { isSynced = false } = {}): void {
  const next = `${path}.new`;
  const fd = openSync(next, 'w', 0o600);
  try {
    writeSync(fd, text);
    if (isSynced) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(next, path);
}

export const readState = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;

/** A file's name is durable only when its folder is synced. Windows knows no such call and needs none. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
