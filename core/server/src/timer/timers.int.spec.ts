import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeStores } from '@perennial/testing';
import { insertRows } from '../database/index.js';
import type { Move } from '../lifecycle/index.js';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';
import { DAY, HOUR } from '../time/zone.js';

const QUIET = [45, 90, 180] as const;
const PLACES = ['churn/at_risk', 'churn/dormant', 'churn/lost'];

describeStores('time moves people', (open) =>
  describe('on a whole platform', () => {
    let test: TestPlatform;
    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url);
    }, 60_000);
    afterAll(() => test.close());

    let n = 0;
    const buys = (userId: string, at: number) => ({
      id: `o${n++}`,
      userId,
      at,
      event: 'Order Completed',
      properties: { total: 5 },
    });
    const movesOf = async (userId: string) => {
      await test.platform.appender.drained();
      const { id } = (await test.platform.profiles.search(userId))[0]!;
      return (await test.platform.profiles.moves(id)).map(({ to, at, reason }) => [to, at, reason.cause]);
    };
    const byTime = (bought: number) => QUIET.map((days, i) => [PLACES[i], bought + days * DAY, 'time']);

    it('law 2: at the instant due, over months, each at her own, and never before', async () => {
      const start = test.clock.now;
      await test.take(...Array.from({ length: 20 }, (_, i) => buys(`m${i}`, start - i * HOUR)));
      for (let day = 0; day < 45; day += 5) await test.pass(5 * DAY - 1);
      expect((await movesOf('m0')).length).toBe(1);
      for (let day = 0; day < 160; day += 7) await test.pass(7 * DAY);
      for (const i of [0, 7, 19])
        expect(await movesOf(`m${i}`)).toEqual([['new', start - i * HOUR, 'event'], ...byTime(start - i * HOUR)]);
    }, 60_000);

    it('law 2: what fell due while core was down is done at the start, in order, each at its own instant', async () => {
      const start = test.clock.now;
      await test.take(buys('down', start));
      await test.platform.timers.stop();
      test.clock.now += 400 * DAY;
      await test.restart();
      await test.platform.timers.runDue();
      expect(await movesOf('down')).toEqual([['new', start, 'event'], ...byTime(start)]);
    }, 60_000);

    it('a clock that is set back takes no move back, makes none twice, and finds everybody when it comes round', async () => {
      const start = test.clock.now;
      await test.take(buys('back', start));
      await test.pass(50 * DAY);
      test.clock.now -= 40 * DAY;
      await test.platform.timers.runDue();
      await test.take(buys('meanwhile', test.clock.now));
      const bought = test.clock.now;
      expect(await movesOf('back')).toEqual([['new', start, 'event'], byTime(start)[0]]);
      await test.pass(200 * DAY);
      expect(await movesOf('back')).toEqual([['new', start, 'event'], ...byTime(start)]);
      expect(await movesOf('meanwhile')).toEqual([['new', bought, 'event'], ...byTime(bought)]);
    }, 60_000);

    it('a clock that is set forward moves whoever is due by then, at the instants due', async () => {
      const start = test.clock.now;
      await test.take(buys('forward', start));
      await test.pass(3_000 * DAY);
      expect(await movesOf('forward')).toEqual([['new', start, 'event'], ...byTime(start)]);
    }, 60_000);

    it('a crowd that is due at once holds up neither events nor anything else', async () => {
      const { dataSource, timers } = test.platform;
      await test.take(buys('first', test.clock.now));
      const [model] = await dataSource.query<{ id: number; due_at: number; doc: string }[]>(
        'SELECT id, due_at, doc FROM profile ORDER BY id DESC LIMIT 1',
      );
      const crowd = Array.from({ length: 4_000 }, (_, i) => 100_000 + i);
      const { id, due_at, doc } = model!;
      const rows = crowd.map((n) => [n, 0, due_at, doc.replace(`"id":${id},`, `"id":${n},`)]);
      await insertRows(dataSource.manager, 'profile', ['id', 'last_seen_at', 'due_at', 'doc'], rows);
      test.clock.now = due_at;
      const order: string[] = [];
      const working = timers.runDue().then((people) => order.push(`${people > 4_000 ? 'all' : 'some'} moved`));
      for (let i = 0; i < 3; i++) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await test.take(buys(`live${i}`, test.clock.now));
        order.push('taken');
      }
      await working;
      expect(order).toEqual(['taken', 'taken', 'taken', 'all moved']);
    }, 60_000);

    it('stops after the turn that it has taken, and goes on later', async () => {
      const { dataSource, timers } = test.platform;
      const dueNow = async () => {
        const sql = 'SELECT COUNT(*) AS people FROM profile WHERE due_at <= ?';
        const [{ people }] = await dataSource.query<[{ people: number }]>(sql, [test.clock.now]);
        return people;
      };
      test.clock.now += 45 * DAY;
      const crowd = await dueNow();
      timers.start();
      await timers.stop();
      expect(await dueNow()).toBeGreaterThan(crowd / 2);
      await timers.runDue();
      expect(await dueNow()).toBe(0);
    }, 60_000);

    it('law 2: by the real clock, within two seconds', async () => {
      const { live, timers } = test.platform;
      const late: number[] = [];
      const publish = live.publish.bind(live);
      live.publish = (outcome) => {
        for (const { change } of outcome.moves) if (isByTime(change)) late.push(Date.now() - change.at);
        publish(outcome);
      };
      Object.defineProperty(test.clock, 'now', { get: () => Date.now() });
      const due = Date.now() + 500;
      await test.take(...Array.from({ length: 40 }, (_, i) => buys(`real${i}`, due + i * 50 - 45 * DAY)));
      timers.start();
      await new Promise((resolve) => setTimeout(resolve, 500 + 40 * 50 + 2_000));
      await timers.stop();
      expect(late).toHaveLength(40);
      expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...late)).toBeLessThan(2_000);
    }, 60_000);
  }),
);

const isByTime = ({ to, reason }: Move): boolean => to.stage === 'churn' && reason.cause === 'time';
