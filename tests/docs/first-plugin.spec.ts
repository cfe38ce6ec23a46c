import { afterAll, describe, expect, it } from '@jest/globals';
import type { Plugin } from '@perennial/kit';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const home = join(import.meta.dirname, '.tmp/night-owl');
const guide = readFileSync(join(root, 'docs/guides/first-plugin.md'), 'utf8');

/** The guide's code blocks are the files of a plugin; their first line names them. */
for (const [, name, code] of guide.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)) {
  mkdirSync(dirname(join(home, name!)), { recursive: true });
  writeFileSync(join(home, name!), code!);
}
writeFileSync(
  join(home, 'tsconfig.json'),
  JSON.stringify({
    extends: '../../../../tsconfig.base.json',
    compilerOptions: { noEmit: true, composite: false, incremental: false, declaration: false },
    include: ['src'],
  }),
);

afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Guide {
  nightOwl: (options?: object) => Plugin;
  NightOwlModel: new (options: object) => {
    score(context: object): AsyncGenerator<{ profile: number; tags: object }[]>;
  };
  NightOwlOptions: new () => object;
}

describe('the guide to a first plugin', () => {
  it('has code that compiles', () => {
    const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', home], { encoding: 'utf8' });
    expect(status === 0 ? '' : stdout).toBe('');
  }, 60_000);

  it('has a plugin that core would take, and a model that scores', async () => {
    const { nightOwl, NightOwlModel, NightOwlOptions } = (await import(join(home, 'src/index.ts'))) as Guide;
    expect(nightOwl({ fewest: 5 })).toMatchObject({ name: 'night-owl', configured: { fewest: 5 } });
    expect(() => nightOwl({ fewest: 0 })).toThrow('fewest must not be less than 1');
    const rows = () =>
      Promise.resolve([
        { profile: 1, share: 0.8 },
        { profile: 2, share: 0.1 },
      ]);
    const scores = await new NightOwlModel(new NightOwlOptions()).score({ rows }).next();
    expect(scores.value).toEqual([
      { profile: 1, tags: { 'night-owl.is-owl': true } },
      { profile: 2, tags: { 'night-owl.is-owl': false } },
    ]);
  });
});
