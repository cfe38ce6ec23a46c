import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlatformError, type LifecycleDefinition } from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import { believing } from '../fold/fold.js';
import { Counters } from '../ingest/store/counter.store.js';
import type { Move } from '../lifecycle/index.js';
import type { ProfileState } from '../profile/state.js';
import { HOUR } from '../time/zone.js';
import { COUNTS, LIVING_PROFILE, type EventRow } from '../warehouse/index.js';
import { brokenLaws } from './fixture/laws.fixture.js';
import { openTestPlatform, type TestPlatform } from './fixture/platform.fixture.js';
import { chance, streamOf, type Chance } from './fixture/stream.fixture.js';
import { wildLifecycle } from './fixture/wild.fixture.js';
import { readLinks } from './graph.views.js';
import { replay, type Replayed } from './rules/replay.js';
import { readRefs } from './store/history.store.js';

/** Rounds of new definitions, each with streams of a few people: a handful in passing, many where there is time. */
const LONG = Number(process.env['PERENNIAL_TEST_LONG'] ?? 0);
const ROUNDS = LONG || 1;
const FIRST_ROUND = Number(process.env['PERENNIAL_TEST_SEED'] ?? 1);
const STREAMS = LONG ? 24 : 6;
const LIFECYCLES = 5;

interface MoveRow {
  profile: number;
  at: number;
  lifecycle: string;
  from_stage: string;
  to_stage: string;
  reason: string;
}

