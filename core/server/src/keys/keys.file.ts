import { PlatformError } from '@perennial/contract';
import { renameSync, writeFileSync } from 'node:fs';
import { readOrMake, type Config } from '../config/index.js';
import { IDENTITY, newKeyFile, type KeyFile } from '../identity/index.js';

/** Where keys come from, and whether they can be written back. */
export interface KeySource {
  read(): KeyFile;
  /** Absent where the environment holds the keys. */
  write?: (file: KeyFile) => void;
}

/** The environment goes before the file; a file is made on the first start. */
export function keySourceOf({ keys, keysFile }: Pick<Config, 'keys' | 'keysFile'>): KeySource {
  if (keys) return { read: () => parse(keys) };
  return {
    read: () => parse(readOrMake(keysFile, () => JSON.stringify(newKeyFile()))),
    write: (file) => {
      // Whole or not at all: without this file nobody can be read again.
      writeFileSync(`${keysFile}.new`, `${JSON.stringify(file)}\n`, { mode: 0o600, flush: true });
      renameSync(`${keysFile}.new`, keysFile);
    },
  };
}

function parse(text: string): KeyFile {
  try {
    return JSON.parse(text) as KeyFile;
  } catch {
    // The cause would print the text.
    throw new PlatformError(IDENTITY.KEYS_INVALID, 'the keys are no JSON', { kind: 'invalid' });
  }
}
