import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeStores } from '@perennial/testing';
import type { TagDefinition } from '@perennial/contract';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';
import { valuesQuery } from '../tag/index.js';

const DAY = 86_400_000;
const by = { by: 'li', note: 'test' };

const definition = (key: string, rest: Partial<TagDefinition>): TagDefinition => ({
  key,
  title: { zh: key, en: key },
  category: 'behaviour',
  valueType: 'number',
  computation: { kind: 'aggregate', event: { names: ['Song Played'] }, measure: 'count' },
  scenario: { zh: '测试', en: 'test' },
  owner: 'li',
  onUnmatched: 'empty',
  version: 1,
  ...rest,
});

describeStores('looking after tags', (open) =>
  // The inner suite's platform is closed before the outer one's database is dropped.
  describe('on a whole platform', () => {
    let test: TestPlatform;
    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url);
    }, 60_000);
    afterAll(() => test.close());

    let events = 0;
    const played = (userId: string, song = 'a', at = test.clock.now) => ({
      id: `e${events++}`,
      userId,
      at,
      event: 'Song Played',
      properties: { song, seconds: 10 },
    });
    const tagging = () => test.platform.tagging;
    const settled = () => tagging().runs.idle();
    const profileOf = async (userId: string) => (await test.platform.profiles.search(userId))[0]!.id;
    const valueOf = async (userId: string, tag: string) =>
      (await test.platform.profiles.get(await profileOf(userId))).tags.find(({ key }) => key === tag)?.value;
    /** Law 1 on the whole platform: what people hold is what the warehouse computes. */
    const expectOneAnswer = async (key: string) => {
      await test.platform.appender.drained();
      const { definitions, zone, warehouse } = test.platform;
      const { sql, params } = valuesQuery(definitions.program.tags, [key], test.clock.now, zone);
      const computed = await warehouse.rows<{ profile: number; v0: string }>(`${sql} ORDER BY profile`, params);
      const held = await warehouse.rows<{ profile: number; v0: string }>(
        'SELECT profile, tags[{key:String}] AS v0 FROM profiles FINAL WHERE is_deleted = 0 ORDER BY profile',
        { key },
      );
      expect(held).toEqual(computed);
    };

    it('publishes a tag: history is counted once, live events beside it, merges included', async () => {
      const past = Array.from({ length: 40 }, (_, i) => played(`u${i % 20}`, `s${i % 3}`, test.clock.now - 10 * DAY));
      await test.take(...past);
      const songs = definition('songs', {});
      expect(tagging().releases.check(songs)).toEqual([]);
      await test.platform.appender.drained();
      const preview = await tagging().releases.preview(songs);
      expect(preview).toMatchObject({ gained: 20, lost: 0, changed: 0, after: { people: 20 } });

      await tagging().releases.publish(songs, 0, by);
      await test.take(played('u0'), played('new'));
      await settled();
      expect(await valueOf('u0', 'songs')).toBe(3);
      expect(await valueOf('u5', 'songs')).toBe(2);
      expect(await valueOf('new', 'songs')).toBe(1);
      await expectOneAnswer('songs');
      expect(await tagging().runs.of('songs')).toMatchObject({ status: 'done', done: 20, total: 20, changed: 20 });
    }, 60_000);

    it('goes on with a run that was cut off, and counts nothing twice', async () => {
      const top = definition('top_song', {
        valueType: 'text',
        computation: { kind: 'aggregate', event: { names: ['Song Played'] }, measure: 'top', property: 'song' },
      });
      await tagging().releases.publish(top, 0, by);
      await tagging().runs.stop();
      await test.take(played('u0', 'live'), played('u0', 'live'), played('u0', 'live'), played('u0', 'live'));
      tagging().runs.next();
      await settled();
      expect(await valueOf('u0', 'top_song')).toBe('live');
      expect(await valueOf('u5', 'top_song')).toBe('s1');
      await expectOneAnswer('top_song');
    }, 60_000);

    it('a new version changes what it gives for everybody, and refuses whoever edits an older one', async () => {
      const loud = definition('songs', {
        computation: { kind: 'aggregate', event: { names: ['Song Played'] }, measure: 'sum', property: 'seconds' },
      });
      await expect(tagging().releases.publish(loud, 0, by)).rejects.toMatchObject({ code: 'TAG_VERSION_CHANGED' });
      await tagging().releases.publish(loud, 1, by);
      await settled();
      expect(await valueOf('u5', 'songs')).toBe(20);
      await expectOneAnswer('songs');
      const { versions } = await tagging().views.get('songs');
      expect(versions.map(({ version, by: who }) => [version, who])).toEqual([
        [2, 'li'],
        [1, 'li'],
      ]);
    }, 60_000);

    it('knows the distribution of every day, from the changes of each', async () => {
      await test.platform.appender.drained();
      const before = (await tagging().views.history('top_song', 3)).days.at(-1)!;
      test.clock.now += DAY;
      await test.take(...Array.from({ length: 4 }, () => played('u8', 'encore')));
      await test.platform.appender.drained();
      const { days, drift } = await tagging().views.history('top_song', 3);
      expect(days.at(-2)).toEqual(before);
      expect(days.at(-1)).toMatchObject({ changes: 1, people: before.people });
      expect(days.at(-1)!.values).toEqual({ ...before.values, s1: before.values!['s1']! - 1, encore: 1 });
      expect(days[0]).toMatchObject({ people: 0, values: {} });
      expect(drift).toBeUndefined();
      expect((await tagging().views.history('songs', 3)).days.at(-1)!.values).toBeUndefined();
    }, 60_000);

    it('takes definitions from the library with what they read, in one run', async () => {
      const { shelf } = tagging();
      expect(shelf.list().find(({ definition: { key } }) => key === 'bt_price_sensitivity')).toMatchObject({
        isPublished: false,
        needs: ['bt_coupon_share'],
      });
      await test.take({
        id: `e${events++}`,
        userId: 'u0',
        at: test.clock.now,
        event: 'Order Completed',
        properties: { total: 10 },
      });
      expect(await shelf.take(['bt_price_sensitivity', 'rt_basket_365d'], 'li')).toEqual([
        'bt_coupon_share',
        'bt_price_sensitivity',
        'rt_basket_365d',
      ]);
      await settled();
      expect(await valueOf('u0', 'bt_price_sensitivity')).toBe('low');
      await expectOneAnswer('rt_basket_365d');
      expect(await shelf.take(['rt_basket_365d'], 'li')).toEqual([]);
      expect(() => shelf.take(['nothing'], 'li')).toThrow(expect.objectContaining({ code: 'TAG_ABSENT' }));
    }, 60_000);

    it('refuses what is wrong, in words and by place, and publishes no half of it', async () => {
      const { scenario: _, ...aimless } = definition('aimless', {});
      await expect(tagging().releases.publish(aimless as TagDefinition, 0, by)).rejects.toMatchObject({
        code: 'TAG_SCENARIO_MISSING',
      });
      const problems = (rest: Partial<TagDefinition>) =>
        tagging()
          .releases.check(definition('wrong', rest))
          .map(({ path, code }) => `${path} ${code}`);
      const aggregate = { kind: 'aggregate' as const, event: { names: ['Song Played'] }, measure: 'count' as const };
      expect(problems({ computation: { ...aggregate, window: { last: 36_500, unit: 'day' } } })).toEqual([
        'computation.window.last DEFINITION_SHAPE_WRONG',
      ]);
      expect(problems({ valueType: 'boolean' })).toEqual(['valueType TAG_DEFINITION_INVALID']);
      expect(problems({ computation: { kind: 'formula', formula: { tag: 'wrong' } } })).toContain(
        'computation TAG_DEFINITION_CYCLE',
      );
      expect(problems({ computation: { kind: 'formula', formula: { tag: 'nowhere' } } })).toEqual([
        'computation.formula.tag TAG_DEFINITION_INPUT_ABSENT',
      ]);
      expect(
        problems({
          computation: {
            kind: 'tiers',
            tiers: [{ when: { tag: 'top_song', test: { op: 'gt', value: 3 } }, value: 1 }],
          },
        }),
      ).toEqual(['computation.tiers.0.when.test TAG_DEFINITION_INVALID']);
      expect(problems({ key: "x'; DROP TABLE events --" })).toEqual(['key DEFINITION_SHAPE_WRONG']);
      expect(test.platform.definitions.tagList().map(({ key }) => key)).not.toContain('wrong');
    });

    it('answers SQL in every text with what the words mean, and no more', async () => {
      await test.platform.appender.drained();
      const evil = "'); DROP TABLE events; --";
      const spiteful = definition('spiteful', {
        valueType: 'enum',
        computation: {
          kind: 'tiers',
          tiers: [
            {
              when: {
                behaviour: {
                  kind: 'aggregate',
                  event: {
                    names: ['Song Played', evil],
                    where: [
                      {
                        property: evil,
                        test: { op: 'in', values: [evil, ...Array.from({ length: 4_999 }, (_, i) => `v${i}`)] },
                      },
                    ],
                  },
                  measure: 'count',
                },
                test: { op: 'gt', value: 0 },
              },
              value: evil,
            },
          ],
          otherwise: 'none',
        },
      });
      expect(await tagging().releases.preview(spiteful)).toMatchObject({
        after: { values: [{ value: 'none', people: 21 }] },
      });
    }, 30_000);

    it('forgets a retired tag, and keeps one that something reads', async () => {
      await tagging().releases.publish(
        definition('double', {
          computation: { kind: 'formula', formula: { op: 'multiply', of: [{ tag: 'songs' }, { number: 2 }] } },
        }),
        0,
        by,
      );
      await settled();
      expect(await valueOf('u5', 'double')).toBe(40);
      await expect(tagging().releases.retire('songs', 'li')).rejects.toMatchObject({ code: 'TAG_IN_USE' });
      await tagging().releases.retire('double', 'li');
      await tagging().releases.retire('songs', 'li');
      await settled();
      expect(await valueOf('u5', 'songs')).toBeUndefined();
      await tagging().releases.publish(definition('songs', {}), 0, by);
      await settled();
      expect(await valueOf('u5', 'songs')).toBe(2);
      await expectOneAnswer('songs');
    }, 60_000);

    it('keeps a manual value until it expires, and says what cannot be set', async () => {
      await tagging().releases.publish(
        definition('vip', { valueType: 'boolean', computation: { kind: 'manual' } }),
        0,
        by,
      );
      await settled();
      const u5 = await profileOf('u5');
      const values = [
        { profile: u5, value: true, expiresAt: test.clock.now + DAY },
        { profile: 'p_999999', value: true },
        { profile: u5, value: 'maybe' },
      ];
      const answers = await tagging().values.set('vip', values, 'li');
      expect(answers.map(({ ok, code }) => code ?? ok)).toEqual([true, 'PROFILE_ABSENT', 'TAG_VALUE_INVALID']);
      expect(await valueOf('u5', 'vip')).toBe(true);
      await test.pass(DAY);
      expect(await valueOf('u5', 'vip')).toBeUndefined();
      await expect(tagging().values.set('songs', values, 'li')).rejects.toMatchObject({ code: 'TAG_NOT_MANUAL' });
    }, 30_000);

    it('says why somebody has a tag', async () => {
      const trace = await tagging().views.why('songs', await profileOf('u5'));
      expect(trace).toMatchObject({ value: 2, parts: [{ value: 2 }] });
      expect(trace.text.en).toBe('songs: number over Song Played ever');
    });
  }),
);
