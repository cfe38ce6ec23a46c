import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepPrivate } from './private-folder.js';

let home: string;
const mode = (path: string) => statSync(join(home, path)).mode & 0o777;

beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'perennial-private-'))));
afterEach(() => rmSync(home, { recursive: true }));

describe('a data folder', () => {
  it('is made for its owner alone', () => {
    expect(keepPrivate(join(home, 'a/data'))).toEqual([]);
    expect(mode('a/data')).toBe(0o700);
  });

  it('is taken from all others with everything in it, once, and says so', () => {
    mkdirSync(join(home, 'data/files/1'), { recursive: true });
    writeFileSync(join(home, 'data/record.db'), '', { mode: 0o644 });
    writeFileSync(join(home, 'data/files/1/content'), '');
    writeFileSync(join(home, 'outside'), '', { mode: 0o644 });
    symlinkSync(join(home, 'outside'), join(home, 'data/link'));
    for (const path of ['data', 'data/files', 'data/files/1']) chmodSync(join(home, path), 0o755);
    expect(keepPrivate(join(home, 'data'))).toEqual([expect.stringContaining('it and 4 things in it')]);
    expect(['data', 'data/files', 'data/files/1'].map(mode)).toEqual([0o700, 0o700, 0o700]);
    expect(['data/record.db', 'data/files/1/content', 'outside'].map(mode)).toEqual([0o600, 0o600, 0o644]);
    expect(keepPrivate(join(home, 'data'))).toEqual([]);
  });

  it('that everybody shares is left as it is, and told', () => {
    chmodSync(home, 0o1777);
    expect(keepPrivate(home)).toEqual([expect.stringContaining('a folder of its own')]);
    expect(statSync(home).mode & 0o7777).toBe(0o1777);
  });
});
