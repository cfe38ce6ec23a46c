import { DEFAULT_QUOTA } from '../quarantine/quota.js';
import { LookUp } from '../catalogue/index.js';
import { expect, it } from '@jest/globals';
import type { Envelope } from '@perennial/contract';
import { describeMariadb, describeStores } from '@perennial/testing';
import type { DataSource } from 'typeorm';
import { openDatabase, CORE_MIGRATIONS, CORE_TABLES } from '../database/index.js';
import { Definitions } from '../fold/definitions.js';
import {
  asAlias,
  Constraints,
  CORE_KINDS,
  defaultRules,
  Graph,
  identifiersOf,
  identifierText,
  KeyRing,
  newKeyFile,
  resolveClaim,
  rulebookOf,
} from '../identity/index.js';
import { Rulebooks } from '../identity/store/rulebook.store.js';
import { FIVE_STAGES } from '../lifecycle/index.js';
import { PersonalOfSources } from '../source/personal.js';
import { TAG_LIBRARY } from '../tag/index.js';
import { Zone } from '../time/zone.js';
import { Ingest } from './ingest.js';
import { toEvent } from './rules/unpack.js';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const keys = new KeyRing(newKeyFile());

/** A core as far as ingest goes: definitions, rules and a queue of its own over the shared record. */
async function coreOn(dataSource: DataSource): Promise<Ingest> {
  const definitions = new Definitions(dataSource, new Zone('Asia/Shanghai'));
  await definitions.publish(TAG_LIBRARY, [FIVE_STAGES], NOW);
  const rulebooks = new Rulebooks(CORE_KINDS);
  const tools = () => ({
    program: definitions.program,
    refresh: async () => {},
    rulebooks,
    catalogue: new LookUp(),
    keys,
    now: () => NOW,
    dueFrom: () => 0,
    personal: new PersonalOfSources(keys),
    afterApply: () => Promise.resolve(),
    quota: DEFAULT_QUOTA,
  });
  return new Ingest(dataSource, tools, () => undefined, { batchEvents: 200, maxWaiting: 100_000 });
}

const eventOf = (envelope: Envelope) => toEvent(envelope, { sourceId: 's', receivedAt: NOW }, '');

