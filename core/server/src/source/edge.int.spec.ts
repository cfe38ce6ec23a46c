import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  defaultPolicy,
  encodeFrame,
  type PlatformError,
  type CarriedPolicy,
  type JsonObject,
  type LogHeader,
  type SourcePolicy,
} from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import type { Request } from 'express';
import { LogController } from '../ingest/http/log.controller.js';
import { Parity } from '../parity/index.js';
import type { Audit } from '../access/index.js';
import { SourcesController } from './http/sources.controller.js';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';

/** Reading writes no row. */
const audit = {} as Audit;

const FINDING = { code: 'PLAN_EVENT_UNKNOWN', event: 'X', path: '', found: '', expected: 'a planned event' } as const;

describeStores('what core keeps for the edge', (open) =>
  describe('on a whole platform', () => {
    let test: TestPlatform;
    let log: LogController;
    let position = 0;
    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url);
      const { ingest, logDoor, sources, edge, stores } = test.platform;
      log = new LogController(ingest, logDoor, sources, edge.settings, stores.watch);
      for (const [id, kind] of [
        ['web', 'web'],
        ['old', 'web'],
        ['pos', 'pos'],
      ] as const)
        await sources.create(id, kind, id);
    }, 60_000);
    afterAll(() => test.close());

    const settings = () => test.platform.edge.settings;
    const put = async (change: Partial<SourcePolicy>, id = 'web') => {
      const { revision } = await settings().get(id);
      return settings().save(id, { ...defaultPolicy('web'), ...change }, revision, 'li');
    };
    /** What a collector gets that knows the list of a tag. */
    const askKeys = async (known?: string) => {
      const got = { status: 200, tag: '' };
      const response = {
        setHeader: (_: string, tag: string) => void (got.tag = tag),
        status: (status: number) => void (got.status = status),
      };
      const answer = await log.keys({ header: () => known } as never, response as never);
      return { ...got, policies: answer?.policies ?? {} };
    };
    /** Frames as a collector sends them. */
    const deliver = async (frames: { header?: Partial<LogHeader>; items: JsonObject[] }[], at = position) => {
      const parts = frames.map(({ header, items }) => {
        const whole = { receivedAt: test.clock.now, sourceId: 'web', endpoint: 'batch', ...header };
        return encodeFrame(whole, new TextEncoder().encode(JSON.stringify({ batch: items })));
      });
      const body = Buffer.concat(parts);
      const headers: Record<string, string> = { 'x-log-id': 'log', 'x-log-from': String(at) };
      const answer = await log.append({ body, header: (name: string) => headers[name] } as unknown as Request);
      position = Math.max(position, answer.position);
    };
    const track = (userId: string, more: JsonObject = {}): JsonObject => ({
      type: 'track',
      event: 'Paid',
      userId,
      ...more,
    });
    const history = async (sql: string) => {
      await test.platform.appender.drained();
      return test.platform.warehouse.rows<Record<string, string>>(sql);
    };

    it('gives every source its settings, those of its kind at first, and carries them with the write keys', async () => {
      expect(await settings().get('web')).toEqual({ ...defaultPolicy('web'), revision: 0 });
      const before = (await askKeys()).policies;
      expect([before['web']!.isEnriched, before['pos']!.isEnriched]).toEqual([true, false]);
      const saved = await put({ origins: ['https://shop.example.com'], rate: { events: 10, burst: 20 } });
      expect(saved).toMatchObject({ revision: 1, updatedBy: 'li', updatedAt: test.clock.now });
      const after = (await askKeys()).policies['web'] as CarriedPolicy;
      expect(after).toMatchObject({
        revision: 1,
        origins: ['https://shop.example.com'],
        hashKey: before['web']!.hashKey,
      });
      expect(after.hashKey).not.toBe(before['pos']!.hashKey);
      expect(JSON.stringify(saved)).not.toContain(after.hashKey);
      const { tag } = await askKeys();
      expect(await askKeys(tag)).toEqual({ status: 304, tag, policies: {} });
      const { id } = await test.platform.sources.addKey('web');
      expect((await askKeys(tag)).status).toBe(200);
      await test.platform.sources.revokeKey('web', id);
      expect((await askKeys(tag)).status).toBe(304);
    });

    it('refuses what is no policy, place by place, and a change of what somebody else has changed', async () => {
      const wrong = {
        origins: ['*.example.com'],
        rate: { events: 10, burst: 1 },
        plan: {
          mode: 'block',
          events: [
            { name: 'A', properties: [{ path: 'a', pattern: '(?=a)b' }] },
            { name: 'A', properties: [] },
          ],
        },
        scrub: [
          { path: 'type', action: 'drop' },
          { pattern: 'phone', action: 'burn' },
        ],
      } as unknown as SourcePolicy;
      const problem = (await put(wrong).catch((error: unknown) => error)) as PlatformError & {
        details: { problems: { path: string }[] };
      };
      expect(problem.code).toBe('SOURCE_SETTINGS_INVALID');
      expect(problem.details.problems.map(({ path }) => path)).toEqual([
        'origins.0',
        'rate.burst',
        'plan.events.0.properties.0.pattern',
        'scrub.0.path',
        'scrub.1.action',
      ]);
      await expect(settings().save('web', defaultPolicy('web'), 0, 'wang')).rejects.toMatchObject({
        code: 'SOURCE_SETTINGS_CHANGED',
      });
      const { revision } = await settings().get('web');
      const atOnce = (bots: SourcePolicy['bots']) =>
        settings().save('web', { ...defaultPolicy('web'), bots }, revision, 'li');
      const both = await Promise.allSettled([atOnce('mark'), atOnce('drop')]);
      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      await expect(settings().get('nobody')).rejects.toMatchObject({ code: 'SOURCE_ABSENT' });
    });

    it('reports what was not as planned: by day, once however often a frame comes, without a number of a person', async () => {
      const plan = {
        revision: 1,
        findings: [
          { ...FINDING, count: 3 },
          { ...FINDING, event: 'Call 13912345678', count: 1 },
        ],
      };
      const frames = [{ header: { plan }, items: [track('f1', { messageId: 'f1' })] }];
      const from = position;
      await deliver(frames);
      await deliver(frames, from);
      test.clock.now += 86_400_000;
      await deliver([{ header: { plan }, items: [] }]);
      const found = await test.platform.edge.findings.list('web', 3);
      expect(found.map(({ event, count, days }) => [event, count, days])).toEqual([
        ['X', 6, [0, 3, 3]],
        ['Call #', 2, [0, 1, 1]],
      ]);
      expect(await test.platform.edge.findings.list('old', 3)).toEqual([]);
    });

    it('counts together what is too much to be kept apart', async () => {
      for (let n = 0; n < 12; n++) {
        const findings = Array.from({ length: 50 }, (_, i) => ({ ...FINDING, event: `Made ${n} ${i}`, count: 1 }));
        await deliver([{ header: { sourceId: 'pos', plan: { revision: 1, findings } }, items: [] }]);
      }
      const found = await test.platform.edge.findings.list('pos', 1);
      expect(found).toHaveLength(501);
      expect(found[0]).toMatchObject({ event: '*', count: 100 });
    });

    it('replays what a plan refused once the plan takes it, and not before', async () => {
      await put({
        plan: { mode: 'block', events: [{ name: 'Paid', properties: [{ path: 'total', isRequired: true }] }] },
      });
      const refused = [{ index: 0, code: 'PLAN_PROPERTY_MISSING', message: 'Paid: total is missing' }];
      await deliver([{ header: { refused }, items: [track('q1', { messageId: 'q1' })] }]);
      const [record] = await test.platform.quarantine.list('PLAN_PROPERTY_MISSING', 10);
      expect(await test.platform.quarantine.replay([record!.id])).toEqual({ applied: 0, refused: 1 });
      await put({ plan: { mode: 'observe', events: [] } });
      expect(await test.platform.quarantine.replay([record!.id])).toEqual({ applied: 1, refused: 0 });
      expect(await history("SELECT event_id FROM events WHERE event_id = 'q1'")).toHaveLength(1);
    });

    it('puts what the request told where the client did not say, for rules in the properties; no identifier goes along', async () => {
      const request = {
        browser: 'Chrome',
        browserVersion: '120.1',
        os: 'Android',
        device: 'mobile',
        country: 'CN',
        city: '上海',
        isBot: true as const,
      };
      const stated = {
        os: { name: 'HarmonyOS' },
        location: { city: '苏州', latitude: 31.3 },
        device: { id: 'dev-1', model: 'ALN' },
      };
      const plan = { revision: 1, findings: [], items: [{ index: 1, codes: ['PLAN_EVENT_UNKNOWN'] }] };
      await deliver([
        {
          header: { request, plan },
          items: [
            track('e1'),
            track('e2', { context: stated, properties: { $city: '我说的' } }),
            { type: 'identify', userId: 'e3' },
          ],
        },
      ]);
      const rows = await history(
        "SELECT properties, context FROM events WHERE seq > 0 AND position(context, 'userAgentData') > 0 ORDER BY seq",
      );
      const read = rows.map(
        ({ properties, context }) => [JSON.parse(properties!), JSON.parse(context!)] as JsonObject[],
      );
      const agent = { brands: [{ brand: 'Chrome', version: '120' }], mobile: true, platform: 'Android' };
      expect(read).toEqual([
        [
          { $os: 'Android', $device: 'mobile', $browser: 'Chrome', $country: 'CN', $city: '上海', $is_bot: true },
          {
            bot: true,
            os: { name: 'Android' },
            userAgentData: agent,
            device: { type: 'mobile' },
            location: { country: 'CN', city: '上海' },
          },
        ],
        [
          { $os: 'HarmonyOS', $device: 'mobile', $browser: 'Chrome', $country: 'CN', $city: '我说的', $is_bot: true },
          {
            bot: true,
            os: { name: 'HarmonyOS' },
            userAgentData: agent,
            plan: { codes: ['PLAN_EVENT_UNKNOWN'] },
            device: { type: 'mobile', model: 'ALN' },
            location: { country: 'CN', city: '苏州' },
          },
        ],
        [
          {},
          {
            bot: true,
            os: { name: 'Android' },
            userAgentData: agent,
            device: { type: 'mobile' },
            location: { country: 'CN', city: '上海' },
          },
        ],
      ]);
    });

    it('learns a plan from what arrived: kinds, what always comes, choices; nobody’s number is proposed as a value', async () => {
      const items = Array.from({ length: 60 }, (_, n) =>
        track(`l${n}`, {
          event: 'Learned',
          properties: {
            total: n % 2 ? n : n + 0.5,
            count: n,
            channel: ['app', '小程序'][n % 2]!,
            contact: ['13912345678', '13812345678'][n % 2]!,
            at: '2026-03-01T00:00:00Z',
            free: `text ${n}`,
            ...(n > 30 && { coupon: null }),
            $os: 'iOS',
          },
        }),
      );
      await deliver([{ header: { sourceId: 'pos' }, items }]);
      await test.platform.appender.drained();
      const { plan, events, looked } = await test.platform.edge.learning.learn('pos', 7);
      expect([events, looked]).toEqual([[{ name: 'Learned', count: 60 }], 60]);
      const properties = Object.fromEntries(plan.events[0]!.properties.map(({ path, ...rest }) => [path, rest]));
      expect(properties).toEqual({
        total: { type: 'number', isRequired: true },
        count: { type: 'integer', isRequired: true },
        channel: { type: 'text', isRequired: true, values: ['app', '小程序'] },
        contact: { type: 'text', isRequired: true },
        at: { type: 'instant', isRequired: true },
        free: { type: 'text', isRequired: true },
        coupon: {},
      });
      await expect(put({ plan: { ...plan, mode: 'block' } }, 'pos')).resolves.toMatchObject({
        plan: { mode: 'block' },
      });
    });

    it('compares two trackers by event and day, and a table of the old system with ours', async () => {
      const parity = new Parity(test.platform);
      const day = test.platform.zone.dateOf(test.clock.now);
      const send = (sourceId: string, items: JsonObject[]) => deliver([{ header: { sourceId }, items }]);
      await send(
        'old',
        ['a', 'b', 'c', 'a'].map((user) => track(user, { event: 'order_completed' })),
      );
      await send('old', [{ type: 'track', event: 'Only Old', anonymousId: 'a-visitor' }]);
      await send(
        'web',
        ['a', 'b', 'c'].map((user) => track(user, { event: 'Order Completed' })),
      );
      await test.platform.appender.drained();
      const ask = { oursId: 'web', from: day, to: day, threshold: 0.05 };
      const live = await parity.compare({ ...ask, old: { sourceId: 'old' } });
      expect(live.events).toMatchObject([
        {
          names: { old: 'order_completed', ours: 'Order Completed' },
          old: { events: 4, people: 3, users: 3 },
          ours: { events: 3, people: 3, users: 3 },
          difference: -0.25,
          isFlagged: true,
          days: [{ day }],
        },
      ]);
      expect(live.unpaired.old).toEqual([{ name: 'Only Old', count: 1 }]);
      const csv = `日期,事件,次数,访客\n${day.replaceAll('-', '/')},Order Completed,"3",2\n${day},,1,\n昨天,x,1,\n`;
      const table = await parity.compare({ ...ask, old: { csv } });
      expect(table.events).toMatchObject([
        { old: { events: 3 }, ours: { events: 3 }, difference: 0, isFlagged: false },
      ]);
      expect(table.events[0]!.days[0]!.old).toEqual({ events: 3, people: 2 });
      expect(table.refused.map(({ line }) => line)).toEqual([3, 4]);
      await expect(parity.compare({ ...ask, from: '2020-01-01', old: { csv } })).rejects.toMatchObject({
        code: 'PARITY_PERIOD_INVALID',
      });
      await expect(parity.compare({ ...ask, old: { csv: 'a,b\n1,2' } })).rejects.toMatchObject({
        code: 'PARITY_TABLE_INVALID',
      });
    });

    it('keeps the key of a page readable for administrators, and of a server only its hash', async () => {
      const { sources, dataSource, keyCare } = test.platform;
      const [open, closed] = [await sources.addKey('web'), await sources.addKey('pos')];
      const keysOf = async () => (await sources.listOpen()).flatMap(({ keys }) => keys);
      expect((await keysOf()).find(({ id }) => id === open.id)).toEqual(open);
      expect((await keysOf()).find(({ id }) => id === closed.id)).toEqual({ ...closed, key: undefined });
      expect((await sources.list()).flatMap(({ keys }) => keys).filter(({ key }) => key)).toEqual([]);
      expect(JSON.stringify(await dataSource.query('SELECT * FROM write_key'))).not.toContain(open.key);
      // A display key may go only when these are sealed anew as well.
      await keyCare.rotate();
      while (keyCare.view().isRunning) await new Promise((resolve) => setTimeout(resolve, 10));
      await keyCare.retire('k1');
      expect((await keysOf()).find(({ id }) => id === open.id)).toEqual(open);
      const asked = (role: 'viewer' | 'admin') =>
        new SourcesController(sources, test.platform.overviews, audit, { port: 1 }).list({
          name: 'li',
          role,
          mustChangePassword: false,
        });
      expect(JSON.stringify(await asked('admin'))).toContain(open.key);
      expect(JSON.stringify(await asked('viewer'))).not.toContain(open.key);
    });

    it('forgets settings and findings with their source', async () => {
      await test.platform.sources.remove('pos');
      await expect(settings().get('pos')).rejects.toMatchObject({ code: 'SOURCE_ABSENT' });
      expect(await test.platform.edge.findings.list('pos', 90)).toEqual([]);
      expect((await askKeys()).policies['pos']).toBeUndefined();
    });
  }),
);
