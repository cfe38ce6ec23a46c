import { expect, it } from '@jest/globals';
import { closeSync, mkdtempSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOutput, plainEnvironment } from './child.surroundings.js';

it("leaves the platform's secrets out of the engine's environment", () => {
  const env = { PATH: '/bin', TZ: undefined, PERENNIAL_ADMIN_PASSWORD: 'p', PERENNIAL_KEYS: 'k', NODE_OPTIONS: '--x' };
  expect(plainEnvironment(env)).toEqual({ PATH: '/bin' });
});

it('keeps what the engine says for its owner alone, and not without end', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'perennial-output-')), 'a', 'warehouse.log');
  closeSync(openOutput(path));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  truncateSync(path, 5 * 1024 * 1024);
  closeSync(openOutput(path));
  expect([statSync(path).size, readdirSync(join(path, '..')).sort()]).toEqual([
    0,
    ['warehouse.log', 'warehouse.log.1'],
  ]);
});
