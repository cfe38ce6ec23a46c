import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  AssignmentClosed,
  AssignmentCreated,
  AssignmentHandedOver,
  AssignmentOverdue,
  AssignmentView,
  ConsultantView,
} from '@perennial/contract';
import { definePlugin, On } from '@perennial/kit';
import { describeStores } from '@perennial/testing';
import type { Principal } from '../access/index.js';
import { openDatabase, CORE_MIGRATIONS, CORE_TABLES } from '../database/index.js';
import { readPublicId } from '../profile/profile.id.js';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';
import type { RuleInput } from './assignment-rules.js';
import type { ConsultantInput } from './consultants.js';
import { ConsultantRoom } from './index.js';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const admin: Principal = { name: 'li', role: 'admin', userId: 'u_admin', mustChangePassword: false };
const RULE: RuleInput = {
  title: 'Booked',
  cause: { on: 'event.applied', event: 'Consultation Booked' },
  strategy: 'round-robin',
  fallback: 'anyone',
  slaMinutes: 30,
  maxHops: 1,
  withdraws: false,
  isEnabled: true,
};

const heard: object[] = [];
class Ears {
  @On('assignment.created') created(fact: AssignmentCreated) {
    heard.push({ hook: 'created', ...fact });
  }
  @On('assignment.handed-over') handedOver(fact: AssignmentHandedOver) {
    heard.push({ hook: 'handed-over', ...fact });
  }
  @On('assignment.overdue') overdue(fact: AssignmentOverdue) {
    heard.push({ hook: 'overdue', ...fact });
  }
  @On('assignment.closed') closed(fact: AssignmentClosed) {
    heard.push({ hook: 'closed', ...fact });
  }
}
class NoOptions {}
const ears = definePlugin({
  name: 'ears',
  version: '0.1.0',
  title: { zh: '耳', en: 'Ears' },
  requires: { core: '^0.1.0' },
  options: NoOptions,
  hooks: [Ears],
})();

