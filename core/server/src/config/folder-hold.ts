import { PlatformError } from '@perennial/contract';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '../database/sqlite/driver.js';
import { CONFIG } from './config.errors.js';

const BUSY = 5;
/** A predecessor that was told to stop may need a moment to go. */
const WAIT_MS = 2_000;

/**
 * One core for each data folder with stores of its own in it. SQLite's lock on a file is the kernel's: it goes with the
 * process by whatever death, and counts in all containers that share the folder. Returns the release.
 */
export function holdFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = openEngine(join(folder, 'core.lock'));
  try {
    lock.exec(`PRAGMA busy_timeout = ${WAIT_MS}; BEGIN EXCLUSIVE`);
  } catch (error) {
    lock.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 !== BUSY) throw error;
    throw new PlatformError(CONFIG.FOLDER_HELD, `Another core uses ${folder}. Stop it, or set PERENNIAL_DATA_DIR.`, {
      kind: 'conflict',
    });
  }
  return () => lock.close();
}
