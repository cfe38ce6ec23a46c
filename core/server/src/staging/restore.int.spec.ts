import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Condition, LifecycleDefinition, TransitionReason } from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import { isShadow } from '../lifecycle/index.js';
import { loadStates } from '../profile/store/profile.store.js';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';
import { chance, streamOf, type Chance, type Stream } from '../steward/fixture/stream.fixture.js';
import { wildLifecycle } from '../steward/fixture/wild.fixture.js';
import { HOUR } from '../time/zone.js';
import { COUNTS, LIVING_PROFILE } from '../warehouse/index.js';

const LONG = Number(process.env['PERENNIAL_TEST_LONG'] ?? 0);
const ROUNDS = LONG || 3;
const FIRST_ROUND = Number(process.env['PERENNIAL_TEST_SEED'] ?? 1);
const STREAMS = 8;
const DAY = 24 * HOUR;
const release = { by: 'li', note: '', isTold: true, letGo: [] as string[] };

interface MoveRow {
  profile: number;
  at: number;
  lifecycle: string;
  from_stage: string;
  to_stage: string;
  reason: string;
}

describeStores('law 4, taking back: a restored version is one that was never replaced', (open) =>
  describe('beside a twin whose definition never changed', () => {
    let test: TestPlatform;
    let moved = 0;
    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url);
    }, 60_000);
    afterAll(async () => {
      process.stdout.write(`restore: ${moved} moves compared with the twin's\n`);
      await test.close();
    });

    const staging = () => test.platform.staging;
    const runs = () => test.platform.tagging.runs;

    it.each(Array.from({ length: ROUNDS }, (_, i) => FIRST_ROUND + i))(
      'with late events, merges, time, restarts and runs cut short between (round %i)',
      async (round) => {
        const pick = chance(round * 77);
        const [key, twin] = [`lc${round}`, `twin${round}`];
        const first = publishable(pick, key);
        await publish({ ...first, key: twin }, 0);
        await publish(first, 0);
        const life = lifeOf(round, test.clock.now);
        await life.go(pick, 4);
        await publish(publishable(pick, key), 1);
        await life.go(pick, 3);
        if (pick(2) === 0) await runs().stop();
        await publish(publishable(pick, key), 2);
        await life.go(pick, 2);
        await runs().idle();
        await expectDifferent(key, twin);
        expect(await staging().restores.restore(key, 2, 3, release)).toBe(true);
        if (pick(2) === 0) await runs().stop();
        await life.go(pick, 1);
        runs().next();
        await runs().idle();
        expect(await staging().restores.restore(key, 1, 4, release)).toBe(true);
        await life.go(pick, 2);
        await runs().idle();
        await expectTwins(key, twin);
        await test.pass(40 * DAY);
        await expectTwins(key, twin);
        for (const one of [key, twin]) await staging().publishing.retire(one, 'test');
        await runs().idle();
      },
      180_000,
    );

    it('takes what was published meanwhile out of flows, and what it did out of the journey', async () => {
      const plays = (least: number): LifecycleDefinition => ({
        key: 'fans',
        title: { zh: '名', en: 'Name' },
        version: 1,
        initial: 'guest',
        stages: [
          {
            key: 'fan',
            title: { zh: '粉丝', en: 'Fan' },
            when: {
              behaviour: { kind: 'aggregate', event: { names: ['Song Played'] }, measure: 'count' },
              test: { op: 'gte', value: least },
            },
          },
          { key: 'guest', title: { zh: '访客', en: 'Guest' } },
        ],
      });
      await publish(plays(5), 0);
      await runs().idle();
      for (let n = 0; n < 9; n++)
        await test.take(
          ...Array.from({ length: n + 1 }, (_, i) => ({ id: `s${n}-${i}`, userId: `fan-${n}`, event: 'Song Played' })),
        );
      const flows = async () => {
        await test.platform.appender.drained();
        return (await test.platform.analysis.board('fans', 7)).stages.map(({ stage, people, entered, left }) => [
          stage,
          people,
          entered,
          left,
        ]);
      };
      const before = await flows();
      await publish(plays(2), 1);
      await runs().idle();
      expect(await flows()).not.toEqual(before);
      const foretold = await staging().restores.preview('fans', 1);
      expect(foretold).toMatchObject({ isExact: true, moving: 3, flows: [{ from: 'fan', to: 'guest', people: 3 }] });
      await staging().restores.restore('fans', 1, 2, release);
      await runs().idle();
      expect(await flows()).toEqual(before);
      const { id } = (await test.platform.profiles.search('fan-3'))[0]!;
      const moves = (await test.platform.profiles.moves(id)).filter(({ lifecycle }) => lifecycle === 'fans');
      expect(moves.map(({ to, reason }) => [to, reason.definitionVersion])).toEqual([['guest', 1]]);
      expect((await staging().details.get('fans')).versions).toMatchObject([
        { version: 3, restores: 1 },
        { version: 2 },
        { version: 1 },
      ]);
      expect(await keptOf('fans')).toEqual([]);
    }, 60_000);

    it('goes back to what is kept no more by deciding everybody anew, and refuses what is not there', async () => {
      expect(await staging().restores.restore('fans', 2, 3, release)).toBe(false);
      await runs().idle();
      const { restores, details } = staging();
      expect((await details.get('fans')).definition).toMatchObject({ version: 4 });
      await expect(restores.restore('fans', 9, 4, release)).rejects.toMatchObject({ code: 'LIFECYCLE_VERSION_ABSENT' });
      await expect(restores.restore('none', 1, 1, release)).rejects.toMatchObject({ code: 'LIFECYCLE_ABSENT' });
      await expect(restores.restore('fans', 3, 1, release)).rejects.toMatchObject({
        code: 'LIFECYCLE_VERSION_CHANGED',
      });
    }, 60_000);

    it('lets an earlier version go when its time is over', async () => {
      expect(await keptOf('fans')).toEqual([3]);
      test.clock.now += 31 * DAY;
      await staging().restores.letGoExpired();
      await runs().idle();
      expect(await keptOf('fans')).toEqual([]);
      const { id } = (await test.platform.profiles.search('fan-3'))[0]!;
      const number = await test.platform.profiles.resolve(id);
      const state = (await loadStates(test.platform.dataSource.manager, [number])).get(number)!;
      expect(Object.keys(state.places).filter(isShadow)).toEqual([]);
    }, 60_000);

    it('says in words why somebody stands where they stand, and when time alone may change it', async () => {
      const seen: LifecycleDefinition = {
        key: 'seen',
        title: { zh: '活跃', en: 'Activity' },
        version: 1,
        initial: 'away',
        stages: [
          {
            key: 'regular',
            title: { zh: '常客', en: 'Regular' },
            when: visits(2),
            coolDownDays: 30,
            guards: [
              {
                key: 'complained',
                veto: visits(1, 'Complained'),
                message: { zh: '投诉未处理', en: 'a complaint is open' },
              },
            ],
          },
          { key: 'here', title: { zh: '来过', en: 'Here' }, when: visits(1) },
          { key: 'away', title: { zh: '沉睡', en: 'Away' } },
        ],
      };
      await publish(seen, 0);
      await runs().idle();
      await test.take({ id: 'w1', userId: 'why', event: 'Visited' }, { id: 'w2', userId: 'why', event: 'Complained' });
      await test.take({ id: 'w3', userId: 'why', event: 'Visited' });
      await test.platform.appender.drained();
      const { id } = (await test.platform.profiles.search('why'))[0]!;
      const why = await staging().reasons.why('seen', id);
      expect(why).toMatchObject({
        place: 'here',
        since: test.clock.now,
        came: {
          text: { zh: '因事件“Visited”进入', en: 'came by the event “Visited”' },
          event: { id: 'w1', name: 'Visited' },
        },
        trace: [
          {
            holds: false,
            parts: [
              { holds: true, value: 2 },
              { text: { zh: '投诉未处理' }, holds: false },
            ],
          },
          { holds: true, parts: [{ holds: true, value: 2 }] },
        ],
      });
      expect(why.due).toBeGreaterThan(test.clock.now);
      await test.pass(9 * DAY);
      await test.platform.appender.drained();
      const later = await staging().reasons.why('seen', id);
      expect(later).toMatchObject({
        place: 'away',
        came: { text: { zh: '因时间推移进入' } },
        trace: [{ holds: false }, { holds: false }, { holds: true, text: { zh: '沉睡：其他阶段都不满足的人在这里' } }],
      });
      await expect(staging().reasons.why('none', id)).rejects.toMatchObject({ code: 'LIFECYCLE_ABSENT' });
      await expect(staging().reasons.why('seen', 'p_999999')).rejects.toMatchObject({ code: 'PROFILE_ABSENT' });
    }, 60_000);

    const visits = (least: number, event = 'Visited'): Condition => ({
      behaviour: { kind: 'aggregate', event: { names: [event] }, measure: 'count', window: { last: 7, unit: 'day' } },
      test: { op: 'gte', value: least },
    });

    function publishable(pick: Chance, key: string): LifecycleDefinition {
      for (;;) {
        const definition = wildLifecycle(pick, key, []);
        if (staging().publishing.check(definition).length === 0) return definition;
      }
    }

    const keptOf = async (key: string) =>
      (await staging().details.get(key)).versions.filter(({ keptUntil }) => keptUntil).map(({ version }) => version);

    const publish = (definition: LifecycleDefinition, expected: number) =>
      staging().publishing.publish(definition, expected, { ...release, letGo: ['s0', 's1', 's2', 's3', 's4'] });

    /** A few people's streams, some steps at a time, with timers and restarts between. */
    function lifeOf(round: number, start: number) {
      const streams: Stream[] = Array.from({ length: STREAMS }, (_, i) =>
        streamOf(round * 1000 + i, `${20_000_000 + round * 1000 + i}`, start),
      );
      let step = 0;
      const go = async (pick: Chance, steps: number) => {
        for (const end = step + steps; step < end; step++) {
          const at = streams[0]![step]!;
          test.clock.now += at.wait;
          if (pick(2) === 0) await test.platform.timers.runDue();
          for (const stream of streams) if (pick(5) > 0) await test.take(...stream[step]!.events);
          if (pick(6) === 0) await test.restart();
        }
      };
      return { go };
    }

    async function waysOf(key: string, twin: string): Promise<{ own: string[]; twins: string[] }> {
      await test.platform.timers.runDue();
      await test.platform.appender.drained();
      const rows = await test.platform.warehouse.rows<MoveRow>(
        `SELECT toUInt32(${LIVING_PROFILE}) AS profile, toUnixTimestamp64Milli(at) AS at, lifecycle, from_stage, to_stage, reason
         FROM moves WHERE ${COUNTS} AND lifecycle IN ({key:String}, {twin:String})`,
        { key, twin },
      );
      const of = (lifecycle: string) =>
        rows
          .filter((row) => row.lifecycle === lifecycle)
          .map(textOf)
          .sort();
      return { own: of(key), twins: of(twin) };
    }

    async function expectDifferent(key: string, twin: string): Promise<void> {
      const { own, twins } = await waysOf(key, twin);
      expect(own).not.toEqual(twins);
    }

    async function expectTwins(key: string, twin: string): Promise<void> {
      const { own, twins } = await waysOf(key, twin);
      moved += own.length;
      expect(twins.length).toBeGreaterThan(STREAMS);
      expect(own).toEqual(twins);
      const rows = await test.platform.dataSource.query<{ id: number }[]>(
        'SELECT id FROM profile WHERE doc IS NOT NULL',
      );
      const states = await loadStates(
        test.platform.dataSource.manager,
        rows.map(({ id }) => id),
      );
      const places = [...states.values()].map((state) =>
        [key, twin].map((one) => ({ ...state.places[one], version: 0 })),
      );
      expect(places.map(([own]) => own)).toEqual(places.map(([, its]) => its));
    }
  }),
);

function textOf({ profile, at, from_stage, to_stage, reason }: MoveRow): string {
  const { definitionVersion: _, ...why } = JSON.parse(reason) as TransitionReason;
  return [profile, at, from_stage, to_stage, JSON.stringify(why)].join(' ');
}
