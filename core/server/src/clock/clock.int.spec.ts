import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeFrame } from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import { loadStates } from '../profile/store/profile.store.js';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';
import { DAY, HOUR } from '../time/zone.js';
import { COUNTS } from '../warehouse/index.js';
import { ServerClock } from './server-clock.js';

const JUMP = 400 * DAY;

describeStores('a server’s clock that jumps', (open) =>
  describe('on a whole platform', () => {
    let test: TestPlatform;
    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url);
    }, 60_000);
    afterAll(() => test.close());

    const buys = (userId: string, id = `o-${userId}`) => ({
      id,
      userId,
      event: 'Order Completed',
      properties: { total: 5 },
    });
    const stateOf = async (userId: string) => {
      const found = (await test.platform.profiles.search(userId))[0]!;
      const [number] = await test.platform.profiles.numbersOf(found.id);
      const states = await loadStates(test.platform.dataSource.manager, [number!]);
      const { id: _, revision: __, ...state } = [...states.values()][0]!;
      return state;
    };
    const stageOf = async (userId: string) => Object.values((await stateOf(userId)).places)[0]!.stage;
    const movesAhead = async () => {
      await test.platform.appender.drained();
      const sql = `SELECT count() AS n FROM transitions WHERE ${COUNTS} AND at > toDateTime64({now:Int64} / 1000, 3)`;
      const [row] = await test.platform.warehouse.rows<{ n: number }>(sql, { now: test.clock.now });
      return row!.n;
    };

    it('moves nobody and takes nothing by it until somebody agrees, and all is taken back exactly', async () => {
      const { clock, timers, logDoor, takingBack } = test.platform;
      const people = Array.from({ length: 6 }, (_, i) => `m${i}`);
      await test.take(...people.map((userId) => buys(userId)));
      await test.pass(HOUR);
      const before = await Promise.all(people.map(stateOf));

      test.clock.wrong = JUMP;
      await test.pass(30_000);
      expect(await Promise.all(people.map(stateOf))).toEqual(before);
      expect(clock.sentence).toMatch(/^this server's clock jumped ahead to 2027-04-05T03:00:30.000Z/);
      const frame = encodeFrame(
        { receivedAt: test.clock.now + JUMP, sourceId: 's1', endpoint: 'track' },
        new Uint8Array(),
      );
      await expect(logDoor.post({ logId: 'l', from: 0, after: 0, bytes: frame })).rejects.toMatchObject({
        code: 'CLOCK_HELD',
        kind: 'transient',
      });

      await clock.agree('li');
      await timers.runDue();
      expect(clock.sentence).toBeUndefined();
      expect(await Promise.all(people.map(stageOf))).toEqual(people.map(() => 'churn'));
      await test.take(buys('m0', 'while wrong'));
      expect(await movesAhead()).toBeGreaterThan(people.length);

      test.clock.wrong = 0;
      expect(clock.sentence).toMatch(/^this server's clock is behind/);
      await clock.agree('li');
      expect(await clock.view()).toMatchObject({ state: 'right', agreedAhead: test.clock.now + JUMP });
      await takingBack.start();
      await takingBack.idle();
      expect(takingBack.view()).toEqual({ isRunning: false, done: people.length, left: 0 });
      expect(await movesAhead()).toBe(0);
      expect(await Promise.all(people.slice(1).map(stateOf))).toEqual(before.slice(1));
      expect(await stateOf('m0')).toMatchObject({ events: 2, lastSeenAt: test.clock.now });
      expect((await clock.view()).agreedAhead).toBeUndefined();
      await expect(takingBack.start()).rejects.toMatchObject({ code: 'CLOCK_NOTHING_AHEAD' });
    }, 60_000);

    it('set back is told, time goes on from where it was, and it is right again by itself', async () => {
      const { clock } = test.platform;
      test.clock.wrong = -HOUR;
      test.clock.now += 1_000;
      expect(clock.now()).toBe(test.clock.now);
      expect(clock.sentence).toMatch(/clock is behind/);
      test.clock.wrong = 0;
      expect(clock.sentence).toBeUndefined();
      await expect(clock.agree('li')).rejects.toMatchObject({ code: 'CLOCK_RIGHT' });
    });

    it('of two cores each has its own guard; whoever’s clock says the same follows what was agreed', async () => {
      const { dataSource } = test.platform;
      const wrong = [0, 0, 0];
      const told: string[] = [];
      const cores = await Promise.all(
        wrong.map((_, i) => {
          const clocks = { wall: () => test.clock.now + wrong[i]!, monotonic: () => test.clock.now };
          return ServerClock.open(dataSource, clocks, (error) => void told.push(`${i}: ${(error as Error).message}`));
        }),
      );
      wrong[0] = wrong[1] = JUMP;
      wrong[2] = 30 * DAY;
      expect(cores.map(({ isAhead }) => isAhead)).toEqual([true, true, true]);
      for (const core of cores) core.start();
      await new Promise((resolve) => setTimeout(resolve, 200));
      const sentence = "this server's clock jumped ahead to 20";
      expect(
        told
          .filter((line) => line.includes(sentence))
          .map((line) => line[0])
          .toSorted((a, b) => a!.localeCompare(b!)),
      ).toEqual(['0', '1', '2']);
      await cores[0]!.agree('li');
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      expect(cores.map(({ isAhead }) => isAhead)).toEqual([false, false, true]);
      wrong.fill(0);
      for (const core of cores) await core.stop();
      await dataSource.query('DELETE FROM clock_jump');
      await dataSource.query('UPDATE server_time SET at = ?', [test.clock.now]);
    }, 20_000);

    it('is found at a start after which nobody can have been away for so long', async () => {
      test.clock.wrong = 0;
      await test.restart();
      test.clock.wrong = JUMP;
      const { dataSource } = test.platform;
      const clocks = { wall: () => test.clock.now + JUMP, monotonic: () => 5 };
      const clock = await ServerClock.open(dataSource, clocks, () => undefined);
      expect([clock.isAhead, clock.now()]).toEqual([true, test.clock.now]);
      test.clock.wrong = 0;
    }, 60_000);
  }),
);
