/** @jest-environment jsdom */
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TextEncoder } from 'node:util';

const root = join(import.meta.dirname, '../..');
const home = join(import.meta.dirname, '.tmp/sdk-state');
const guide = readFileSync(join(root, 'docs/guides/sdk-state.md'), 'utf8');
const [, code] = /```ts\n([\s\S]*?)```/.exec(guide)!;
const definitions: unknown = JSON.parse(/```json\n([\s\S]*?)```/.exec(guide)![1]!);

mkdirSync(home, { recursive: true });
writeFileSync(join(home, 'shop.ts'), code!);
writeFileSync(join(home, 'bucket.ts'), `export { bucketOf } from '@perennial/sdk-web/state';`);
writeFileSync(
  join(home, 'tsconfig.json'),
  JSON.stringify({ extends: '../../../../sdk-web/tsconfig.json', include: ['shop.ts'] }),
);
// jsdom has none.
Object.assign(globalThis, { TextEncoder });

afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Guide {
  perennial: { stats(): { errors: number }; close(): void; ids(): { anonymousId: string } };
  draw: (page: HTMLElement) => Promise<void>;
  chooseCity: (city: string) => void;
}

describe('the guide to the state of a page', () => {
  it('has code that compiles', () => {
    const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', home], { encoding: 'utf8' });
    expect(status === 0 ? '' : stdout).toBe('');
  }, 60_000);

  it('has code that personalises, with definitions that are sound', async () => {
    globalThis.fetch = jest.fn(() =>
      Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve(definitions) }),
    ) as unknown as typeof fetch;
    const { perennial, draw, chooseCity } = (await import(join(home, 'shop.ts'))) as Guide;
    await draw(document.body);
    const { hero, banner } = document.body.dataset;
    expect([hero, banner]).toEqual([expect.stringMatching(/^(photo|video)$/), '']);
    chooseCity('上海');
    expect(document.body.dataset['banner']).toBe('上海店周年庆');
    expect(perennial.stats().errors).toBe(0);
    perennial.close();
  });

  it('states the buckets that the page deals', async () => {
    const { bucketOf } = (await import(join(home, 'bucket.ts'))) as {
      bucketOf: (kind: string, salt: string, id: string) => number;
    };
    const rows = [
      ...guide.matchAll(/^\| (experiment|hold-out|exclusion|flag)\s*\| (\S+)\s*\| (\S+)\s*\| (\d+)\s*\|$/gm),
    ];
    expect(rows).toHaveLength(5);
    for (const [, kind, salt, id, bucket] of rows) expect(bucketOf(kind!, salt!, id!)).toBe(Number(bucket));
  });
});
