import { DEFAULT_QUOTA } from '../quarantine/quota.js';
import { LookUp } from '../catalogue/index.js';
import { expect, it } from '@jest/globals';
import type { Envelope } from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import type { DataSource } from 'typeorm';
import { Definitions } from '../fold/definitions.js';
import { CORE_KINDS, KeyRing, newKeyFile } from '../identity/index.js';
import { Rulebooks } from '../identity/store/rulebook.store.js';
import { FIVE_STAGES } from '../lifecycle/index.js';
import type { ProfileState } from '../profile/state.js';
import { TAG_LIBRARY } from '../tag/index.js';
import { PersonalOfSources } from '../source/personal.js';
import { Zone } from '../time/zone.js';
import { Ingest } from './ingest.js';
import type { Batch } from './rules/event.js';
import { toEvent } from './rules/unpack.js';

const receivedAt = Date.parse('2026-06-01T00:00:00Z');

async function setup(dataSource: DataSource) {
  const definitions = new Definitions(dataSource, new Zone('Asia/Shanghai'));
  await definitions.publish(TAG_LIBRARY, [FIVE_STAGES], receivedAt);
  const keys = new KeyRing(newKeyFile());
  const rulebooks = new Rulebooks(CORE_KINDS);
  const tools = () => ({
    program: definitions.program,
    refresh: async () => {},
    rulebooks,
    catalogue: new LookUp(),
    keys,
    now: () => receivedAt,
    dueFrom: () => 0,
    personal: new PersonalOfSources(keys),
    afterApply: () => Promise.resolve(),
    quota: DEFAULT_QUOTA,
  });
  const ingest = new Ingest(dataSource, tools, () => undefined, { batchEvents: 1000, maxWaiting: 10_000 });
  return { ingest, keys };
}

let position = 0;
function batch(...envelopes: Partial<Envelope>[]): Batch {
  const from = position;
  position += 100;
  const events = envelopes.map((envelope, n) =>
    toEvent(
      { type: 'track', event: 'Order Completed', ...envelope },
      { sourceId: 's1', receivedAt },
      `log:${position}:${n}`,
    ),
  );
  return { mark: { logId: 'log', from, to: position }, events, refused: [] };
}

async function living(dataSource: DataSource): Promise<ProfileState[]> {
  const rows = await dataSource.query<{ doc: string }[]>('SELECT doc FROM profile WHERE doc IS NOT NULL ORDER BY id');
  return rows.map(({ doc }) => JSON.parse(doc) as ProfileState);
}

