import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Condition, DefinitionProblem, LifecycleDefinition, LifecyclePreview, Stage } from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';

const DAY = 86_400_000;
const release = { by: 'li', note: 'test', isTold: false, letGo: [] as string[] };
const title = { zh: '名', en: 'Name' };
const plays = (least: number, last?: number): Condition => ({
  behaviour: {
    kind: 'aggregate',
    event: { names: ['Song Played'] },
    measure: 'count',
    ...(last && { window: { last, unit: 'day' as const } }),
  },
  test: { op: 'gte', value: least },
});
const stage = (key: string, rest: Partial<Stage>): Stage => ({ key, title, ...rest });

const fans: LifecycleDefinition = {
  key: 'fans',
  title,
  version: 1,
  initial: 'guest',
  stages: [
    stage('fan', { when: plays(4, 30), subStages: [{ key: 'hard', title, when: plays(8) }] }),
    stage('listener', { when: plays(1) }),
    stage('guest', {}),
  ],
};

describeStores('looking after lifecycles', (open) =>
  describe('on a whole platform', () => {
    let test: TestPlatform;
    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url);
    }, 60_000);
    afterAll(() => test.close());

    let events = 0;
    const play = (userId: string, times: number, event = 'Song Played') =>
      test.take(...Array.from({ length: times }, () => ({ id: `e${events++}`, userId, at: test.clock.now, event })));
    const staging = () => test.platform.staging;
    const publish = async (definition: LifecycleDefinition, expected: number, more: Partial<typeof release> = {}) => {
      await staging().publishing.publish(definition, expected, { ...release, ...more });
      await test.platform.tagging.runs.idle();
      await test.platform.appender.drained();
    };
    const placeOf = async (userId: string, lifecycle = 'fans') => {
      const { id } = (await test.platform.profiles.search(userId))[0]!;
      const place = (await test.platform.profiles.get(id)).stages.find((one) => one.lifecycle === lifecycle);
      return place && (place.subStage ? `${place.stage}/${place.subStage}` : place.stage);
    };
    const preview = async (definition: LifecycleDefinition): Promise<LifecyclePreview> => {
      await test.platform.appender.drained();
      return staging().previews.preview(definition);
    };
    /** What publishing did is what the preview said. */
    const expectForetold = async (foretold: LifecyclePreview, key: string) => {
      const { stages } = await test.platform.analysis.board(key, 7);
      const people = Object.fromEntries(stages.filter((one) => one.people > 0).map((one) => [one.stage, one.people]));
      expect(people).toEqual(foretold.now.after);
    };

    it('publishes a second lifecycle beside the first: everybody is placed by all of her history', async () => {
      for (let i = 0; i < 12; i++) await play(`u${i}`, i);
      await play('u0', 1, 'Page Viewed');
      const foretold = await preview(fans);
      expect(foretold.now).toMatchObject({ before: {}, after: { fan: 8, listener: 3, guest: 1 }, moving: 12 });
      await publish(fans, 0);
      await expectForetold(foretold, 'fans');
      expect(await Promise.all(['u0', 'u2', 'u5', 'u11'].map((user) => placeOf(user)))).toEqual([
        'guest',
        'listener',
        'fan',
        'fan/hard',
      ]);
      expect(await placeOf('u5', 'default')).toBe('potential');
    }, 60_000);

    it('moves live, and by time at the instant due', async () => {
      await play('u2', 2);
      expect(await placeOf('u2')).toBe('fan');
      await test.pass(31 * DAY);
      expect(await placeOf('u2')).toBe('listener');
    }, 60_000);

    it('a new version moves who belongs elsewhere, silently, with the definition for a reason', async () => {
      const strict = {
        ...fans,
        stages: fans.stages.map((one) => (one.key === 'fan' ? { ...one, when: plays(6) } : one)),
      };
      const foretold = await preview(strict);
      expect(foretold.now.flows).toContainEqual(expect.objectContaining({ from: 'listener', to: 'fan' }));
      await publish(strict, 1);
      await expectForetold(foretold, 'fans');
      const { id } = (await test.platform.profiles.search('u9'))[0]!;
      expect((await test.platform.profiles.moves(id)).at(-1)).toMatchObject({
        lifecycle: 'fans',
        to: 'fan/hard',
        reason: { cause: 'definition', definitionVersion: 2 },
      });
      await expect(staging().publishing.publish(strict, 1, release)).rejects.toMatchObject({
        code: 'LIFECYCLE_VERSION_CHANGED',
      });
    }, 60_000);

    it('nobody moves by half of a version: live events wait for the run', async () => {
      const { runs } = test.platform.tagging;
      await runs.stop();
      const loose = {
        ...fans,
        stages: fans.stages.map((one) => (one.key === 'fan' ? { ...one, when: plays(3) } : one)),
      };
      await staging().publishing.publish(loose, 2, release);
      await runs.stop();
      await play('u1', 1);
      expect(await placeOf('u1')).toBe('listener');
      runs.next();
      await runs.idle();
      await play('u1', 1);
      expect(await placeOf('u1')).toBe('fan');
    }, 60_000);

    it('keeps to guards, cool-down and hysteresis, and says so beforehand', async () => {
      const guarded: LifecycleDefinition = {
        ...fans,
        stages: [
          stage('fan', {
            when: plays(3, 30),
            stay: plays(2, 30),
            coolDownDays: 10,
            guards: [
              {
                key: 'complained',
                veto: {
                  behaviour: { kind: 'aggregate', event: { names: ['Complained'] }, measure: 'count' },
                  test: { op: 'gte', value: 1 },
                },
                message: { zh: '投诉未处理', en: 'a complaint is open' },
              },
            ],
          }),
          ...fans.stages.slice(1),
        ],
      };
      await play('angry', 1, 'Complained');
      const foretold = await preview(guarded);
      await publish(guarded, 3);
      await expectForetold(foretold, 'fans');
      await play('angry', 5);
      await play('calm', 3);
      expect([await placeOf('angry'), await placeOf('calm')]).toEqual(['listener', 'fan']);
      await test.pass(31 * DAY);
      expect(await placeOf('calm')).toBe('listener');
      await play('calm', 3);
      expect(await placeOf('calm')).toBe('listener');
      await test.pass(11 * DAY);
      expect(await placeOf('calm')).toBe('fan');
    }, 60_000);

    it('refuses to let a stage go in which people stand, and does it when told', async () => {
      const without = { ...fans, stages: fans.stages.filter(({ key }) => key !== 'listener') };
      await test.platform.appender.drained();
      await expect(staging().publishing.publish(without, 4, release)).rejects.toMatchObject({
        code: 'LIFECYCLE_STAGE_IN_USE',
        message: expect.stringMatching(/listener \(\d+\)/),
      });
      const foretold = await preview(without);
      await publish(without, 4, { letGo: ['listener'] });
      await expectForetold(foretold, 'fans');
    }, 60_000);

    it('lives both versions over history for comparison', async () => {
      const { history } = await preview({
        ...fans,
        stages: fans.stages.map((one) => (one.key === 'fan' ? { ...one, when: plays(2) } : one)),
      });
      expect(history).toMatchObject({ people: 14, of: 14 });
      expect(history.months).toHaveLength(12);
      const last = history.months.at(-1)!;
      const sum = (people: Record<string, number>) => Object.values(people).reduce((all, one) => all + one, 0);
      expect([sum(last.before), sum(last.after)]).toEqual([14, 14]);
      expect(last.after['fan']!).toBeGreaterThan(last.before['fan'] ?? 0);
    }, 60_000);

    it('refuses what cannot work, by place and in both languages, and to retire what another lifecycle reads', async () => {
      const isIn = (lifecycle: string): Condition => ({ stage: lifecycle, test: { op: 'is', value: 'fan' } });
      const reader = (reads: string): LifecycleDefinition => ({
        ...fans,
        key: 'reader',
        stages: [stage('in', { when: isIn(reads) }), stage('guest', {})],
      });
      const shadow = { ...fans, stages: [stage('some', { when: plays(1) }), ...fans.stages] };
      const problemsOf = async (definition: LifecycleDefinition) => {
        const failed = await staging()
          .publishing.publish(definition, 0, release)
          .catch((error: unknown) => error);
        expect(failed).toMatchObject({ code: 'LIFECYCLE_DEFINITION_INVALID', kind: 'invalid' });
        const { problems } = (failed as { details: { problems: DefinitionProblem[] } }).details;
        expect(problems.every(({ message }) => /\p{Script=Han}/u.test(message.zh) && message.en !== '')).toBe(true);
        return problems.map(({ path }) => path);
      };
      expect(await problemsOf({ stages: 'none' } as unknown as LifecycleDefinition)).toContain('stages');
      expect(await problemsOf(reader('reader'))).toEqual(['stages.0.when']);
      expect(await problemsOf(reader('nobody'))).toEqual(['stages.0.when']);
      expect(await problemsOf(shadow)).toEqual(['stages.2.when']);
      await publish(reader('fans'), 0);
      await expect(staging().publishing.retire('fans', 'li')).rejects.toMatchObject({
        code: 'LIFECYCLE_IN_USE',
        details: { lifecycles: ['reader'] },
      });
      await staging().publishing.retire('reader', 'li');
    }, 60_000);

    it('takes what a preset reads from the library, and retires a lifecycle that nothing hears', async () => {
      const beauty = staging()
        .details.presets({})
        .find(({ definition: { key } }) => key === 'beauty')!;
      expect(beauty.needs).toEqual(['bt_trial_to_regular', 'bt_replenish']);
      await publish(beauty.definition, 0);
      expect((await staging().details.get('beauty')).words['loyal']!.en).toContain('Purchases in a year');
      await staging().publishing.retire('beauty', 'li');
      await test.platform.tagging.runs.idle();
      expect(await placeOf('u5', 'beauty')).toBeUndefined();
      await expect(staging().publishing.retire('nothing', 'li')).rejects.toMatchObject({ code: 'LIFECYCLE_ABSENT' });
    }, 60_000);
  }),
);
