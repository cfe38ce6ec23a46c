// The browser tracker as others install it: packed, unpacked far from this repository, with what it declares beside it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoneCollector } from '../tools/lone-collector.js';

const ROOT = join(import.meta.dirname, '../..');
const SDK = join(ROOT, 'sdk-web');
const MINI = join(ROOT, 'plugins/miniprogram/dist/tracker/perennial-mini');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  exports: Record<string, string | Record<string, string>>;
}

const folder = mkdtempSync(join(tmpdir(), 'perennial-package-'));
const manifestOf = (path: string) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;
const scripts = Object.keys(manifestOf(SDK).exports)
  .filter((name) => name.endsWith('.js'))
  .map((name) => name.slice(1));

/** What npm would publish, and nothing else, in a folder of somebody's `node_modules`. */
function install(path: string): Manifest {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', folder], {
      cwd: path,
    }).toString(),
  ) as [{ filename: string }];
  const manifest = manifestOf(path);
  const place = join(folder, 'node_modules', manifest.name);
  mkdirSync(place, { recursive: true });
  execFileSync('tar', ['xzf', join(folder, packed.filename), '--strip-components=1', '-C', place]);
  for (const name of Object.keys(manifest.dependencies ?? {}))
    cpSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), {
      recursive: true,
      dereference: true,
    });
  return manifest;
}

function run(...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? stdout : `${status}: ${stdout}${stderr}`;
}

function compile(text: string, how: { module: string; moduleResolution: string }): string {
  const options = { ...how, target: 'es2022', lib: ['es2022', 'dom'], types: [], strict: true, noEmit: true };
  const checks = { skipLibCheck: false, noUncheckedSideEffectImports: true };
  writeFileSync(join(folder, 'shop.ts'), text);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...options, ...checks }, files: ['shop.ts'] }),
  );
  return run(TSC, '-p', folder);
}

const HOW = [
  { module: 'esnext', moduleResolution: 'bundler' },
  { module: 'nodenext', moduleResolution: 'nodenext' },
];

const SHOP = `
import { createPerennial, type Perennial } from '@perennial/sdk-web';
import { createTracker } from '@perennial/sdk-web/core';
import * as debug from '@perennial/sdk-web/debug';
import { createState, decide, type StateOptions } from '@perennial/sdk-web/state';
${scripts.map((path) => `import '@perennial/sdk-web${path}';`).join('\n')}
interface Shop { traits: { city: string }; flags: { cart: boolean }; experiments: { hero: 'a' | 'b' } }
const perennial: Perennial = createPerennial({ endpoint: 'https://events.example', writeKey: 'wk' });
const definitions: StateOptions['definitions'] = { experiments: [{ key: 'hero', variations: [{ key: 'a', weight: 1 }] }] };
const state = createState<Shop>(perennial, { definitions });
const hero: 'a' | 'b' | undefined = state.experiments.get('hero');
const rows: number = state.store.getRowCount('traits');
// @ts-expect-error -- a number is no name of a table
state.store.getRowCount(7);
// @ts-expect-error -- a weight is a number; were the contract's types lost, anything would do
const wrong: StateOptions['definitions'] = { experiments: [{ key: 'hero', variations: [{ key: 'a', weight: 'much' }] }] };
export { createTracker, debug, decide, hero, rows, wrong };
`;

const SERVER = `
import { createPerennial } from '@perennial/sdk-web';
import { createState } from '@perennial/sdk-web/state';
import '@perennial/sdk-web/core';
import '@perennial/sdk-web/debug';
globalThis.fetch = () => { throw new Error('a server has nobody to tell of'); };
const perennial = createPerennial({ endpoint: 'https://events.example', writeKey: 'wk', clicks: true });
const state = createState(perennial, { definitionsUrl: 'https://shop.example/definitions.json' });
perennial.track('A');
state.traits.set('city', 'x');
await perennial.flush();
perennial.debug();
console.log(JSON.stringify([perennial.pending(), state.traits.all(), await state.ready()]));
`;

describe('the tracker’s package outside of this repository', () => {
  beforeAll(() => void install(SDK), 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(HOW)(
    'has types that resolve by what it declares alone, as $moduleResolution',
    (how) => expect(compile(SHOP, how)).toBe(''),
    60_000,
  );

  it('has the mini program’s beside it, whose types stand alone too', () => {
    install(MINI);
    const text = `import * as mini from 'perennial-mini'; export const names: string[] = Object.keys(mini);`;
    expect(compile(text, HOW[0]!)).toBe('');
  }, 60_000);

  it('does nothing in plain Node, and lets it end', () => {
    writeFileSync(join(folder, 'server.mjs'), SERVER);
    expect(run('server.mjs')).toBe('[[],{},false]\n');
  }, 30_000);

  it('holds every script that it names', () => {
    const missing = scripts.filter((path) => !existsSync(join(folder, 'node_modules/@perennial/sdk-web/dist', path)));
    expect([scripts.length, missing]).toEqual([4, []]);
  });
});

describe('who serves the tracker’s script serves all of its scripts', () => {
  const types = (url: string) =>
    Promise.all(scripts.map(async (path) => (await fetch(`${url}${path}`)).headers.get('content-type')?.split(';')[0]));
  const all = scripts.map(() => 'text/javascript');

  it('the collector', async () => {
    const collector = new LoneCollector();
    await collector.start();
    try {
      expect(await types(collector.url)).toEqual(all);
    } finally {
      await collector.close();
    }
  }, 30_000);

  it('the playground', async () => {
    const child = spawn(process.execPath, [join(SDK, 'playground/serve.mjs')], { env: { ...process.env, PORT: '0' } });
    try {
      expect(await types(await addressOf(child))).toEqual(all);
    } finally {
      child.kill();
    }
  }, 30_000);
});

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the playground ended with ${code}`)));
    child.stdout!.on('data', (text: Buffer) => {
      const found = /http:\/\/localhost:\d+/.exec(text.toString());
      if (found) resolve(found[0]);
    });
  });
}