describeStores('live moves are replayed moves', (open) =>
  describe('over random definitions and streams', () => {
    let test: TestPlatform;
    let moves: Map<string, Move[]>;
    let [cases, splits] = [0, 0];
    /** The arrival number and the profile with which the round began: everybody of before it is somebody else. */
    let firstSeq = 0;
    let firstProfile = 0;
    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url);
      moves = new Map();
      listen();
    }, 60_000);
    afterAll(async () => {
      process.stdout.write(`replay: ${cases} lives in ${ROUNDS * LIFECYCLES} lifecycles, ${splits} splits\n`);
      await test.close();
    });

    /** Live moves in the order in which they were committed. */
    function listen(): void {
      const { live } = test.platform;
      const publish = live.publish.bind(live);
      live.publish = (outcome) => {
        for (const { profile, change } of outcome.moves) {
          const way = `${profile} ${change.lifecycle}`;
          moves.set(way, [...(moves.get(way) ?? []), change]);
        }
        publish(outcome);
      };
    }

    it.each(Array.from({ length: ROUNDS }, (_, i) => FIRST_ROUND + i))(
      'law 4, with late events, merges, splits, races of timers and restarts between (round %i)',
      async (round) => {
        const pick = chance(round);
        await test.platform.appender.drained();
        [firstSeq, firstProfile] = await nextNumbers();
        const lifecycles = await publishWild(pick, round);
        await liveThrough(pick, round);
        await expectReplayed(round);
        expectLaws(lifecycles);
        await expectAtRest(lifecycles);
        await splitSome(pick);
        await afterwards(pick, round);
        await expectReplayed(round);
        for (const { key } of lifecycles.toReversed()) await test.platform.staging.publishing.retire(key, 'test');
        await test.platform.tagging.runs.idle();
      },
      120_000,
    );

    /** Each may read the stages of those before it, which come after it in the alphabet. */
    async function publishWild(pick: Chance, round: number): Promise<LifecycleDefinition[]> {
      const { publishing } = test.platform.staging;
      const made: LifecycleDefinition[] = [];
      while (made.length < LIFECYCLES) {
        const definition = wildLifecycle(pick, `w${round}-${LIFECYCLES - made.length}`, made);
        if (publishing.check(definition).length > 0) continue;
        await publishing.publish(definition, 0, { by: 'test', note: '', isTold: false, letGo: [] });
        made.push(definition);
      }
      await test.platform.tagging.runs.idle();
      return made;
    }

    async function liveThrough(pick: Chance, round: number): Promise<void> {
      const start = test.clock.now;
      const streams = Array.from({ length: STREAMS }, (_, i) =>
        streamOf(round * 1000 + i, `${10_000_000 + round * 1000 + i}`, start, i % 2 === 0),
      );
      cases += streams.length * LIFECYCLES;
      for (let step = 0; step < 12; step++) {
        const work: Promise<unknown>[] = [];
        test.clock.now += streams[0]![step]!.wait;
        for (const stream of streams) {
          if (pick(3) === 0) work.push(test.platform.timers.runDue());
          const events = stream[step]!.events.map((event) => (pick(4) === 0 ? stating(event, pick) : event));
          if (pick(5) > 0) work.push(test.take(...events));
        }
        await Promise.all(work);
        if (pick(5) === 0) await restart();
      }
      if (pick(2) === 0) await test.pass(20 * 24 * HOUR);
    }

    async function restart(): Promise<void> {
      await test.restart();
      listen();
    }

    /** Takes apart some of the people whom a link holds together. */
    async function splitSome(pick: Chance): Promise<void> {
      const { manager } = test.platform.dataSource;
      const held = await manager.query<{ hash: string; profile_id: number }[]>(
        'SELECT hash, profile_id FROM identifier WHERE profile_id >= ? ORDER BY hash',
        [firstProfile],
      );
      const holder = new Map(held.map(({ hash, profile_id }) => [hash, profile_id]));
      const links = await readLinks(manager, [...holder.keys()]);
      const outcomes: string[] = [];
      for (let n = 0; n < 4 && links.length > 0; n++) {
        const { a, b } = links[pick(links.length)]!;
        const [row] = await manager.query<{ profile_id: number }[]>(
          'SELECT profile_id FROM identifier WHERE hash = ?',
          [a],
        );
        const doing = { by: 'test', reason: 'test' };
        const split = test.platform.steward.acts.split(row!.profile_id, { link: { a, b } }, doing);
        outcomes.push(await split.then(() => 'parted', codeOf));
      }
      splits += outcomes.filter((outcome) => outcome === 'parted').length;
      const refused = ['IDENTITY_NOTHING_PARTED', 'IDENTITY_LINK_ABSENT', 'IDENTITY_IDENTIFIER_ABSENT'];
      expect(outcomes.filter((outcome) => outcome !== 'parted' && !refused.includes(outcome))).toEqual([]);
    }

    /** Time, restarts and acts that join nobody, after the splits. */
    async function afterwards(pick: Chance, round: number): Promise<void> {
      for (let step = 0; step < 4; step++) {
        test.clock.now += (1 + pick(20)) * 12 * HOUR;
        const event = {
          event: 'Order Completed',
          properties: { total: 100 },
          userId: `${10_000_000 + round * 1000 + pick(STREAMS)}m${pick(3)}`,
        };
        await Promise.all([test.platform.timers.runDue(), test.take({ id: `after${round}-${step}`, ...event })]);
        if (pick(3) === 0) await restart();
      }
    }

    /** All that ever happened, replayed, against what stands in both stores. */
    async function expectReplayed(round: number): Promise<void> {
      const { platform, clock } = test;
      await platform.timers.runDue();
      await platform.appender.drained();
      const done = await replayAll(clock.now);
      const numberOf = await numbers(done);
      const inNumbers = done.transitions
        .filter(({ lifecycle }) => lifecycle.startsWith(`w${round}-`))
        .map((row) => text({ ...row, profile: numberOf.get(row.profile)! }));
      const people = new Set(numberOf.values());
      const found = await platform.warehouse.rows<MoveRow>(
        `SELECT toUInt32(${LIVING_PROFILE}) AS profile, toUnixTimestamp64Milli(at) AS at, lifecycle, from_stage, to_stage, reason
         FROM transitions WHERE ${COUNTS} AND startsWith(lifecycle, {mine:String})`,
        { mine: `w${round}-` },
      );
      const rows = found.filter(({ profile }) => people.has(profile));
      expect({ round, moves: rows.map(text).sort() }).toEqual({ round, moves: inNumbers.sort() });
      await expectSameStates(done, numberOf);
    }

    const nextNumbers = () =>
      test.platform.dataSource.transaction(async (manager): Promise<[number, number]> => {
        const counters = await Counters.open(manager);
        return [counters.peek('seq'), counters.peek('profile')];
      });

    async function replayAll(now: number): Promise<Replayed> {
      const { platform } = test;
      const history = await platform.warehouse.rows<EventRow>(
        `SELECT seq, event_id, profile, toUnixTimestamp64Milli(at) AS at, toUnixTimestamp64Milli(received_at) AS received_at,
           source_id, type, name, properties, traits, context, identifiers, toUnixTimestamp64Milli(passed_to) AS passed_to
         FROM events WHERE ${COUNTS} AND seq >= {firstSeq:UInt64} ORDER BY seq`,
        { firstSeq },
      );
      return platform.dataSource.transaction(async (manager) => {
        const counters = await Counters.open(manager);
        const book = await platform.rulebooks.at(manager, counters.revision);
        const refs = await readRefs(manager, new Set(history.flatMap(({ identifiers }) => identifiers)));
        const program = believing(platform.definitions.program, book.sources);
        return replay(history, { program, book, refs, now, dueFrom: 0, seq: 0 });
      });
    }

    /** The replay's numbers are its own; who is who is told by what they hold. */
    async function numbers({ graph }: Replayed): Promise<Map<number, number>> {
      const rows = await test.platform.dataSource.query<{ hash: string; profile_id: number }[]>(
        'SELECT hash, profile_id FROM identifier WHERE profile_id > 0',
      );
      return new Map(
        rows.flatMap(({ hash, profile_id }) => {
          const own = graph.profileOf(hash);
          return own ? [[own, profile_id] as const] : [];
        }),
      );
    }

    async function expectSameStates({ states }: Replayed, numberOf: Map<number, number>): Promise<void> {
      const rows = await test.platform.dataSource.query<{ id: number; doc: string }[]>(
        'SELECT id, doc FROM profile WHERE doc IS NOT NULL',
      );
      const people = new Set(numberOf.values());
      const live = rows.filter(({ id }) => people.has(id)).map(({ doc }) => placesOf(JSON.parse(doc) as ProfileState));
      const replayed = [...states.values()].map((state) => placesOf({ ...state, id: numberOf.get(state.id)! }));
      expect(live.sort()).toEqual(replayed.sort());
    }

    function expectLaws(lifecycles: LifecycleDefinition[]): void {
      let looked = 0;
      for (const [way, made] of moves) {
        const definition = lifecycles.find(({ key }) => key === way.split(' ')[1]);
        if (!definition) continue;
        looked += made.length;
        expect([way, brokenLaws(definition, made)]).toEqual([way, []]);
      }
      expect(looked).toBeGreaterThan(STREAMS);
      moves.clear();
    }

    /** Whoever is at rest live is at rest by the query that foretells moves as well, in lifecycles that read each other too. */
    async function expectAtRest(lifecycles: LifecycleDefinition[]): Promise<void> {
      await test.platform.appender.drained();
      for (const lifecycle of lifecycles) {
        const { now } = await test.platform.staging.previews.preview(lifecycle);
        expect([lifecycle, now.flows]).toEqual([lifecycle, []]);
      }
    }
  }),
);

const codeOf = (error: unknown): string => (error instanceof PlatformError ? error.code : String(error));

/** Somebody says where she lives as well. */
const stating = (event: ReturnType<typeof streamOf>[0]['events'][0], pick: Chance) => ({
  ...event,
  type: 'identify' as const,
  traits: { city: ['x', 'y'][pick(2)]!, ...(event.context?.['traits'] as object) },
});

const text = ({ profile, at, lifecycle, from_stage, to_stage, reason }: MoveRow): string =>
  [profile, at, lifecycle, from_stage, to_stage, reason].join(' ');

/** Where somebody stands and when she is looked at again, keys in one order. */
const placesOf = ({ id, clock, events, places, cells, tags, traits }: ProfileState): string =>
  JSON.stringify({ id, clock, events, places, cells, tags, traits }, (_, value: unknown) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