describeStores('consultants', (open) =>
  describe('on a whole platform', () => {
    let test: TestPlatform;
    let url = '';
    beforeAll(async () => {
      const store = await open();
      url = store.url;
      await store.dataSource.destroy();
      test = await openTestPlatform(url, [ears]);
    }, 60_000);
    afterAll(() => test.close());

    const room = () => test.platform.consultantRoom;
    let events = 0;
    const book = (...users: string[]) =>
      test.take(...users.map((userId) => ({ id: `b${events++}`, userId, event: 'Consultation Booked' })));
    const viewed = (listed: { view: AssignmentView }[]) => listed.map(({ view }) => view);
    const all = async (filter = {}) =>
      viewed(await room().assignments.list({ view: 'all', ...filter }, 200, undefined, admin));
    const of = async (userId: string): Promise<AssignmentView> => {
      const { id } = (await test.platform.profiles.search(userId))[0]!;
      return (await room().assignments.ofProfile(readPublicId(id)!, admin))[0]!;
    };
    const kinds = async (id: number) => (await room().assignments.get(id, admin)).acts.map(({ kind }) => kind);
    const hire = (name: string, more: Partial<ConsultantInput> = {}) =>
      room().consultants.create({ name, shop: '', capacity: 50, isOnDuty: true, ...more }, admin);
    const pass = async (ms: number) => {
      await test.pass(ms);
      await room().desk.run();
    };
    /** A clean room for each test. */
    const anew = async (rule: Partial<RuleInput> = {}, ...crew: Partial<ConsultantInput>[]) => {
      for (const one of await room().rules.list()) await room().rules.remove(one.id, 'test');
      for (const table of ['consultant', 'assignment', 'assignment_act', 'assignment_turn'])
        await test.platform.dataSource.query(`DELETE FROM ${table}`);
      const made = await room().rules.create({ ...RULE, ...rule });
      const people: ConsultantView[] = [];
      for (const [n, one] of crew.entries()) {
        test.clock.now += 1;
        people.push(await hire(`C${n + 1}`, one));
      }
      return { rule: made, people };
    };

    it('plans one open assignment per person and rule, whatever is repeated', async () => {
      await anew();
      const batch = ['ann', 'bob', 'ann'].map((userId, n) => ({ id: `rep${n}`, userId, event: 'Consultation Booked' }));
      await test.take(...batch);
      await test.take(...batch);
      await book('ann');
      const list = await all();
      expect(list.map(({ status }) => status)).toEqual(['waiting', 'waiting']);
      expect(list[0]).toMatchObject({ ruleTitle: 'Booked', cause: { hook: 'event.applied' } });
      await room().acts.close((await of('ann')).id, admin, { result: 'invalid', note: 'wrong number' });
      await book('ann');
      expect(await all()).toHaveLength(2);
      expect(await all({ status: 'closed' })).toMatchObject([{ result: 'invalid', note: 'wrong number' }]);
    }, 60_000);

    it('gives out in the order of coming as soon as somebody has room, and loses nobody', async () => {
      const { people } = await anew({}, { capacity: 2 });
      await book('q1', 'q2', 'q3', 'q4');
      await room().desk.run();
      expect((await all()).map(({ status }) => status)).toEqual(['open', 'open', 'waiting', 'waiting']);
      expect((await all({ status: 'open' })).map(({ id }) => id)).toEqual([(await of('q1')).id, (await of('q2')).id]);
      await room().acts.close((await of('q1')).id, admin, { result: 'lost' });
      await room().desk.run();
      expect((await of('q3')).status).toBe('open');
      await room().consultants.update(people[0]!.id, { isOnDuty: false, capacity: 9 }, admin);
      await room().desk.run();
      expect((await of('q4')).status).toBe('waiting');
      await room().consultants.update(people[0]!.id, { isOnDuty: true }, admin);
      await room().desk.run();
      expect((await of('q4')).status).toBe('open');
    }, 60_000);

    it('a full shop that is waited for holds up nobody else', async () => {
      await anew(
        { strategy: 'by-shop', shopFrom: { trait: 'shop' }, fallback: 'wait' },
        { shop: 's1', capacity: 0 },
        { shop: 's2' },
      );
      const traits = (shop: string) => ({ type: 'identify' as const, traits: { shop } });
      await test.take(
        ...['s1', 's1', 's2', 's9'].map((shop, n) => ({ id: `sh${n}`, userId: `shop${n}`, ...traits(shop) })),
      );
      await book('shop0', 'shop1', 'shop2', 'shop3');
      await room().desk.run();
      const found = await Promise.all(['shop0', 'shop1', 'shop2', 'shop3'].map(of));
      expect(found.map(({ shop, status }) => [shop, status])).toEqual([
        ['s1', 'waiting'],
        ['s1', 'waiting'],
        ['s2', 'open'],
        ['s9', 'open'],
      ]);
    }, 60_000);

    it('hands over what is overdue, by the virtual clock over days, and escalates after the last hop', async () => {
      const { people } = await anew({ maxHops: 2 }, {}, {}, {});
      await book('sla');
      await room().desk.run();
      const { id, dueAt } = await of('sla');
      expect(dueAt).toBe(test.clock.now + 30 * MINUTE);
      await pass(30 * MINUTE - 1);
      expect((await of('sla')).hops).toBe(0);
      await pass(1);
      expect(await of('sla')).toMatchObject({ hops: 1, consultantId: people[1]!.id });
      // Down for two days: one hand-over when it is back, and the next has all of the time.
      await pass(2 * DAY);
      expect(await of('sla')).toMatchObject({ hops: 2, consultantId: people[2]!.id, isOverdue: false });
      await pass(DAY);
      expect(await of('sla')).toMatchObject({ hops: 2, isOverdue: true, escalatedAt: test.clock.now });
      await pass(DAY);
      expect(await kinds(id)).toEqual([
        'created',
        'given',
        'overdue',
        'handed-over',
        'overdue',
        'handed-over',
        'overdue',
        'escalated',
      ]);
    }, 60_000);

    it('contact in time stops the clock; nobody else with room means escalation at once', async () => {
      await anew({}, { capacity: 2 });
      await book('calm', 'late');
      await room().desk.run();
      await room().acts.contact((await of('calm')).id, admin, 'by phone');
      await pass(31 * MINUTE);
      expect(await of('calm')).toMatchObject({ status: 'contacted', isOverdue: false });
      expect(await of('late')).toMatchObject({ status: 'open', isOverdue: true, hops: 0 });
      expect((await of('late')).escalatedAt).toBeDefined();
    }, 60_000);

    it('by the real clock, a first contact that is due is handed over within two seconds', async () => {
      await anew({ slaMinutes: 1 }, {}, {});
      await book('real');
      await room().desk.run();
      const { id, dueAt } = await of('real');
      const [start, from] = [Date.now(), test.clock.now];
      const clock = setInterval(() => (test.clock.now = from + 59_700 + (Date.now() - start)), 20);
      room().desk.start();
      let late = Infinity;
      while (Date.now() - start < 8_000 && late === Infinity) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        const { acts } = await room().assignments.get(id, admin);
        const act = acts.find(({ kind }) => kind === 'handed-over');
        if (act) late = act.at - dueAt!;
      }
      clearInterval(clock);
      await room().desk.stop();
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(2_000);
    }, 60_000);

    it('is fair, and never above capacity, with several core processes at once', async () => {
      await anew({}, { capacity: 40 }, { capacity: 40 }, { capacity: 40 }, { capacity: 10 });
      const others = await Promise.all(
        [1, 2].map(() => openDatabase({ url, tables: CORE_TABLES, migrations: CORE_MIGRATIONS })),
      );
      const { outbox, triggers, zone, now } = test.platform;
      const crowd = others.map(
        (dataSource) =>
          new ConsultantRoom({
            dataSource,
            zone,
            now,
            outbox,
            triggers,
            namable: () => ({ tags: new Map(), lifecycles: [], audiences: new Map() }),
            ingestTools: () => Promise.reject(new Error('no ingest here')) as never,
            afterCommit: () => undefined,
            onError: (error) => {
              throw error;
            },
          }),
      );
      triggers.alsoHearing = () => room().rules.hearers();
      for (let wave = 0; wave < 5; wave++) {
        await book(...Array.from({ length: 21 }, (_, n) => `many${wave}-${n}`));
        await Promise.all([room(), ...crowd].map((one) => one.desk.run()));
      }
      const loads = (await room().consultants.list(admin)).map(({ load }) => load);
      expect(loads[3]).toBe(10);
      expect(loads.reduce((sum, load) => sum + load)).toBe(105);
      const [least, most] = [Math.min(...loads.slice(0, 3)), Math.max(...loads.slice(0, 3))];
      expect(most - least).toBeLessThanOrEqual(1);
      const given = await test.platform.dataSource.query<{ n: number | string }[]>(
        "SELECT COUNT(*) AS n FROM assignment_act WHERE kind = 'given'",
      );
      expect(Number(given[0]!.n)).toBe(105);
      for (const dataSource of others) await dataSource.destroy();
    }, 60_000);

    it('two open ones become one when their people merge, and a split follows the evidence', async () => {
      await anew({}, { capacity: 1 });
      await test.take({ id: 'm1', anonymousId: 'phone-a', event: 'Consultation Booked' });
      await room().desk.run();
      await test.take({ id: 'm2', userId: 'merge-b', event: 'Consultation Booked' });
      const [older, younger] = (await all()).toSorted((a, b) => a.id - b.id);
      expect([older!.status, younger!.status]).toEqual(['open', 'waiting']);
      await test.take({ id: 'm3', anonymousId: 'phone-a', userId: 'merge-b', type: 'identify', traits: {} });
      const whole = (await of('merge-b')).profileId;
      const after = [...(await all()), ...(await all({ status: 'closed' }))];
      expect(after.map(({ id, status, result, profileId }) => [id, status, result, profileId])).toEqual([
        [older!.id, 'open', undefined, whole],
        [younger!.id, 'closed', 'merged', whole],
      ]);
      expect((await kinds(younger!.id)).slice(-2).toSorted()).toEqual(
        younger!.profileId === whole ? ['created', 'merged'] : ['merged', 'moved'],
      );
      await test.platform.appender.drained();
      const hash = test.hash('anonymous_id', 'phone-a');
      await test.platform.steward.acts.split(readPublicId(whole)!, { identifiers: [hash] }, { by: 'li', reason: 'x' });
      const { id: home } = (await test.platform.profiles.search('merge-b'))[0]!;
      expect((await room().assignments.get(younger!.id, admin)).profileId).toBe(home);
      expect((await room().assignments.get(older!.id, admin)).profileId).not.toBe(home);
    }, 60_000);

    it('leaving withdraws where the rule says so, unless somebody is talking already', async () => {
      await anew(
        { cause: { on: 'stage.moved', lifecycle: 'default', to: 'potential' }, withdraws: true },
        { capacity: 1 },
      );
      await test.take(...['go1', 'go2'].map((userId) => ({ id: userId, userId, event: 'Page Viewed' })));
      await room().desk.run();
      await room().acts.contact((await of('go1')).id, admin, undefined);
      const order = { event: 'Order Completed', properties: { order_id: 'o', total: 9, products: [] } };
      await test.take(...['go1', 'go2'].map((userId) => ({ id: `o-${userId}`, userId, ...order })));
      expect(await of('go1')).toMatchObject({ status: 'contacted' });
      expect(await of('go2')).toMatchObject({ status: 'closed', result: 'withdrawn' });
    }, 60_000);

    it('what consultants do is written into the person’s history, where tags and stages may read it', async () => {
      const { rule } = await anew({}, { shop: 's1' });
      await book('fed');
      await room().desk.run();
      const { id, profileId } = await of('fed');
      const before = await test.platform.profiles.get(profileId);
      test.clock.now += MINUTE;
      await room().acts.contact(id, admin, undefined);
      await room().acts.close(id, admin, { result: 'won', amount: 880.5, note: 'paid a deposit' });
      await room().acts.reopen(id, admin, 'mistake');
      expect(await of('fed')).toMatchObject({ status: 'contacted' });
      await test.platform.appender.drained();
      const rows = await test.platform.warehouse.rows<{ name: string; source_id: string; properties: string }>(
        'SELECT name, source_id, properties FROM events WHERE profile = {n:UInt32} ORDER BY seq',
        { n: readPublicId(profileId)! },
      );
      expect(rows.map(({ name }) => name)).toEqual([
        'Consultation Booked',
        'Consultant Contacted',
        'Consultation Closed',
        'Consultation Reopened',
      ]);
      expect(rows[2]!.source_id).toBe('consultant');
      expect(JSON.parse(rows[2]!.properties)).toMatchObject({
        result: 'won',
        amount: 880.5,
        consultant: 'C1',
        shop: 's1',
        ruleId: rule.id,
      });
      expect(rows[2]!.properties).not.toContain('deposit');
      // It is no act of hers.
      const after = await test.platform.profiles.get(profileId);
      expect([after.events, after.lastSeenAt]).toEqual([4, before.lastSeenAt]);
    }, 60_000);

    it('acts belong to whoever has it; what cannot be done says what to do', async () => {
      await test.platform.dataSource.query(
        "INSERT INTO operator (id, name, role, password, must_change, created_at) VALUES ('u_x', 'x', 'viewer', '', 0, 0)",
      );
      const { people } = await anew({}, { isOnDuty: false, userId: 'u_x', capacity: 1 }, { capacity: 2 });
      const viewer: Principal = { name: 'x', role: 'viewer', userId: 'u_x', mustChangePassword: false };
      const nobody: Principal = { ...viewer, userId: 'u_nobody' };
      await book('own1', 'own2', 'own3');
      await room().desk.run();
      const [one, two, three] = [(await of('own1')).id, (await of('own2')).id, (await of('own3')).id];
      await expect(room().acts.contact(one, viewer, undefined)).rejects.toMatchObject({
        code: 'CONSULTANT_ASSIGNMENT_NOT_YOURS',
        kind: 'denied',
      });
      await expect(room().acts.take(three, nobody)).rejects.toMatchObject({ code: 'CONSULTANT_NOT_ONE' });
      await expect(room().acts.take(one, viewer)).rejects.toMatchObject({
        code: 'CONSULTANT_ASSIGNMENT_STATUS_WRONG',
      });
      await room().acts.take(three, viewer);
      expect(viewed(await room().assignments.list({ view: 'mine' }, 9, undefined, viewer))).toMatchObject([
        { id: three },
      ]);
      await expect(room().acts.handOver(one, admin, people[0]!.id, '')).rejects.toMatchObject({
        code: 'CONSULTANT_FULL',
      });
      await room().acts.handOver(two, admin, 'queue', 'on leave');
      await room().acts.close(three, viewer, { result: 'lost' });
      await expect(room().acts.close(three, viewer, { result: 'lost' })).rejects.toMatchObject({ kind: 'conflict' });
      await book('own3');
      await expect(room().acts.reopen(three, viewer, '')).rejects.toMatchObject({
        code: 'CONSULTANT_ASSIGNMENT_OPEN_ELSEWHERE',
      });
      await expect(room().consultants.remove(people[1]!.id, undefined, 'li')).rejects.toMatchObject({
        code: 'CONSULTANT_HOLDS_ASSIGNMENTS',
        details: { open: 1 },
      });
      await room().consultants.remove(people[1]!.id, 'queue', 'li');
      expect(await of('own1')).toMatchObject({ status: 'waiting' });
      await expect(room().acts.take(999_999, viewer)).rejects.toMatchObject({ kind: 'absent' });
    }, 60_000);

    it('refuses a rule that names what is not there, and keeps what it names', async () => {
      await anew();
      const bad = { ...RULE, cause: { on: 'stage.moved' as const, lifecycle: 'default', to: 'nowhere' } };
      await expect(room().rules.create(bad)).rejects.toMatchObject({
        code: 'CONSULTANT_RULE_INVALID',
        details: { problems: [{ path: 'cause.to' }] },
      });
      await expect(room().rules.create({ ...RULE, strategy: 'by-shop' })).rejects.toThrow(/tag or trait/);
      await expect(room().rules.create({ ...RULE, withdraws: true })).rejects.toThrow(/cannot be left/);
      const when = { tag: 'spend_total', test: { op: 'gte' as const, value: 1 } };
      await room().rules.create({ ...RULE, title: 'Rich', when });
      const uses = await test.platform.tagging.uses.of('spend_total');
      expect(uses.map(({ title }) => title.en)).toContain('Rich');
    }, 60_000);

    it('keeps the audience of a rule live, and assigns whoever enters it', async () => {
      const rule = { tag: 'orders_total', test: { op: 'gte' as const, value: 2 } };
      const definition = {
        key: 'hot',
        title: { zh: '热', en: 'Hot' },
        scenario: { zh: '跟进', en: 'Follow up' },
        kind: 'dynamic' as const,
        everyMinutes: 60,
        rule: { all: [rule] },
      };
      await test.platform.audienceRoom.audiences.save(definition, 0, 'li');
      await anew({ cause: { on: 'audience.entered', audience: 'hot' }, withdraws: true }, {});
      await test.platform.tagging.runs.idle();
      const order = (n: number) => ({
        id: `hot${n}`,
        userId: 'hot-one',
        event: 'Order Completed',
        properties: { order_id: `o${n}`, total: 9, products: [] },
      });
      await test.take(order(1));
      await test.take(order(2));
      await room().desk.run();
      expect(await of('hot-one')).toMatchObject({ status: 'open' });
    }, 60_000);

    it('tells plugins of every step, each once', async () => {
      heard.length = 0;
      const { people } = await anew({ maxHops: 0 }, {});
      await test.platform.outbox.deliverDue();
      heard.length = 0;
      await book('told');
      await room().desk.run();
      await pass(31 * MINUTE);
      await room().acts.close((await of('told')).id, admin, { result: 'won', amount: 5 });
      await test.platform.outbox.deliverDue();
      const to = { id: people[0]!.id, name: 'C1' };
      expect(heard).toMatchObject([
        { hook: 'created', ruleTitle: 'Booked' },
        { hook: 'handed-over', why: 'given', to },
        { hook: 'overdue', isEscalated: true, consultant: to },
        { hook: 'closed', result: 'won', amount: 5, consultant: to },
      ]);
    }, 60_000);
  }),
);
