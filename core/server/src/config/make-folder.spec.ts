import { expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';

const home = () => mkdtempSync(join(tmpdir(), 'perennial-folder-'));

it('makes all that is missing, and leaves what is there', () => {
  const path = join(home(), 'a', 'b', 'c');
  makeFolder(path);
  makeFolder(path);
  expect(existsSync(path)).toBe(true);
});

it('says at once where no folder can be made', () => {
  const file = join(home(), 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(join(file, 'x'))).toThrow(expect.objectContaining({ code: 'ENOTDIR', path: file }));
});

(process.platform === 'linux' ? it : it.skip)('does not ask for ever where the system itself makes the folders', () => {
  expect(() => makeFolder('/proc/perennial/x/y')).toThrow(
    expect.objectContaining({ code: 'ENOENT', path: '/proc/perennial' }),
  );
});
