import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AudienceDefinition, Rule } from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';

const DAY = 86_400_000;

describeStores('audiences', (open) =>
  // The inner suite's platform is closed before the outer one's database is dropped.
  describe('on a whole platform', () => {
    let test: TestPlatform;
    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url);
      await test.platform.columns.ensure(test.platform.definitions.tagList());
      await test.take(...Array.from({ length: 30 }, (_, i) => order(`u${i}`, 100 * (i + 1))));
      await test.platform.appender.drained();
    }, 60_000);
    afterAll(() => test.close());

    let events = 0;
    const order = (userId: string, total: number) => ({
      id: `e${events++}`,
      userId,
      event: 'Order Completed',
      properties: { total },
    });
    const room = () => test.platform.audienceRoom;
    const draft = (key: string, rule: Rule, rest: Partial<AudienceDefinition> = {}) => ({
      key,
      title: { zh: key, en: key },
      scenario: { zh: '测试', en: 'test' },
      kind: 'dynamic' as const,
      everyMinutes: 60,
      rule,
      ...rest,
    });
    const rich: Rule = { tag: 'spend_total', test: { op: 'gte', value: 2_501 } };
    const settled = async () => {
      await test.platform.tagging.runs.idle();
      await test.platform.appender.drained();
    };
    const deliveries = async () => {
      const rows = await test.platform.dataSource.query<{ profile_id: number; doc: string }[]>(
        'SELECT profile_id, doc FROM delivery ORDER BY created_at, profile_id',
      );
      return rows.map(({ doc }) => (JSON.parse(doc) as { cause: { hook: string } }).cause.hook);
    };
    const trigger = async (audience: string) => {
      const cause = { on: 'audience.entered' as const, audience };
      return test.platform.triggers.create({
        title: audience,
        cause,
        destinationId: 'd1',
        payload: {},
        isEnabled: true,
      });
    };

    it('shows what a rule gives while it is written', async () => {
      const { queries } = room();
      const preview = await queries.preview(
        { all: [rich, { not: { tag: 'orders_total', test: { op: 'gt', value: 5 } } }] },
        's',
      );
      expect(preview).toMatchObject({ people: 5, total: 30, parts: [5, 30] });
      expect(preview.words.zh).toContain('累计消费金额 至少 2501');
      expect(preview.sample).toHaveLength(5);
      expect(preview.stages.reduce((sum, { people }) => sum + people, 0)).toBe(5);
      const slow = queries.preview({ percent: 50 }, 's');
      const newer = queries.preview({ percent: 100 }, 's');
      await expect(slow).rejects.toMatchObject({ code: 'AUDIENCE_PREVIEW_REPLACED' });
      expect((await newer).people).toBe(30);
    });

    it('refuses rules that cannot be meant, by place', () => {
      const codes = (rule: unknown, key?: string) =>
        room()
          .audiences.check(rule, key)
          .problems.map(({ path }) => path);
      let deep: Rule = rich;
      for (let i = 0; i < 50; i++) deep = { not: deep };
      expect(codes(deep)).toEqual(['rule']);
      expect(codes({ tag: 'nowhere', test: { op: 'exists' } })).toEqual(['rule.tag']);
      expect(codes({ all: [rich, { stage: 'nowhere', test: { op: 'exists' } }] })).toEqual(['rule.all.1.stage']);
      expect(
        codes({
          behaviour: {
            kind: 'aggregate',
            event: { names: ['A'] },
            measure: 'count',
            window: { last: 36_500, unit: 'day' },
          },
          test: { op: 'gt', value: 1 },
        }),
      ).toEqual(['rule.behaviour.window.last']);
      expect(codes({ audience: 'nobody' })).toEqual(['rule.audience']);
      expect(codes({ tag: 'spend_total', test: { op: 'gt', value: '1; DROP TABLE profiles' } })).toEqual([
        'rule.test.value',
      ]);
      expect(codes({ unknown: 1 })).toEqual(['rule']);
    });

    it('keeps versions, names, circles and uses in order', async () => {
      const { audiences } = room();
      await audiences.save(draft('rich', rich), 0, 'li');
      await audiences.save(draft('not_rich', { not: { audience: 'rich' } }), 0, 'li');
      await expect(audiences.save(draft('rich', { audience: 'not_rich' }), 1, 'li')).rejects.toMatchObject({
        code: 'AUDIENCE_RULE_INVALID',
      });
      await expect(audiences.save(draft('rich', rich), 0, 'li')).rejects.toMatchObject({
        code: 'AUDIENCE_VERSION_CHANGED',
      });
      await expect(audiences.remove('rich')).rejects.toMatchObject({ code: 'AUDIENCE_IN_USE' });
      await expect(test.platform.tagging.releases.retire('spend_total', 'li')).rejects.toMatchObject({
        code: 'TAG_IN_USE',
      });
      expect(await room().queries.count({ audience: 'not_rich' })).toBe(25);
      expect((await audiences.get('rich')).uses.map(({ key }) => key)).toEqual(['not_rich']);
    });

    it('counts, grows, overlaps, keeps a static one as it was, and exports', async () => {
      const { audiences, counting, exporting, queries } = room();
      await audiences.save(draft('then', { audience: 'rich' }, { kind: 'static' }), 0, 'li');
      expect(await counting.count('then')).toMatchObject({ people: 5, entered: 5, left: 0 });
      await counting.count('rich');
      await counting.count('not_rich');
      await test.take(order('u0', 5_000));
      await test.platform.appender.drained();
      test.clock.now += 60_000;
      expect(await counting.count('rich')).toMatchObject({ people: 6, entered: 1, left: 0 });
      expect((await counting.runs('rich', 10)).map(({ people }) => people)).toEqual([6, 5]);
      expect(await queries.count({ audience: 'then' })).toBe(5);
      expect((await counting.overlap(['rich', 'then', 'not_rich'])).cells).toEqual([
        [6, 5, 1],
        [5, 5, 0],
        [1, 0, 25],
      ]);
      const lines: string[] = [];
      for await (const text of exporting.lines('rich', { columns: ['tag:spend_total', 'stage:main'], after: 0 }))
        lines.push(text);
      const rows = lines.join('').trimEnd().split('\r\n');
      expect(rows[0]).toBe('profile,last_seen_at,tag:spend_total,stage:main');
      expect(rows).toHaveLength(7);
      const rest: string[] = [];
      for await (const text of exporting.lines('rich', {
        columns: [],
        after: Number(rows[3]!.split(',')[0]!.slice(2)),
      }))
        rest.push(text);
      expect(
        rest
          .join('')
          .trimEnd()
          .split('\r\n')
          .map((row) => row.split(',')[0]),
      ).toEqual(rows.slice(4).map((row) => row.split(',')[0]));
    });

    it('refuses to export before the first byte, and gives identifiers masked or plain, times of the platform', async () => {
      const { audiences, counting, exporting } = room();
      await test.take({
        id: 'caller',
        userId: 'u29',
        context: { externalIds: [{ type: 'phone', id: '13912345678' }] },
      });
      await audiences.save(draft('fresh', rich), 0, 'li');
      const wish = { columns: ['identifier:phone', 'tag:spend_total', 'trait:name'], after: 0 };
      await expect(exporting.lines('fresh', wish).next()).rejects.toMatchObject({
        code: 'AUDIENCE_NOT_COUNTED',
        kind: 'conflict',
      });
      await expect(exporting.lines('fresh', { ...wish, columns: ['secret:x'] }).next()).rejects.toMatchObject({
        code: 'AUDIENCE_RULE_INVALID',
      });
      await counting.count('fresh');
      const read = async (more: object) => {
        let text = '';
        for await (const piece of exporting.lines('fresh', { ...wish, ...more })) text += piece;
        return text.split('\r\n');
      };
      const masked = await read({ language: 'zh' });
      expect(masked[0]).toBe('客户编号,最近出现,手机号,累计消费金额,name');
      const caller = (lines: string[]) =>
        lines
          .find((line) => line.includes('139'))
          ?.split(',')
          .slice(1, 4);
      expect(caller(masked)).toEqual([expect.stringMatching(/^2026-03-01 10:0\d:00$/), '139****78', '3000']);
      expect(caller(await read({ isPlain: true }))?.[1]).toBe("'+8613912345678");
    });

    it('tells at once who enters an audience that something hears, and nobody who belonged before', async () => {
      await trigger('rich');
      expect(room().keeping.isLive('rich')).toBe(true);
      await settled();
      expect(await deliveries()).toEqual([]);
      await test.take(order('u1', 5_000), order('u29', 1));
      expect(await deliveries()).toEqual(['audience.entered']);
      await test.take(order('u1', 1));
      expect(await deliveries()).toHaveLength(1);
    }, 30_000);

    it('keeps behaviour live too, counted from history, and lets people leave when time passes', async () => {
      const { audiences, keeping } = room();
      const often: Rule = {
        behaviour: {
          kind: 'aggregate',
          event: { names: ['Order Completed'] },
          measure: 'count',
          window: { last: 7, unit: 'day' },
        },
        test: { op: 'gte', value: 3 },
      };
      await audiences.save(draft('often', often), 0, 'li');
      await trigger('often');
      expect(keeping.isLive('often')).toBe(true);
      await settled();
      const before = (await deliveries()).length;
      await test.take(order('u2', 1));
      expect(await deliveries()).toHaveLength(before);
      await test.take(order('u2', 1));
      expect(await deliveries()).toHaveLength(before + 1);
      const inside = async () => {
        const rows = await test.platform.dataSource.query<{ doc: string }[]>(
          "SELECT doc FROM profile WHERE doc LIKE '%often%'",
        );
        return rows.filter(
          ({ doc }) => (JSON.parse(doc) as { audiences: Record<string, { isIn: boolean }> }).audiences['often']?.isIn,
        ).length;
      };
      await test.platform.appender.drained();
      expect(await inside()).toBe(2);
      expect(await room().queries.count({ audience: 'often' })).toBe(2);
      await test.pass(8 * DAY);
      expect(await inside()).toBe(0);
    }, 30_000);

    it('tells of the others at their pace, those who entered since the last count', async () => {
      const { audiences, counting, keeping } = room();
      await audiences.save(draft('best', { top: { tag: 'spend_total', count: 3 } }), 0, 'li');
      await trigger('best');
      expect(keeping.isLive('best')).toBe(false);
      await counting.count('best');
      const before = (await deliveries()).length;
      await test.take(order('u5', 99_000));
      await test.platform.appender.drained();
      test.clock.now += 3_600_000;
      await counting.countDue();
      const told = (await deliveries()).slice(before);
      expect(told.filter((hook) => hook === 'audience.entered')).not.toHaveLength(0);
      expect((await counting.runs('best', 1))[0]).toMatchObject({ people: 3, entered: 1, left: 1 });
    }, 30_000);

    it('says why somebody belongs or not', async () => {
      const [u0] = await test.platform.profiles.search('u0');
      const [u3] = await test.platform.profiles.search('u3');
      expect(await room().reasons.why('rich', u0!.id)).toMatchObject({ holds: true, value: 5_100 });
      expect(await room().reasons.why('not_rich', u3!.id)).toMatchObject({ holds: true, parts: [{ holds: false }] });
    });
  }),
);
