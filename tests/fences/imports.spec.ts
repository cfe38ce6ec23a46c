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
    ['sdk-web/src/core/a.ts', '../storage.js', /only its own parts/],
    ['sdk-web/src/core/a.ts', '@perennial/contract', /may not import/],
    ['plugins/wechat-mp/src/a.ts', '@perennial/sdk-web/core', /only a plugin's tracker/],
    ['plugins/wechat-mp/src/tracker/a.ts', '@perennial/kit', /core alone/],
    ['plugins/wechat-mp/src/tracker/a.ts', '@perennial/sdk-web', /may not import/],
    ['plugins/wechat-mp/src/tracker/a.ts', 'node:fs', /without Node/],
    ['admin/src/a.tsx', '@nestjs/common', /server-side/],
    ['admin/src/a.tsx', '@perennial/contract/src/text.js', /back door/],
  ])('a planted trespass is reported: %s imports %s', (file, specifier, sentence) => {
    expect(trespasses([{ file, specifier }])).toEqual([expect.stringMatching(sentence)]);
  });

  it('lets what a page runs of a plugin build on the heart of the tracker', () => {
    const file = 'plugins/wechat-mp/src/tracker/a.ts';
    expect(trespasses([{ file, specifier: '@perennial/sdk-web/core' }])).toEqual([]);
  });

  it('lets specs of plugins use the contract suites', () => {
    expect(trespasses([{ file: 'plugins/csv/src/a.spec.ts', specifier: '@perennial/testing' }])).toEqual([]);
  });
});
