import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Condition, Identifier, LifecycleDefinition } from '@perennial/contract';
import {
  asAlias,
  Constraints,
  CORE_KINDS,
  defaultRules,
  Graph,
  identifiersOf,
  identifierText,
  phoneHashes,
  resolveClaim,
  rulebookOf,
  type Constraint,
} from '../identity/index.js';
import { Counters } from '../ingest/store/counter.store.js';
import type { ProfileState } from '../profile/state.js';
import { isHidden, valuesQuery } from '../tag/index.js';
import { presetsWith } from '../staging/presets/industries.js';
import { openTestPlatform, type TestPlatform } from './fixture/platform.fixture.js';
import { streamOf, type Stream } from './fixture/stream.fixture.js';
import { saveConstraints } from './regroup.js';

/** Everything that a lifecycle can be: hysteresis, guards, cool-down, no return, ways, a minimum stay. */
const count = (names: string[], value: number, last?: number): Condition => ({
  behaviour: {
    kind: 'aggregate',
    event: { names },
    measure: 'count',
    ...(last && { window: { last, unit: 'day' as const } }),
  },
  test: { op: 'gte', value },
});
const title = { zh: '名', en: 'Name' };
const WILD: LifecycleDefinition = {
  key: 'wild',
  title,
  version: 1,
  initial: 'none',
  stages: [
    {
      key: 'buyer',
      title,
      when: count(['Order Completed'], 2, 40),
      stay: count(['Order Completed'], 1, 40),
      coolDownDays: 20,
      guards: [{ key: 'g', veto: count(['Page Viewed'], 3, 20), message: title }],
      subStages: [{ key: 'big', title, when: { tag: 'spend_total', test: { op: 'gte', value: 900 } } }],
    },
    { key: 'first', title, when: count(['Order Completed'], 1), reEntry: 'never', minimumStayDays: 3 },
    { key: 'looker', title, when: count(['Product Viewed'], 1, 30), next: ['first', 'none'] },
    { key: 'none', title },
  ],
};

async function people(test: TestPlatform, prefix: string): Promise<{ groups: string[]; states: unknown[] }> {
  const { manager } = test.platform.dataSource;
  const rows = await manager.query<{ profile_id: number; kind: string; sealed: string }[]>(
    'SELECT profile_id, kind, sealed FROM identifier ORDER BY hash',
  );
  const plain = rows
    .filter(({ kind }) => !kind.startsWith('phone_'))
    .map((row) => ({ ...row, value: test.platform.keys.decrypt(row.sealed) }))
    .filter(({ value }) => value.includes(prefix));
  const byProfile = new Map<number, string[]>();
  for (const { profile_id, value } of plain)
    byProfile.set(profile_id, [...(byProfile.get(profile_id) ?? []), value.replaceAll(prefix, '')]);
  const docs = await manager.query<{ id: number; doc: string }[]>('SELECT id, doc FROM profile WHERE doc IS NOT NULL');
  const states = docs
    .filter(({ id }) => byProfile.has(id))
    .map(({ doc }) => normal(JSON.parse(doc) as ProfileState).replaceAll(prefix, ''));
  const groups = [...byProfile].map(
    ([profile, values]) => `${profile === 0 ? 'nobody ' : ''}${values.sort().join(' ')}`,
  );
  return { groups: groups.sort(), states: states.sort().map((text) => JSON.parse(text) as unknown) };
}