describeStores('ingest', (open) => {
  it('makes events into profiles with tags, stages and history that waits for the warehouse', async () => {
    const { dataSource } = await open();
    const { ingest } = await setup(dataSource);
    await ingest.accept(
      batch(
        { userId: 'm1', properties: { total: 100 } },
        { userId: 'm1', properties: { total: 20.5 } },
        { userId: 'm2', properties: { total: 1 } },
      ),
    );
    const [one, two] = await living(dataSource);
    expect(one).toMatchObject({
      id: 1,
      events: 2,
      isIdentified: true,
      tags: { spend_total: { value: 120.5 } },
      places: { default: { stage: 'active' } },
    });
    expect(two).toMatchObject({ id: 2, events: 1, places: { default: { stage: 'new' } } });
    const [pending] = await dataSource.query<{ payload: string }[]>('SELECT payload FROM warehouse_pending');
    const tables = JSON.parse(pending!.payload) as Record<string, string>;
    const stages = tables['transitions']!.trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { to_stage: string }).to_stage);
    expect(stages).toEqual(['new', 'active', 'new']);
  });

  it('law 2: applies a message once, however often and in whatever batch it comes', async () => {
    const { dataSource } = await open();
    const { ingest } = await setup(dataSource);
    const message = { userId: 'm1', messageId: 'same', properties: { total: 5 } };
    await ingest.accept(batch(message, message));
    const again = batch(message);
    await Promise.all([ingest.accept(again), ingest.accept(again)]);
    expect(await living(dataSource)).toMatchObject([{ events: 1, tags: { spend_total: { value: 5 } } }]);
  });

  it('joins profiles by a shared identifier; the old id leads to the living one, also through chains', async () => {
    const { dataSource } = await open();
    const { ingest } = await setup(dataSource);
    await ingest.accept(batch({ anonymousId: 'a' }, { anonymousId: 'b' }, { anonymousId: 'c' }));
    await ingest.accept(
      batch(
        { anonymousId: 'b', context: { externalIds: [{ type: 'device_id', id: 'd' }] } },
        { anonymousId: 'c', context: { externalIds: [{ type: 'device_id', id: 'd' }] } },
      ),
    );
    await ingest.accept(batch({ anonymousId: 'a', userId: 'm' }, { anonymousId: 'b', userId: 'm' }));
    expect(await living(dataSource)).toMatchObject([{ id: 1, events: 7 }]);
    const merged = await dataSource.query(
      'SELECT id, merged_into FROM profile WHERE merged_into IS NOT NULL ORDER BY id',
    );
    expect(merged).toEqual([
      { id: 2, merged_into: 1 },
      { id: 3, merged_into: 1 },
    ]);
    const owners = await dataSource.query<{ profile_id: number }[]>('SELECT DISTINCT profile_id FROM identifier');
    expect(owners).toEqual([{ profile_id: 1 }]);
  });

  it('keeps phones and e-mails encrypted and masked, and nowhere in plain', async () => {
    const { dataSource } = await open();
    const { ingest, keys } = await setup(dataSource);
    await ingest.accept(
      batch({
        type: 'identify',
        userId: 'm1',
        traits: { phone: '139 1234 5678', email: 'Li@Example.com', city: '上海' },
      }),
    );
    const rows = await dataSource.query<{ kind: string; shown: string; sealed: string }[]>(
      'SELECT kind, shown, sealed FROM identifier ORDER BY kind',
    );
    expect(rows.map(({ kind, shown }) => [kind, shown])).toEqual([
      ['email', 'l***@e***.com'],
      ['phone', '139****78'],
      ['phone_md5', '******'],
      ['phone_sha256', '******'],
      ['user_id', 'm1'],
    ]);
    expect(keys.decrypt(rows[1]!.sealed)).toBe('+8613912345678');
    const everything = JSON.stringify([
      await dataSource.query('SELECT * FROM profile'),
      await dataSource.query('SELECT * FROM warehouse_pending'),
      rows,
    ]);
    expect(everything).not.toMatch(/12345678|139 1234|example\.com.*Li@|Li@Example/);
    expect(await living(dataSource)).toMatchObject([{ traits: { city: { value: '上海' } } }]);
  });

  it('law 3: a poison event is set aside with its reason and does not block its neighbours', async () => {
    const { dataSource } = await open();
    const { ingest } = await setup(dataSource);
    const poisoned = batch(
      { userId: 'm1', messageId: 'x1' },
      { userId: 'm2', messageId: 'x2' },
      { userId: 'm3', messageId: 'x3' },
    );
    Object.defineProperty(poisoned.events[1]!.envelope, 'traits', {
      get() {
        throw new Error('poison');
      },
    });
    poisoned.events[1]!.envelope.toString = () => '';
    Object.assign(poisoned.events[1]!.envelope, { toJSON: () => ({ messageId: 'x2' }) });
    await ingest.accept(poisoned);
    expect((await living(dataSource)).map(({ events }) => events)).toEqual([1, 1]);
    expect(await dataSource.query('SELECT code, message, body FROM quarantine')).toEqual([
      { code: 'INGEST_EVENT_POISONOUS', message: 'poison', body: '{"messageId":"x2"}' },
    ]);
    const [{ position: applied }] = await dataSource.query<[{ position: number }]>(
      "SELECT position FROM log_position WHERE log_id = 'log'",
    );
    expect(applied).toBe(poisoned.mark!.to);
  });

  it('sets aside what names nobody', async () => {
    const { dataSource } = await open();
    const { ingest } = await setup(dataSource);
    await ingest.accept(batch({ anonymousId: '00000000' }, { userId: 'null' }, { userId: 'm1' }));
    expect(await living(dataSource)).toHaveLength(1);
    expect(await dataSource.query('SELECT code FROM quarantine')).toEqual([
      { code: 'IDENTITY_NOBODY' },
      { code: 'IDENTITY_NOBODY' },
    ]);
  });

  it('gives the same states whatever the batches were cut into', async () => {
    const make = () =>
      Array.from({ length: 60 }, (_, n) => ({
        messageId: `k${n}`,
        ...(n % 7 === 0 ? { userId: `m${n % 5}`, anonymousId: `a${n % 11}` } : { anonymousId: `a${n % 11}` }),
        timestamp: new Date(receivedAt - (60 - n) * 3e8).toISOString(),
        properties: { total: n / 10 },
      }));
    const results: string[] = [];
    for (const size of [60, 7, 1]) {
      const { dataSource } = await open();
      const { ingest } = await setup(dataSource);
      position = 0;
      for (let from = 0; from < 60; from += size) await ingest.accept(batch(...make().slice(from, from + size)));
      results.push(JSON.stringify((await living(dataSource)).map((state) => ({ ...state, revision: 0 }))));
    }
    expect(new Set(results).size).toBe(1);
  });
});
