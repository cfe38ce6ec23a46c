import { DEFAULT_QUOTA } from '../quarantine/quota.js';
import { LookUp } from '../catalogue/index.js';
import { expect, it, describe } from '@jest/globals';
import type { Envelope, JsonObject, ProfileMerged, StageMoved } from '@perennial/contract';
import { definePlugin, Field, On, Source, type Plugin, type PullBatch, type PullSource } from '@perennial/kit';
import { describeStores } from '@perennial/testing';
import { IsInt, IsString, Min } from 'class-validator';
import { randomUUID } from 'node:crypto';
import {
  Column,
  Entity,
  PrimaryColumn,
  Table,
  type DataSource,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import { Definitions } from '../fold/definitions.js';
import { CORE_KINDS, KeyRing, newKeyFile } from '../identity/index.js';
import { Rulebooks } from '../identity/store/rulebook.store.js';
import { Ingest } from '../ingest/index.js';
import { FIVE_STAGES } from '../lifecycle/index.js';
import { Outbox } from '../outbox/index.js';
import { Pulls, Sources } from '../source/index.js';
import { PersonalOfSources } from '../source/personal.js';
import { TAG_LIBRARY } from '../tag/index.js';
import { Zone } from '../time/zone.js';
import { Host } from './host.js';
import { PluginOptions, pluginView } from './plugin-options.js';
import { satisfies } from './rules/range.js';

class StampOptions {
  @Field({ title: { zh: '倍数', en: 'Times' } })
  @IsInt()
  @Min(1)
  times = 1;

  @Field({ title: { zh: '密钥', en: 'Secret' }, isSecret: true })
  @IsString()
  secret = '';
}

@Entity('stamp_card')
class StampCard {
  @PrimaryColumn({ type: 'varchar', length: 32 }) profile!: string;
  @Column({ type: 'integer' }) stamps!: number;
}

class StampCreate1764000001000 implements MigrationInterface {
  readonly name = 'StampCreate1764000001000';
  async up(runner: QueryRunner) {
    await runner.createTable(
      new Table({
        name: 'stamp_card',
        columns: [
          { name: 'profile', type: 'varchar', length: '32', isPrimary: true },
          { name: 'stamps', type: 'integer' },
        ],
      }),
    );
  }
  async down(runner: QueryRunner) {
    await runner.dropTable('stamp_card');
  }
}

const heard: string[] = [];
let failures = 0;

class StampHooks {
  constructor(private readonly options: StampOptions) {}

  @On('stage.moved')
  moved({ profileId, to }: StageMoved) {
    if (failures-- > 0) throw new Error('not now');
    heard.push(`${profileId} ${to.stage} x${this.options.times}`);
  }

  @On('profile.merged')
  merged({ kept, dropped }: ProfileMerged) {
    heard.push(`${dropped} into ${kept}`);
  }
}

@Source({ key: 'stamp.till', title: { zh: '收银', en: 'Till' }, everySeconds: 3600 })
class Till implements PullSource {
  async *pull(cursor: string | undefined): AsyncGenerator<PullBatch> {
    for (let n = Number(cursor ?? 0); n < 3; n++)
      yield {
        cursor: String(n + 1),
        envelopes: [{ type: 'track', event: 'Order Completed', userId: `till-${n}`, properties: { total: 1 } }],
      };
  }
}

const stamp = definePlugin({
  name: 'stamp',
  version: '0.1.0',
  title: { zh: '集章', en: 'Stamps' },
  requires: { core: '^0.1.0' },
  options: StampOptions,
  hooks: [StampHooks],
  sources: [Till],
  entities: [StampCard],
  migrations: [StampCreate1764000001000],
});

async function setup(dataSource: DataSource, plugin: Plugin = stamp()) {
  const clock = { now: Date.parse('2026-06-01T00:00:00Z') };
  const now = () => clock.now;
  const host = new Host([plugin], '0.1.0');
  const keys = new KeyRing(newKeyFile());
  const definitions = new Definitions(dataSource, new Zone('Asia/Shanghai'));
  await definitions.publish([...TAG_LIBRARY, ...host.tags()], [FIVE_STAGES], now());
  const errors: unknown[] = [];
  const outbox = new Outbox(dataSource, host.subscribers, now, (error) => void errors.push(error));
  const tools = () => ({
    program: definitions.program,
    refresh: async () => {},
    rulebooks: new Rulebooks(CORE_KINDS),
    catalogue: new LookUp(),
    keys,
    now,
    dueFrom: () => 0,
    personal: new PersonalOfSources(keys),
    afterApply: outbox.write.bind(outbox),
    quota: DEFAULT_QUOTA,
  });
  const ingest = new Ingest(dataSource, tools, () => undefined, { batchEvents: 100, maxWaiting: 1000 });
  const sources = new Sources(dataSource, now, keys);
  const pulls = new Pulls({
    dataSource,
    host,
    sources,
    ingest,
    holder: randomUUID(),
    zone: new Zone('UTC'),
    now,
    onError: (error) => void errors.push(error),
  });
  const options = new PluginOptions(dataSource, host, keys, now);
  heard.length = 0;
  return { clock, host, outbox, ingest, sources, pulls, options, errors, plugin };
}

const plugins = { entities: [StampCard], migrations: [StampCreate1764000001000] };

describeStores('the plugin host', (open) => {
  const openWithPlugin = async () => {
    const { CORE_MIGRATIONS } = await import('../database/index.js');
    return open({ entities: plugins.entities, migrations: [...CORE_MIGRATIONS, ...plugins.migrations] });
  };

  it('brings tables of plugins, without drift', async () => {
    const { dataSource } = await openWithPlugin();
    await dataSource.getRepository(StampCard).insert({ profile: 'p_1', stamps: 2 });
    expect(await dataSource.getRepository(StampCard).findOneBy({ profile: 'p_1' })).toMatchObject({ stamps: 2 });
    expect((await dataSource.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
  });

  it('tells hooks after the commit, again when a handler fails, and each only once when it does not', async () => {
    const { dataSource } = await openWithPlugin();
    const { clock, outbox, pulls, host, errors } = await setup(dataSource);
    failures = 1;
    await pulls.pull('stamp.till', 'till', host.sources.get('stamp.till')!.part as PullSource);
    expect(heard).toEqual([]);
    await outbox.deliverDue();
    expect([heard.length, errors.length]).toEqual([2, 1]);
    clock.now += 5_000;
    await outbox.deliverDue();
    await outbox.deliverDue();
    expect(heard.toSorted()).toEqual(['p_1 new x1', 'p_2 new x1', 'p_3 new x1']);
  });

  it('pulls on from the cursor that was applied, and nothing twice', async () => {
    const { dataSource } = await openWithPlugin();
    const { pulls, host, sources } = await setup(dataSource);
    const till = host.sources.get('stamp.till')!.part as PullSource;
    await pulls.pull('stamp.till', '收银', till);
    await pulls.pull('stamp.till', '收银', till);
    const [{ position }] = await dataSource.query<[{ position: string }]>('SELECT position FROM pull_cursor');
    const people = await dataSource.query<unknown[]>('SELECT id FROM profile');
    expect([position, people.length]).toEqual(['3', 3]);
    expect(await sources.list()).toMatchObject([{ id: 'stamp.till', kind: 'pull' }]);
  });

  it('what another system states is held to the rules of the edge: what breaks them is in quarantine with its reason', async () => {
    const { dataSource } = await openWithPlugin();
    const { pulls } = await setup(dataSource);
    let deep: JsonObject = {};
    for (let n = 0; n < 40; n++) deep = { deep };
    const sound: Envelope = { type: 'track', event: 'Order Completed', userId: 'till-9' };
    const wrong: [Envelope, string][] = [
      [{ ...sound, properties: { note: '长'.repeat(11_000) } }, 'ENVELOPE_TOO_LARGE'],
      [{ ...sound, properties: deep }, 'ENVELOPE_TOO_DEEP'],
      [{ ...sound, timestamp: '2099-01-01T00:00:00Z' }, 'ENVELOPE_TIME_FUTURE'],
      [{ ...sound, timestamp: 'yesterday' }, 'ENVELOPE_TIME_INVALID'],
      [{ type: 'track', event: 'Order Completed' }, 'ENVELOPE_ID_MISSING'],
      [{ ...sound, userId: 'x'.repeat(256) }, 'ENVELOPE_FIELD_INVALID'],
      [{ ...sound, userId: 'null' }, 'IDENTITY_NOBODY'],
    ];
    const source: PullSource = {
      async *pull() {
        yield await Promise.resolve({ cursor: '1', envelopes: [...wrong.map(([envelope]) => envelope), sound] });
      },
    };
    await pulls.pull('stamp.till', '收银', source);
    const refused = await dataSource.query<{ code: string; message: string }[]>('SELECT code, message FROM quarantine');
    expect(refused.map(({ code }) => code).toSorted()).toEqual(wrong.map(([, code]) => code).toSorted());
    expect(refused.every(({ message }) => message.length > 0)).toBe(true);
    expect(await dataSource.query<unknown[]>('SELECT id FROM profile')).toHaveLength(1);
  });

  it('keeps options that were set, their secrets encrypted, and puts them into the parts at once', async () => {
    const { dataSource } = await openWithPlugin();
    const { options, outbox, pulls, host, plugin } = await setup(dataSource);
    const view = await options.save('stamp', { times: 3, secret: 'hush-hush' });
    expect(view).toMatchObject({ options: { times: 3 }, secretsSet: ['secret'] });
    expect(JSON.stringify([await dataSource.query('SELECT * FROM plugin_options'), pluginView(plugin)])).not.toContain(
      'hush-hush',
    );
    await expect(options.save('stamp', { times: 0 })).rejects.toThrow('times must not be less than 1');
    await pulls.pull('stamp.till', 'till', host.sources.get('stamp.till')!.part as PullSource);
    await outbox.deliverDue();
    expect(heard).toContain('p_1 new x3');
    expect(plugin.configured).toMatchObject({ times: 3, secret: 'hush-hush' });
  });
});

describe('loading plugins', () => {
  it('refuses one that does not suit this version, and two of one name', () => {
    expect(() => new Host([stamp()], '1.0.0')).toThrow('needs core ^0.1.0');
    expect(() => new Host([stamp(), stamp()], '0.1.0')).toThrow('two plugins are called stamp');
  });

  it.each([
    ['0.1.5', '^0.1.0', true],
    ['0.2.0', '^0.1.0', false],
    ['1.9.0', '^1.2.0', true],
    ['2.0.0', '^1.2.0', false],
    ['1.2.9', '~1.2.3', true],
    ['1.3.0', '~1.2.3', false],
    ['3.0.0', '>=1.0.0', true],
    ['1.0.0', '1.0.1', false],
  ])('%s in %s is %s', (version, range, expected) => expect(satisfies(version, range)).toBe(expected));
});
