import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IdentityRules, IdentityRun } from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIVING_PROFILE } from '../warehouse/index.js';
import { openTestPlatform, type TestEvent, type TestPlatform } from './fixture/platform.fixture.js';

const doing = { by: 'li', reason: 'seen at the counter' };

describeStores('looking after the graph', (open) =>
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
    const take = (...list: Omit<TestEvent, 'id'>[]) =>
      test.take(...list.map((event) => ({ id: `e${events++}`, ...event })));
    const order = (userId: string, total = 100) => ({ userId, event: 'Order Completed', properties: { total } });
    const member = (value: string) => test.hash('user_id', value);
    const phone = (value: string) => test.hash('phone', `+86${value}`);
    const steward = () => test.platform.steward;
    const holder = async (hash: string) => (await steward().identityViews.holders([hash])).get(hash)!;
    const state = async (hash: string) => {
      const id = await holder(hash);
      return (await test.platform.profiles.get(`p_${id}`)) as unknown as {
        id: string;
        events: number;
        tags: { key: string; value: unknown }[];
      };
    };
    const spent = async (hash: string) => (await state(hash)).tags.find(({ key }) => key === 'spend_total')?.value;
    const counted = async (hash: string) => {
      await test.platform.appender.drained();
      const sql = `SELECT count() AS n FROM events WHERE ${LIVING_PROFILE} = {id:UInt32}`;
      const [row] = await test.platform.warehouse.rows<{ n: number }>(sql, { id: await holder(hash) });
      return row!.n;
    };

    it("merges two people by an operator's word, follows old ids, and parts them again", async () => {
      await take(order('ma'), order('ma'), order('mb', 50));
      const [a, b] = [await holder(member('ma')), await holder(member('mb'))];
      await expect(steward().acts.merge(a, b, doing, false)).rejects.toMatchObject({ code: 'IDENTITY_LIMIT_BROKEN' });
      const { actId } = await steward().acts.merge(a, b, doing, true);
      expect(await holder(member('mb'))).toBe(a);
      expect([await spent(member('ma')), await counted(member('ma'))]).toEqual([250, 4]);
      expect(await test.platform.profiles.resolve(`p_${b}`)).toBe(a);

      await steward().acts.undo(actId, doing);
      expect([await spent(member('ma')), await spent(member('mb'))]).toEqual([200, 50]);
      expect(await test.platform.profiles.resolve(`p_${a}`)).toBe(await holder(member('ma')));
      expect(await test.platform.profiles.resolve(`p_${b}`)).toBe(await holder(member('mb')));
      expect((await counted(member('ma'))) + (await counted(member('mb')))).toBe(4);
      await take(order('ma', 1), order('mb', 2));
      expect([await spent(member('ma')), await spent(member('mb'))]).toEqual([201, 52]);
    }, 30_000);

    it('parts chosen identifiers for good: later evidence does not bring them together again unasked', async () => {
      await take({ ...order('mc', 10), context: { traits: { phone: '13911110001' } } });
      await take({
        context: { traits: { phone: '13911110001' } },
        anonymousId: 'v1',
        event: 'Order Completed',
        properties: { total: 7 },
      });
      expect(await spent(member('mc'))).toBe(17);
      const profile = await holder(member('mc'));
      const request = { identifiers: [phone('13911110001'), test.hash('anonymous_id', 'v1')] };
      const { plan } = await steward().acts.planSplit(profile, request);
      const preview = await steward().identityViews.preview(profile, plan);
      expect(
        preview.parts.map(({ identifiers, events: n }) => [identifiers.map(({ kind }) => kind).sort(), n]),
      ).toEqual([
        [['user_id'], 1],
        [['anonymous_id', 'phone'], 1],
      ]);
      await steward().acts.split(profile, request, doing);
      expect([await spent(member('mc')), await spent(phone('13911110001'))]).toEqual([10, 7]);
      await take({ ...order('mc', 5), context: { traits: { phone: '13911110001' } } });
      expect([await spent(member('mc')), await spent(phone('13911110001'))]).toEqual([15, 7]);
      const { edges, acts } = await steward().identityViews.profile(await holder(member('mc')));
      expect(edges).toContainEqual(expect.objectContaining({ outcome: 'refused', isCut: true }));
      expect(acts[0]).toMatchObject({ kind: 'split', by: 'li', canUndo: true });
    }, 30_000);

    it('takes a merge back that an event caused, by its evidence', async () => {
      await take({ anonymousId: 'u1', event: 'Order Completed', properties: { total: 1 } }, order('mz', 2));
      const visitor = test.hash('anonymous_id', 'u1');
      const dropped = Math.max(await holder(visitor), await holder(member('mz')));
      await take({ ...order('mz', 4), anonymousId: 'u1' });
      expect(await spent(member('mz'))).toBe(7);
      const { acts } = await steward().identityViews.profile(await holder(member('mz')));
      expect(acts[0]).toMatchObject({ id: `merge:${dropped}`, kind: 'merged', by: 'event', canUndo: true });
      await steward().acts.undo(acts[0]!.id, doing);
      expect([await spent(visitor), await spent(member('mz'))]).toEqual([1, 6]);
      await expect(steward().acts.undo('merge:999999', doing)).rejects.toMatchObject({ code: 'IDENTITY_ACT_ABSENT' });
    }, 30_000);

    it('settles conflicts: two people stay two, or become one in spite of the limit', async () => {
      const shared = (userId: string, number: string) => ({ ...order(userId), context: { traits: { phone: number } } });
      await take(
        shared('md', '13911110002'),
        shared('me', '13911110002'),
        shared('mf', '13911110003'),
        shared('mg', '13911110003'),
      );
      const open = await steward().conflicts.list('open', 10);
      const about = (number: string) => open.find(({ identifier }) => identifier.id === phone(number))!;
      expect(about('13911110002')).toMatchObject({
        limit: 'user_id',
        status: 'open',
        evidence: { rule: 'shared_event' },
      });
      expect(about('13911110002').profile.id).not.toBe(about('13911110002').other.id);

      const apart = await steward().conflicts.settle(about('13911110002').id, 'apart', doing);
      expect(apart).toMatchObject({ status: 'settled', settlement: { decision: 'apart', by: 'li' } });
      await take(shared('me', '13911110002'));
      expect(await holder(member('md'))).not.toBe(await holder(member('me')));

      await steward().conflicts.settle(about('13911110003').id, 'merge', doing);
      expect(await holder(member('mf'))).toBe(await holder(member('mg')));
      expect(await steward().conflicts.list('open', 10)).toEqual([]);
      await expect(steward().conflicts.settle('no.such', 'apart', doing)).rejects.toMatchObject({
        code: 'IDENTITY_CONFLICT_ABSENT',
      });
    }, 30_000);

    it('law 4: a value that was met with too many people is barred by itself, and whoever it joined is parted', async () => {
      const openid = (n: number) => ({
        externalIds: [{ type: 'wechat_openid', id: `o${n}`, namespace: 'wx1' }],
        traits: { phone: '13911110009' },
      });
      await take(...Array.from({ length: 7 }, (_, n) => ({ context: openid(n), anonymousId: `w${n}` })));
      const people = async () =>
        new Set(
          await Promise.all(Array.from({ length: 7 }, (_, n) => holder(test.hash('wechat_openid', `o${n}`, 'wx1')))),
        );
      expect((await people()).size).toBe(1);
      const preview = await steward().hubs.preview(phone('13911110009'));
      expect(preview.profiles[0]!.parts).toHaveLength(7);

      expect(await steward().hubs.look()).toBe(1);
      expect((await people()).size).toBe(7);
      const [hub] = await steward().hubs.list(true, 10);
      expect(hub!.view).toMatchObject({ people: 7, limit: 5, isBarred: true, by: 'people_per_value' });
      await take({ context: openid(0) }, { context: openid(1) });
      expect((await people()).size).toBe(7);
      await steward().acts.unbar(phone('13911110009'), doing);
      expect((await people()).size).toBe(1);
      await steward().acts.bar(phone('13911110009'), doing);
      expect((await people()).size).toBe(7);
    }, 60_000);

    const ended = async (run: IdentityRun): Promise<IdentityRun> => {
      for (;;) {
        const now = await steward().ruleRuns.get(run.id);
        if (now.status !== 'running') return now;
        await sleep(50);
      }
    };

    it('law 7: rules in force change nothing when they are tried; others show what they would do, and do it', async () => {
      const { rules } = await steward().ruleRuns.view([]);
      const same = await ended(await steward().ruleRuns.startTrial(rules, 'li'));
      expect(same).toMatchObject({ status: 'done', result: { merged: 0, parted: 0 } });
      expect(same.result!.peopleBefore).toBe(same.result!.peopleAfter);

      const withoutPhone: IdentityRules = {
        ...rules,
        kinds: rules.kinds.map((kind) => (kind.key.startsWith('phone') ? { ...kind, isOn: false } : kind)),
      };
      await take({ ...order('mh', 3), context: { traits: { phone: '13911110005' } } });
      await take({
        context: { traits: { phone: '13911110005' } },
        anonymousId: 'v5',
        event: 'Order Completed',
        properties: { total: 4 },
      });
      expect(await spent(member('mh'))).toBe(7);
      await expect(steward().ruleRuns.putInForce(withoutPhone, 'no phones', same.id, 'li')).rejects.toMatchObject({
        code: 'IDENTITY_TRIAL_NEEDED',
      });
      const trial = await ended(await steward().ruleRuns.startTrial(withoutPhone, 'li'));
      expect(trial.result!.parted).toBeGreaterThan(0);
      expect(trial.result!.peopleAfter).toBeGreaterThan(trial.result!.peopleBefore);
      const applied = await ended(await steward().ruleRuns.putInForce(withoutPhone, 'no phones', trial.id, 'li'));
      expect(applied).toMatchObject({ kind: 'apply', status: 'done' });
      expect([await spent(member('mh')), await spent(test.hash('anonymous_id', 'v5'))]).toEqual([3, 4]);
      const again = await ended(await steward().ruleRuns.startTrial(withoutPhone, 'li'));
      expect(again.result).toMatchObject({ merged: 0, parted: 0 });

      const back = await ended(await steward().ruleRuns.startTrial(rules, 'li'));
      await ended(await steward().ruleRuns.putInForce(rules, 'phones again', back.id, 'li'));
      expect(await spent(member('mh'))).toBe(7);
    }, 60_000);

    it('refuses rules that contradict themselves, with every reason', async () => {
      const { rules } = await steward().ruleRuns.view([]);
      const bad = { ...rules, kinds: rules.kinds.map((kind) => ({ ...kind, priority: 1, blocked: ['/(?=a)b/'] })) };
      await expect(steward().ruleRuns.startTrial(bad, 'li')).rejects.toMatchObject({
        code: 'IDENTITY_RULES_INVALID',
        message: expect.stringMatching(/look neither around nor back.*不能使用环视.*two kinds have priority 1/s),
      });
      const none = { ...rules, kinds: rules.kinds.map((kind) => ({ ...kind, isOn: false })) };
      await expect(steward().ruleRuns.startTrial(none, 'li')).rejects.toMatchObject({ message: 'no kind is on' });
    });

    it("says whose identifiers are, and why some are nobody's", async () => {
      const { results } = await steward().lookups.resolve([
        { kind: 'user_id', value: 'ma' },
        { kind: 'phone', value: '139 1111 0005' },
        { kind: 'phone_md5', value: '7945bd83237335e5376ff44d62e4f0ae' },
        { kind: 'user_id', value: 'null' },
        { kind: 'shoe_size', value: '42' },
        { kind: 'phone', value: '12' },
        { kind: 'phone', value: '13911110009' },
      ]);
      expect(results).toEqual([
        { profileId: `p_${await holder(member('ma'))}` },
        { profileId: `p_${await holder(phone('13911110005'))}` },
        {},
        { refused: 'nobody' },
        { refused: 'unknown_kind' },
        { refused: 'malformed' },
        { refused: 'barred' },
      ]);
    });

    it('counts how far One ID can be trusted', async () => {
      await test.platform.appender.drained();
      const quality = await steward().quality.read([{ id: 's1', title: 'Shop' }]);
      expect(quality.kinds.find(({ key }) => key === 'user_id')).toMatchObject({ largest: 2 });
      expect(quality.sources[0]).toMatchObject({ sourceId: 's1', title: 'Shop' });
      expect(quality.sources[0]!.identifiedShare).toBeGreaterThan(0.5);
      expect(quality).toMatchObject({ barred: 3, conflicts: { open: expect.any(Number) } });
      expect(quality.people).toBeGreaterThan(quality.identified - 1);
    });
  }),
);
