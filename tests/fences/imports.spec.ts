import { beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { importsOf, trespasses } from './imports.js';

const root = join(import.meta.dirname, '../..');
beforeAll(() => process.chdir(root));

describe('who may import whom', () => {
  it('finds the imports it is to judge', () => {
    expect(importsOf(root, 'core/server/src').length).toBeGreaterThan(200);
  });

  it.each(['core', 'plugins', 'collector', 'sdk-web', 'admin'])('nobody in %s climbs a fence', (folder) => {
    expect(trespasses(importsOf(root, folder))).toEqual([]);
  });

  it.each([
    ['core/contract/src/a.ts', 'zod', /imports nothing/],
    ['core/contract/src/a.ts', 'node:fs', /imports nothing/],
    ['core/kit/src/a.ts', '@perennial/server', /may not import/],
    ['core/server/src/host/a.ts', '@perennial/plugin-rfm', /may not import/],
    ['core/server/src/tag/a.ts', '../lifecycle/index.js', /must not look up/],
    ['core/server/src/lifecycle/rules/a.ts', '../../tag/rules/cell.js', /through its index/],
    ['core/server/src/a.ts', '../../kit/src/index.js', /leaves core\/server/],
    ['plugins/csv/src/a.ts', '@perennial/server', /may not import/],
    ['plugins/csv/src/a.ts', '@perennial/plugin-rfm', /may not import/],
    ['plugins/csv/src/a.ts', '@perennial/testing', /may not import/],
    ['collector/src/a.ts', 'node:fs', /without Node/],
    ['collector/src/runtime/node/a.ts', 'typeorm', /server-side/],
    ['collector/src/a.ts', '@perennial/kit', /may not import/],
    ['sdk-web/src/a.ts', 'node:crypto', /without Node/],
    ['admin/src/a.tsx', '@nestjs/common', /server-side/],
    ['admin/src/a.tsx', '@perennial/contract/src/text.js', /back door/],
  ])('a planted trespass is reported: %s imports %s', (file, specifier, sentence) => {
    expect(trespasses([{ file, specifier }])).toEqual([expect.stringMatching(sentence)]);
  });

  it('lets specs of plugins use the contract suites', () => {
    expect(trespasses([{ file: 'plugins/csv/src/a.spec.ts', specifier: '@perennial/testing' }])).toEqual([]);
  });
});
