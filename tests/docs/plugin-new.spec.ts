import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Plugin } from '@perennial/kit';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writePlugin } from '../../core/testing/bin/plugin-new.mjs';

const root = join(import.meta.dirname, '../..');
const plugins = join(root, '.tmp');
let folder = '';

beforeAll(() => {
  // Two levels below the root, as plugins are, so that what was written compiles where it stands.
  mkdirSync(plugins, { recursive: true });
  folder = writePlugin(plugins, 'first-steps');
});
afterAll(() => rmSync(plugins, { recursive: true, force: true }));

describe('npm run plugin:new', () => {
  it('writes a plugin that core would take', async () => {
    const { firstSteps } = (await import(join(folder, 'src/index.ts'))) as { firstSteps: () => Plugin };
    expect(firstSteps()).toMatchObject({ name: 'first-steps', configured: { isEnabled: true } });
  });

  it('writes code that compiles', () => {
    const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' });
    expect(status === 0 ? '' : stdout).toBe('');
  }, 60_000);

  it('refuses a name that is bad or taken', () => {
    expect(() => writePlugin(plugins, 'First Steps')).toThrow('lower case');
    expect(() => writePlugin(plugins, undefined)).toThrow('lower case');
    expect(() => writePlugin(plugins, 'first-steps')).toThrow('exists already');
  });
});
