import { describe, expect, it } from '@jest/globals';
import { defaultPolicy, type CarriedPolicy } from '@perennial/contract';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aCore, aFolder, afterTest, until } from '../../../test-tools/cleaning.js';
import { SECRET } from '../../../test-tools/fake-core.js';
import { KeyCache } from './key-cache.js';

async function setup(folder = aFolder()) {
  const { core, coreUrl } = await aCore();
  const clock = { now: 0 };
  const log: string[] = [];
  const make = () =>
    new KeyCache({
      folder,
      coreUrl,
      secret: SECRET,
      pollMs: 20,
      now: () => clock.now,
      log: (_, message) => void log.push(message),
    });
  return { core, clock, log, folder, make, sut: make() };
}

describe('the write keys', () => {
  it('are asked for at most once a second while somebody guesses', async () => {
    const { core, clock, sut } = await setup();
    for (let n = 0; n < 20; n++) expect(await sut.sourceOf(`guess ${n}`)).toBe('unknown');
    expect(core.keysAsked).toBe(1);
    clock.now = 1_001;
    await sut.sourceOf('guess');
    expect(core.keysAsked).toBe(2);
  });

  it('are known at once when they were made a moment ago, and no longer when they were withdrawn', async () => {
    const { core, clock, sut } = await setup();
    expect(await sut.sourceOf('key')).toEqual({ sourceId: 'source of key' });
    core.keys = ['new'];
    clock.now = 2_000;
    expect(await sut.sourceOf('new')).toEqual({ sourceId: 'source of new' });
    expect(await sut.sourceOf('key')).toBe('unknown');
  });

  it('are polled, and an unchanged list costs nothing', async () => {
    const { core, sut } = await setup();
    sut.start();
    afterTest(() => sut.stop());
    await until(() => core.keysAsked > 3);
    expect(sut.size).toBe(1);
    core.keys = ['key', 'second'];
    await until(() => sut.size === 2);
  });

  it('stay in force while core is away, also after a restart; the keys themselves are never written', async () => {
    const { core, sut, make, log, folder } = await setup();
    await sut.sourceOf('key');
    expect(readFileSync(join(folder, 'keys.json'), 'utf8')).not.toContain('"key"');
    core.isAway = true;
    const again = make();
    expect(await again.sourceOf('key')).toEqual({ sourceId: 'source of key' });
    expect(await again.sourceOf('other')).toBe('unknown');
    // One look that fails is ordinary; that core stays away is told, and once.
    expect(log).toEqual([]);
    again.start();
    afterTest(() => again.stop());
    await until(() => log.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(log).toHaveLength(1);
  });

  it('are not ready before there was a list; a broken file is none', async () => {
    const folder = aFolder();
    writeFileSync(join(folder, 'keys.json'), '[{"hash":');
    const { core, clock, sut } = await setup(folder);
    core.isAway = true;
    expect(await sut.sourceOf('key')).toBe('unready');
    core.isAway = false;
    clock.now = 2_000;
    expect(await sut.sourceOf('key')).toEqual({ sourceId: 'source of key' });
  });

  it('bring the settings of their source, which stay in force while core is away, also after a restart', async () => {
    const { core, clock, sut, make } = await setup();
    const origins = (key: KeyCache) => (answer: unknown) =>
      (answer as { policy?: { allowsOrigin?: (origin: string) => boolean } }).policy?.allowsOrigin?.(
        'https://a.example',
      ) ?? `any, by ${key.size} key`;
    core.policies = { 'source of key': policy({ origins: ['https://b.example'] }) };
    expect(origins(sut)(await sut.sourceOf('key'))).toBe(false);
    core.isAway = true;
    const again = make();
    expect(origins(again)(await again.sourceOf('key'))).toBe(false);
    core.isAway = false;
    core.policies = { 'source of key': policy({ origins: [], revision: 2 }) };
    clock.now = 2_000;
    await again.sourceOf('unknown');
    expect(origins(again)(await again.sourceOf('key'))).toBe('any, by 1 key');
  });

  it('compile settings once for the same words; what is not understood leaves in force what was before, told once', async () => {
    const { core, clock, sut, log } = await setup();
    core.policies = { 'source of key': policy({ bots: 'drop' }) };
    const ask = async () => {
      clock.now += 2_000;
      await sut.sourceOf('unknown');
      return (await sut.sourceOf('key')) as { policy: { bots: string } };
    };
    const first = (await ask()).policy;
    core.keys = ['key', 'second'];
    expect((await ask()).policy).toBe(first);
    core.policies = { 'source of key': { revision: 9, plan: { mode: 'block' } } };
    expect((await ask()).policy).toBe(first);
    core.keys = ['key'];
    await ask();
    expect(log).toEqual(["a source's settings are not understood; those of before stay in force"]);
  });

  it('are read from the file of before there were settings', async () => {
    const { core, sut, folder, make } = await setup();
    await sut.sourceOf('key');
    const { keys } = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')) as { keys: unknown[] };
    writeFileSync(join(folder, 'keys.json'), JSON.stringify(keys));
    core.isAway = true;
    expect(await make().sourceOf('key')).toEqual({ sourceId: 'source of key' });
  });
});

const policy = (change: Partial<CarriedPolicy>): CarriedPolicy => ({
  ...defaultPolicy('web'),
  revision: 1,
  hashKey: 'k',
  ...change,
});
