import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingOptionals } from '../tools/complete-lock.mjs';

const root = join(import.meta.dirname, '../..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);
const run = (command: string, args: string[]) =>
  spawnSync(command, args, { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });

const ROOMS = [
  'core/contract',
  'core/kit',
  'core/server',
  'core/testing',
  'plugins/csv',
  'plugins/miniprogram',
  'plugins/rfm',
  'plugins/webhook',
  'collector',
  'sdk-web',
  'admin',
  'tests',
];

describe('the whole tree', () => {
  it('has no lint errors', () => {
    const { status, stdout } = run(bin('oxlint'), []);
    expect(status === 0 ? '' : stdout).toBe('');
  }, 120_000);

  it('is formatted', () => {
    const { status, stdout, stderr } = run(bin('prettier'), ['--check', '--log-level', 'warn', '.']);
    expect(status === 0 ? '' : stdout + stderr).toBe('');
  }, 120_000);

  it.each(ROOMS.filter((room) => existsSync(join(root, room, 'tsconfig.json'))))(
    'type-checks %s with its tests',
    (room) => {
      const { status, stdout } = run(bin('tsc'), ['-p', join(room, 'tsconfig.json')]);
      expect(status === 0 ? '' : stdout).toBe('');
    },
    120_000,
  );

  it('locks every optional package that a locked one names', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: object };
    expect(missingOptionals(lock.packages)).toEqual([]);
  });

  it('pins exact versions', () => {
    const manifests = ['.', ...ROOMS].map(
      (room) =>
        JSON.parse(readFileSync(join(root, room, 'package.json'), 'utf8')) as Record<
          string,
          Record<string, string> | undefined
        >,
    );
    const ranges = manifests.flatMap((manifest) =>
      Object.entries({
        ...manifest['dependencies'],
        ...manifest['devDependencies'],
        ...manifest['optionalDependencies'],
      }),
    );
    expect(ranges.filter(([, version]) => !/^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});
