import { PlatformError } from '@perennial/contract';
import { renameSync, writeFileSync } from 'node:fs';
import { readOrMake, type Config } from '../config/index.js';
import { IDENTITY, newKeyFile, type KeyFile } from '../identity/index.js';

/** Where keys come from, and whether they can be written back. */
export interface KeySource {
  read(): KeyFile;
  /** Where they lie, in words for an operator. */
  readonly place: string;
  /** Absent where the environment holds the keys. */
  write?: (file: KeyFile) => void;
}

/**
 * The environment goes before the file. A file is made for a record that has none yet; in the place of one that was lost a
 * new one would only hide that nobody can be read again. Throws `IDENTITY_KEYS_LOST`.
 */
export function keySourceOf({ keys, keysFile }: Pick<Config, 'keys' | 'keysFile'>, mayMake = true): KeySource {
  if (keys) return { read: () => parse(keys), place: 'PERENNIAL_KEYS' };
  const make = () => {
    if (mayMake) return JSON.stringify(newKeyFile());
    throw new PlatformError(
      IDENTITY.KEYS_LOST,
      `the keys file ${keysFile} is gone, and this record was written with keys: without them nobody can be read or found by ` +
        'phone or e-mail again. Put the file back from your copy, or name its place with PERENNIAL_KEYS_FILE or PERENNIAL_KEYS',
      { kind: 'invalid' },
    );
  };
  return {
    place: keysFile,
    read: () => parse(readOrMake(keysFile, make)),
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
