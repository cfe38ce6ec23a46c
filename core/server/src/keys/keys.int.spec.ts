import { expect, it } from '@jest/globals';
import { describeStores } from '@perennial/testing';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { insertRows } from '../database/index.js';
import { KeyRing, newKeyFile } from '../identity/index.js';
import { hasKeys, Keys } from './keys.js';
import { keySourceOf } from './keys.file.js';

const PEOPLE = 1_200;

async function setup(dataSource: DataSource, env?: string) {
  const keysFile = join(mkdtempSync(join(tmpdir(), 'perennial-keys-')), 'keys.json');
  const source = keySourceOf({ keysFile, ...(env !== undefined && { keys: env }) });
  const keys = new KeyRing(source.read(), () => source.read());
  const care = new Keys({
    dataSource,
    keys,
    source,
    onError: (error) => {
      throw error;
    },
  });
  return { keys, care, source, keysFile };
}

async function seal(dataSource: DataSource, keys: KeyRing): Promise<void> {
  const columns = [
    'hash',
    'kind',
    'namespace',
    'profile_id',
    'shown',
    'sealed',
    'first_seen_at',
    'source_id',
    'event_id',
    'rule',
  ];
  const rows = Array.from({ length: PEOPLE }, (_, n) => [
    `h${n}`,
    'phone',
    '',
    1,
    'x',
    keys.encrypt(`phone ${n}`),
    0,
    's',
    'e',
    'r',
  ]);
  await insertRows(dataSource.manager, 'identifier', columns, rows);
}

async function putAside(dataSource: DataSource, bodies: string[]): Promise<void> {
  const columns = ['id', 'source_id', 'received_at', 'endpoint', 'code', 'message', 'body', 'replays'];
  const rows = bodies.map((body, n) => [`q${n}`, 's', 0, 'v1/batch', 'X', '', body, 0]);
  await insertRows(dataSource.manager, 'quarantine', columns, rows);
}

const sealed = (dataSource: DataSource) =>
  dataSource.query<{ hash: string; sealed: string }[]>('SELECT hash, sealed FROM identifier ORDER BY hash');

const whenDone = async (care: Keys) => {
  while (care.view().isRunning) await new Promise((resolve) => setTimeout(resolve, 10));
};

describeStores('keys', (open) => {
  it('seals everything with a new key, goes on after a restart, and lets the old key go only then', async () => {
    const { dataSource } = await open();
    const { keys, care, source } = await setup(dataSource);
    await seal(dataSource, keys);
    await putAside(dataSource, ['{"event":"plain"}', `sealed:${keys.encrypt('{"phone":"13800138000"}')}`]);
    await care.rotate();
    await care.stop();
    expect(keys.currentId).toBe('k2');
    await expect(care.retire('k1')).rejects.toMatchObject({ code: 'IDENTITY_KEY_IN_USE' });

    const again = new KeyRing(source.read(), () => source.read());
    const next = new Keys({ dataSource, keys: again, source, onError: () => undefined });
    await next.resume();
    await whenDone(next);
    expect(next.view()).toMatchObject({ isRunning: false, done: PEOPLE + 1, total: PEOPLE + 1 });
    const rows = await sealed(dataSource);
    expect(rows.every((row) => row.sealed.startsWith('k2.'))).toBe(true);
    expect(rows.map((row) => again.decrypt(row.sealed)).toSorted()).toEqual(
      Array.from({ length: PEOPLE }, (_, n) => `phone ${n}`).toSorted(),
    );
    await next.retire('k1');
    const [plain, aside] = await dataSource.query<{ body: string }[]>('SELECT body FROM quarantine ORDER BY id');
    expect(plain!.body).toBe('{"event":"plain"}');
    expect(again.decrypt(aside!.body.slice('sealed:'.length))).toBe('{"phone":"13800138000"}');
    expect(source.read().display.map(({ id }) => id)).toEqual(['k2']);
    await expect(next.retire('k2')).rejects.toMatchObject({ code: 'IDENTITY_KEY_IN_USE' });
  });

  it('another core reads what was sealed with a key that it has not seen yet', async () => {
    const { dataSource } = await open();
    const { care, keys, source } = await setup(dataSource);
    const other = new KeyRing(source.read(), () => source.read());
    await care.rotate();
    expect(other.decrypt(keys.encrypt('x'))).toBe('x');
    await care.stop();
  });

  it('refuses keys that the record was not written with, and prints none', async () => {
    const { dataSource } = await open();
    const first = await setup(dataSource);
    await first.care.check();
    await first.care.check();
    const second = await setup(dataSource);
    const refusal = await second.care.check().catch((error: unknown) => error as Error & { code: string });
    expect(refusal).toMatchObject({ code: 'IDENTITY_KEYS_WRONG' });
    expect(JSON.stringify(refusal)).not.toContain(
      (JSON.parse(readFileSync(second.keysFile, 'utf8')) as { lookup: string }).lookup,
    );
  });

  it('refuses to go on without the file, names it, and makes none in its place', async () => {
    const { dataSource } = await open();
    const { care, keysFile } = await setup(dataSource);
    expect(await hasKeys(dataSource)).toBe(false);
    await care.check();
    expect(await hasKeys(dataSource)).toBe(true);
    rmSync(keysFile);
    const refused = () => keySourceOf({ keysFile }, false).read();
    expect(refused).toThrow(
      expect.objectContaining({ code: 'IDENTITY_KEYS_LOST', message: expect.stringContaining(keysFile) }),
    );
    expect(existsSync(keysFile)).toBe(false);
  });

  it('notices at the start that a display key was replaced under its id, remembered or not', async () => {
    const { dataSource } = await open();
    const { keys, source, care } = await setup(dataSource);
    await seal(dataSource, keys);
    const replaced = { ...source.read(), display: [{ id: 'k1', key: newKeyFile().display[0]!.key }] };
    const careOf = (file: typeof replaced) =>
      new Keys({ dataSource, keys: new KeyRing(file), source, onError: () => undefined });
    await expect(careOf(replaced).check()).rejects.toMatchObject({ code: 'IDENTITY_KEYS_WRONG' });
    await care.check();
    await dataSource.query('DELETE FROM identifier');
    const refused = careOf(replaced).check();
    await expect(refused).rejects.toMatchObject({ code: 'IDENTITY_KEYS_WRONG' });
    await expect(refused).rejects.toThrow(/display key k1 in .*keys\.json/);
  });

  it('takes keys from the environment, and says how to change them there', async () => {
    const { dataSource } = await open();
    const { care, keys } = await setup(dataSource, JSON.stringify(newKeyFile()));
    expect(keys.decrypt(keys.encrypt('x'))).toBe('x');
    await expect(care.rotate()).rejects.toMatchObject({ code: 'IDENTITY_KEYS_FIXED' });
    expect(() => new KeyRing(keySourceOf({ keysFile: '', keys: 'no json' }).read())).toThrow('the keys are no JSON');
    expect(() => new KeyRing(keySourceOf({ keysFile: '', keys: '{"lookup":"x"}' }).read())).toThrow(
      /need a look-up key/,
    );
  });
});