/** A small repeatable source of chance. */
function chance(seed: number): (below: number) => number {
  let state = (seed * 2654435761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What a few people of one stream state; the stream's number is in every value. */
function streamOf(n: number, salt: string): Envelope[] {
  const pick = chance(n + 1);
  return Array.from({ length: 2 + pick(9) }, (_, at) => {
    const ids = [
      ...(pick(2) ? [{ type: 'wechat_openid', id: `${salt}o${n}-${pick(4)}`, namespace: 'wx' }] : []),
      ...(pick(2) ? [{ type: 'phone', id: phoneOf(salt, n, pick(3)), namespace: '' }] : []),
      ...(pick(3) === 0 ? [{ type: 'device_id', id: `${salt}d${n}-${pick(2)}`, namespace: '' }] : []),
    ];
    const said = {
      messageId: `${salt}${n}-${at}`,
      timestamp: new Date(NOW - pick(400) * 86_400_000).toISOString(),
    };
    const member = () => `${salt}m${n}-${pick(3)}`;
    if (pick(3) === 0) return { ...said, type: 'alias' as const, userId: member(), previousId: member() };
    const named = ids.length > 0 ? ids : [{ type: 'wechat_openid', id: `${salt}o${n}-0`, namespace: 'wx' }];
    return {
      type: 'track',
      event: 'Seen',
      ...said,
      ...(pick(4) === 0 && { userId: member() }),
      context: { externalIds: named },
    };
  });
}

const phoneOf = (salt: string, n: number, which: number): string =>
  `1${3 + (salt.charCodeAt(0) % 7)}${234_500_000 + n * 4 + which}`;

/** Law 2 speaks of streams without conflicts: the pure rules tell, for this order. */
function isCalm(stream: Envelope[]): boolean {
  const book = rulebookOf(0, defaultRules(CORE_KINDS), CORE_KINDS, new Constraints());
  const graph = new Graph();
  let last = 0;
  return stream.every((envelope) => {
    const stated = identifiersOf(envelope, book.kinds).map((identifier) => ({
      ...identifier,
      hash: identifierText(identifier),
    }));
    const identifiers = envelope.type === 'alias' ? asAlias(stated) : stated;
    const claim = { sourceId: 's', at: Date.parse(envelope.timestamp!), identifiers };
    const { changes } = resolveClaim(claim, graph, book, () => (last += 1));
    return changes.every(({ kind }) => kind !== 'refused' && kind !== 'moved' && kind !== 'released');
  });
}

/** The same acts in another order, some of them twice. */
function shuffled(stream: Envelope[], seed: number): Envelope[] {
  const pick = chance(seed + 77);
  const again = stream.filter(() => pick(3) === 0);
  const rest = [...stream, ...again];
  return Array.from({ length: rest.length }, () => rest.splice(pick(rest.length), 1)[0]!);
}

interface Row {
  hash: string;
  kind: string;
  profile_id: number;
  sealed: string;
}

const identifiers = (dataSource: DataSource) =>
  dataSource.query<Row[]>("SELECT hash, kind, profile_id, sealed FROM identifier WHERE rule <> 'derived'");

/** Groups of plain values by profile, those of one salt alone, without the salt. */
async function partition(dataSource: DataSource, salt: string): Promise<string[]> {
  const groups = new Map<number, string[]>();
  for (const { kind, profile_id, sealed } of await identifiers(dataSource)) {
    const value = keys.decrypt(sealed);
    const isOurs =
      kind === 'phone' ? value.startsWith(`+86${phoneOf(salt, 0, 0).slice(0, 2)}`) : value.startsWith(salt);
    if (!isOurs) continue;
    const bare = kind === 'phone' ? value.slice(5) : value.slice(salt.length);
    groups.set(profile_id, [...(groups.get(profile_id) ?? []), `${kind}:${bare}`]);
  }
  return [...groups.values()].map((group) => group.sort().join(' ')).sort();
}

/** What must hold of any record, whoever wrote it and however often it was tried. */
async function expectSound(dataSource: DataSource): Promise<void> {
  const profiles = await dataSource.query<{ id: number; merged_into: number | null; doc: string | null }[]>(
    'SELECT id, merged_into, doc FROM profile',
  );
  const living = new Set(profiles.filter(({ doc }) => doc !== null).map(({ id }) => id));
  const held = new Set((await identifiers(dataSource)).map((row) => row.profile_id));
  expect([...held].filter((id) => !living.has(id))).toEqual([]);
  expect([...living].filter((id) => !held.has(id))).toEqual([]);
  expect(profiles.filter(({ merged_into, doc }) => (merged_into === null) === (doc === null))).toEqual([]);
  expect(profiles.filter(({ merged_into }) => merged_into !== null && !living.has(merged_into))).toEqual([]);
  const links = await dataSource.query<{ n: number }[]>(
    "SELECT COUNT(*) AS n FROM identity_link WHERE source_id = '' OR event_id = '' OR rule = '' OR at = 0",
  );
  expect(links[0]!.n).toBe(0);
  await expectEvidence(dataSource);
}

/** Law 1: what a person holds hangs together by links that say where they come from, and by nothing else. */
async function expectEvidence(dataSource: DataSource): Promise<void> {
  const links = await dataSource.query<{ a: string; b: string }[]>(
    "SELECT a, b FROM identity_link WHERE outcome = 'joined'",
  );
  const leader = new Map<string, string>();
  const find = (hash: string): string => {
    let at = hash;
    for (let next = leader.get(at) ?? at; next !== at; next = leader.get(at) ?? at) at = next;
    return at;
  };
  for (const { a, b } of links) leader.set(find(a), find(b));
  const byProfile = new Map<number, Set<string>>();
  for (const { hash, profile_id } of await identifiers(dataSource))
    byProfile.set(profile_id, (byProfile.get(profile_id) ?? new Set()).add(find(hash)));
  expect([...byProfile.values()].filter(({ size }) => size > 1)).toEqual([]);
}

describeStores('the laws of identity on a real record', (open) => {
  it('laws 1, 2 and 6: a thousand streams, shuffled, repeated and late, give the same people with evidence', async () => {
    const { dataSource } = await open();
    const ingest = await coreOn(dataSource);
    const streams = Array.from({ length: 3_500 }, (_, n) => n).filter(
      (n) => isCalm(streamOf(n, 'a')) && isCalm(shuffled(streamOf(n, 'a'), n)),
    );
    expect(streams.length).toBeGreaterThan(1_000);
    const send = (list: Envelope[]) => ingest.accept({ events: list.map(eventOf), refused: [] });
    for (let from = 0; from < streams.length; from += 20) {
      const part = streams.slice(from, from + 20);
      await send(part.flatMap((n) => streamOf(n, 'a')));
      await send(part.flatMap((n) => shuffled(streamOf(n, 'b'), n)));
    }
    expect(await partition(dataSource, 'b')).toEqual(await partition(dataSource, 'a'));
    await expectSound(dataSource);
    const events = streams.reduce((sum, n) => sum + streamOf(n, 'a').length, 0);
    const docs = await dataSource.query<{ doc: string }[]>('SELECT doc FROM profile WHERE doc IS NOT NULL');
    expect(docs.reduce((sum, { doc }) => sum + (JSON.parse(doc) as { events: number }).events, 0)).toBe(2 * events);
  }, 120_000);
});

const GROUPS = 40;

/** Eight writers tie the same groups together, each with identifiers of its own; one of them ties the eight. */
async function writeAll(cores: Ingest[]): Promise<void> {
  const write = async (writer: number) => {
    for (let round = 0; round < 10; round++) {
      const events = [...linked(writer, round), ...(round === 5 && writer === 0 ? bridge() : [])].map(eventOf);
      await cores[writer % cores.length]!.accept({ events, refused: [] });
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
}

const seen = (messageId: string, externalIds: { type: string; id: string; namespace: string }[]): Envelope => ({
  type: 'track',
  event: 'Seen',
  messageId,
  context: { externalIds },
});

const linked = (writer: number, round: number): Envelope[] =>
  Array.from({ length: GROUPS }, (_, group) =>
    seen(`w${writer}-${round}-${group}`, [
      { type: 'wechat_openid', id: `g${group}-${writer}-${round}`, namespace: 'wx' },
      { type: 'douyin_open_id', id: `g${group}-${(writer + round) % 8}`, namespace: 'dy' },
    ]),
  );

const bridge = (): Envelope[] =>
  Array.from({ length: GROUPS }, (_, group) =>
    seen(
      `bridge-${group}`,
      Array.from({ length: 8 }, (_unused, n) => ({ type: 'douyin_open_id', id: `g${group}-${n}`, namespace: 'dy' })),
    ),
  );

/** Each group is one person, nothing was lost, and nothing was set aside. */
async function expectWhole(dataSource: DataSource): Promise<void> {
  const rows = await identifiers(dataSource);
  const byGroup = new Map<string, Set<number>>();
  for (const { profile_id, sealed } of rows) {
    const group = keys.decrypt(sealed).split('-')[0]!;
    byGroup.set(group, (byGroup.get(group) ?? new Set()).add(profile_id));
  }
  expect([...byGroup.values()].map(({ size }) => size)).toEqual(Array.from({ length: GROUPS }, () => 1));
  expect(rows.length).toBe(GROUPS * (8 * 10 + 8));
  const poison = await dataSource.query<{ n: number }[]>('SELECT COUNT(*) AS n FROM quarantine');
  expect(poison[0]!.n).toBe(0);
  await expectSound(dataSource);
}

describeStores('eight writers on one core', (open) => {
  it('lose no link and leave no orphan', async () => {
    const { dataSource } = await open();
    await writeAll([await coreOn(dataSource)]);
    await expectWhole(dataSource);
  }, 60_000);
});

describeMariadb('two cores on one record', (open) => {
  it('eight writers who merge the same groups lose no link, leave no orphan and see no deadlock', async () => {
    const { url, dataSource } = await open();
    const second = await openDatabase({ url, tables: CORE_TABLES, migrations: CORE_MIGRATIONS });
    const cores = [await coreOn(dataSource), await coreOn(second)];
    await writeAll(cores);
    await expectWhole(dataSource);
    await second.destroy();
  }, 120_000);
});