/** A state without its number and its writes, keys in one order. */
function normal(state: ProfileState): string {
  return JSON.stringify({ ...state, id: 0, revision: 0 }, (_, value: unknown) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** One of the links that the stream makes, found by the pure rules. */
function aLinkOf(stream: Stream): [Identifier, Identifier] {
  const book = rulebookOf(0, defaultRules(CORE_KINDS), CORE_KINDS, new Constraints());
  const [graph, plain] = [new Graph(), new Map<string, Identifier>()];
  let last = 0;
  const links = stream
    .flatMap(({ events }) => events)
    .flatMap((event) => {
      const stated = identifiersOf({ type: 'track', ...event }, book.kinds).map((identifier) => {
        plain.set(identifierText(identifier), identifier);
        return { hash: identifierText(identifier), kind: identifier.kind, namespace: '' };
      });
      const identifiers = event.type === 'alias' ? asAlias(stated) : stated;
      const claim = { sourceId: 's1', at: event.at!, identifiers };
      return resolveClaim(claim, graph, book, () => (last += 1)).changes.flatMap((change) => {
        if (change.kind === 'merged') return [[change.by, change.to] as const];
        return change.kind === 'attached' && change.to ? [[change.identifier, change.to] as const] : [];
      });
    })
    .filter((ends) => ends.every(({ kind }) => !kind.startsWith('phone_')));
  const [a, b] = links[links.length >> 1]!.map(({ hash }) => plain.get(hash)!);
  return [a!, b!];
}

describe('parting people', () => {
  let test: TestPlatform;
  beforeAll(async () => {
    test = await openTestPlatform();
    const { shelf } = test.platform.tagging;
    await shelf.take(
      shelf.list().map(({ definition }) => definition.key),
      'test',
    );
    for (const lifecycle of [WILD, ...presetsWith({ atRiskDays: 10, dormantDays: 30 })])
      await test.platform.staging.publishing.publish(lifecycle, 0, { by: 'test', note: '', isTold: false, letGo: [] });
    await test.platform.tagging.runs.idle();
  }, 60_000);
  afterAll(() => test.close());

  it('law 6: a split gives the partition, states, tags and stages that a replay without the link gives', async () => {
    let split = 0;
    for (let seed = 1; seed <= 24; seed++) {
      const [live, other] = [`${10000000 + seed}`, `${20000000 + seed}`];
      const start = test.clock.now;
      const streams = [streamOf(seed, live, start), streamOf(seed, other, start)] as const;
      const link = await firstHalf(streams, live, other);
      if (!link) continue;
      split += 1;
      expect({ seed, ...(await people(test, live)) }).toEqual({ seed, ...(await people(test, other)) });
      await test.take(...streams[0].at(-1)!.events, ...streams[1].at(-1)!.events);
      expect({ seed, ...(await people(test, live)) }).toEqual({ seed, ...(await people(test, other)) });
      if (seed % 8 === 0) await expectOneAnswer();
    }
    expect(split).toBeGreaterThan(12);
  }, 240_000);

  it('law 6 with aliases: the partition, states, tags and stages of a replay, and the partition of what comes after', async () => {
    let split = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const [live, other] = [`${30000000 + seed}`, `${40000000 + seed}`];
      const start = test.clock.now;
      const streams = [streamOf(seed, live, start, true), streamOf(seed, other, start, true)] as const;
      if (!(await firstHalf(streams, live, other))) continue;
      split += 1;
      expect({ seed, ...(await people(test, live)) }).toEqual({ seed, ...(await people(test, other)) });
      await test.take(...streams[0].at(-1)!.events, ...streams[1].at(-1)!.events);
      expect([seed, (await people(test, live)).groups]).toEqual([seed, (await people(test, other)).groups]);
    }
    expect(split).toBeGreaterThan(3);
  }, 240_000);

  /** Law 1 of tags, over merges, splits, late events and time: what people hold is what the warehouse computes. */
  async function expectOneAnswer(): Promise<void> {
    const { appender, definitions, zone, warehouse } = test.platform;
    await appender.drained();
    const { tags } = definitions.program.tags;
    const keys = tags.map(({ definition }) => definition.key).filter((key) => !isHidden(key));
    const { sql, params } = valuesQuery(definitions.program.tags, keys, test.clock.now, zone);
    const computed = await warehouse.rows<Record<string, unknown>>(`${sql} ORDER BY profile`, params);
    const columns = keys.map((key, i) => `tags['${key}'] AS v${i}`).join(', ');
    const held = await warehouse.rows<Record<string, unknown>>(
      `SELECT profile, ${columns} FROM profiles FINAL WHERE is_deleted = 0 ORDER BY profile`,
    );
    const named = (rows: Record<string, unknown>[]) =>
      rows.map((row) => [row['profile'], Object.fromEntries(keys.map((key, i) => [key, row[`v${i}`]]))]);
    expect(named(held)).toEqual(named(computed));
    // Whoever is at rest live is at rest by the query that foretells moves as well.
    for (const lifecycle of definitions.lifecycleList()) {
      const { now } = await test.platform.staging.previews.preview(lifecycle);
      expect([lifecycle.key, now.flows]).toEqual([lifecycle.key, []]);
    }
    expect(held.length).toBeGreaterThan(20);
  }

  /** Runs both streams but for their last step; parts a link of the one where there is one, which the other never had. */
  async function firstHalf(streams: readonly [Stream, Stream], live: string, other: string) {
    const link = aLinkOf(streams[0].slice(0, -1));
    const ends = (prefix: string) =>
      link.map(({ kind, value }) => withHashes({ kind, namespace: '', value: value.replace(live, prefix) }));
    const [a, b] = ends(other) as [string[], string[]];
    await constrain(a.flatMap((one) => b.map((two): Constraint => ({ kind: 'cut', a: one, b: two }))));
    for (const [step, { wait, events }] of streams[0].slice(0, -1).entries()) {
      await test.pass(wait);
      await test.take(...events, ...streams[1][step]!.events);
    }
    await test.pass(streams[0].at(-1)!.wait);
    const [[one], [two]] = ends(live) as [[string], [string]];
    return part({ a: one, b: two });
  }

  /** A phone stands for its hashes as well. */
  const withHashes = (identifier: Identifier): string[] =>
    [identifier, ...(identifier.kind === 'phone' ? phoneHashes(identifier.value) : [])].map(({ kind, value }) =>
      test.hash(kind, value),
    );

  async function constrain(add: Constraint[]): Promise<void> {
    await test.platform.dataSource.transaction(async (manager) => {
      const counters = await Counters.open(manager);
      await saveConstraints(manager, { add, remove: [] }, 'test');
      counters.take('identity');
      await counters.close();
    });
  }

  async function part({ a, b }: { a: string; b: string }): Promise<boolean> {
    const holders = await test.platform.steward.identityViews.holders([a, b]);
    const profile = holders.get(a);
    if (!profile || profile !== holders.get(b)) return false;
    try {
      await test.platform.steward.acts.split(profile, { link: { a, b } }, { by: 'test', reason: 'test' });
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^IDENTITY_(NOTHING_PARTED|LINK_ABSENT)$/) });
      return false;
    }
  }
});
