import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig as readCollector } from '../../collector/src/runtime/node/config.js';
import { documented, wrongSettings } from '../../core/server/bin/settings.mjs';
import { readConfig as readCore } from '../../core/server/src/config/index.js';

const root = join(import.meta.dirname, '../..');
const FILE = join(root, 'package.json');
/** Where the default is empty: what an operator would write. */
const SAMPLES: Record<string, string> = {
  PUBLIC_URL: 'https://cdp.example.com',
  DATABASE_URL: 'mysql://p:a%2Fb@db:3306/p',
  CLICKHOUSE_URL: 'http://u:p@ch:8123/perennial',
  KEYS: '{"current":"a"}',
  KEYS_FILE: FILE,
  ADMIN_PASSWORD: 'correct horse battery',
  DEMO_WRITE_KEY: 'wk_0123456789',
  COLLECTOR_SECRET: '0123456789abcdef',
  TRUSTED_PROXIES: '1',
  NATS_URL: 'nats://a:4222,tls://b:4222',
  NATS_CREDENTIALS: FILE,
  NATS_USER: 'u',
  NATS_PASSWORD: 'p',
  NATS_CA: FILE,
  NATS_CERT: FILE,
  NATS_KEY: FILE,
  GEO_FILE: FILE,
  URL: 'http://localhost:3000',
  TOKEN: 'tk_0123456789',
  CONFIG: join(root, 'platform.config.mjs'),
};
const valueOf = (name: string, fallback: string) =>
  fallback || (SAMPLES[name.slice('PERENNIAL_'.length)] ?? '0123456789abcdef');
const all = Object.fromEntries([...documented()].map(([name, fallback]) => [name, valueOf(name, fallback)]));
/** NATS' user goes with its password, whoever asks for one of them. */
const withPartner = (name: string) => ({
  [name]: all[name]!,
  ...(/NATS_(USER|PASSWORD)$/.test(name) && {
    PERENNIAL_NATS_USER: all['PERENNIAL_NATS_USER']!,
    PERENNIAL_NATS_PASSWORD: all['PERENNIAL_NATS_PASSWORD']!,
  }),
});

describe('every documented setting', () => {
  it.each(Object.keys(all))('%s is taken by start, core and collector', (name) => {
    const env = withPartner(name);
    expect(wrongSettings(env)).toEqual([]);
    expect(() => readCore({ env })).not.toThrow();
    expect(() => readCollector(env)).not.toThrow();
  });

  it('is taken by the operators’ command', () => {
    const { status, stdout } = perennial(['help'], all);
    expect([status, stdout.split('\n')[0]]).toEqual([0, 'perennial <command>']);
  });

  it('is the only kind that programs and guides name', () => {
    const texts = ['core', 'collector/src', 'docs', 'README.md', 'collector/README.md', 'plugins'].flatMap(filesOf);
    const named = new Set(
      texts.flatMap((path) => readFileSync(path, 'utf8').match(/\bPERENNIAL_[A-Z]+(_[A-Z]+)*\b/g) ?? []),
    );
    const unknown = [...named].filter((name) => !(name in all) && !OTHERS.test(name)).toSorted();
    expect(unknown).toEqual([]);
    expect(named.size).toBeGreaterThan(20);
  });
});

/** Of the test run, and beginnings of names in running text. */
const OTHERS = /^PERENNIAL_(FORBID_SKIPS|TEST_[A-Z]+|NATS|X)$/;

function filesOf(place: string): string[] {
  if (/\.\w+$/.test(place)) return [join(root, place)];
  return readdirSync(join(root, place), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs|md)$/.test(entry.name) && !entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/(node_modules|dist)\//.test(path));
}

const perennial = (args: string[], env: Record<string, string>) =>
  spawnSync(process.execPath, [join(root, 'core/server/bin/perennial.mjs'), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });

describe('a wrong setting', () => {
  it.each([
    ['PERENNIAL_PORT', 'eighty'],
    ['PERENNIAL_DEMO', 'maybe'],
    ['PERENNIAL_TIME_ZONE', 'Mars/Olympus'],
    ['PERENNIAL_ADMIN_PASSWORD', 'hunter2'],
    ['PERENNIAL_DATABASE_URL', 'postgres://db/p'],
    ['PERENNIAL_CLICKHOUSE_URL', 'ch:8123'],
    ['PERENNIAL_PUBLIC_URL', 'cdp.example'],
    ['PERENNIAL_COLLECTOR_URL', 'events.example'],
    ['PERENNIAL_COLLECTOR_SECRET', 'short'],
    ['PERENNIAL_LOG_LEVEL', 'verbose'],
    ['PERENNIAL_LOG', 'kafka'],
    ['PERENNIAL_BATCH_EVENTS', '1e3x'],
    ['PERENNIAL_DATABASE_URI', 'sqlite:x'],
  ])('%s is told before anything is installed as core tells it, without its value', (name, value) => {
    const [sentence, ...more] = wrongSettings({ [name]: value });
    expect([sentence, more]).toEqual([expect.stringMatching(new RegExp(`^${name} `)), []]);
    expect(sentence).not.toContain(value);
    expect(() => readCore({ env: { [name]: value } })).toThrow(name);
  });

  it('of the collector is told as well', () => {
    const env = { PERENNIAL_CORE_URL: 'core:3000', PERENNIAL_TRUNCATE_IP: 'yes', PERENNIAL_SPOOL_MAX_MB: 'much' };
    expect(wrongSettings(env).map((sentence) => sentence.split(' ')[0])).toEqual(Object.keys(env));
    for (const name of Object.keys(env)) expect(() => readCollector(env)).toThrow(name);
  });

  it('ends npm start before it installs or builds', () => {
    const began = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'core/server/bin/start.mjs')], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], PERENNIAL_PORT: 'eighty' },
    });
    expect([status, stderr.trim()]).toEqual([1, 'PERENNIAL_PORT must be a whole number']);
    expect(stdout).not.toMatch(/Installing|Building/);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('a .env', () => {
  it('is read, said, and loses against the environment', () => {
    const folder = mkdtempSync(join(tmpdir(), 'perennial-env-'));
    const path = join(folder, '.env');
    writeFileSync(path, 'PERENNIAL_PORT=4000\nPERENNIAL_HOST=127.0.0.1\n');
    const program = `import { readEnvFile } from ${JSON.stringify(join(root, 'core/server/bin/env-file.mjs'))};
      console.log(JSON.stringify([readEnvFile(process.argv[1]), process.env.PERENNIAL_PORT, process.env.PERENNIAL_HOST]));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program, folder], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], PERENNIAL_PORT: '5000' },
    });
    rmSync(folder, { recursive: true });
    expect(JSON.parse(stdout)).toEqual([path, '5000', '127.0.0.1']);
  });
});
