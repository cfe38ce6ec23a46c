import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestPlatform, type TestPlatform } from './fixture/platform.fixture.js';

const doing = { by: 'li', reason: 'test' };

describe('history while people are parted and merges are folded in', () => {
  let test: TestPlatform;
  beforeAll(async () => {
    test = await openTestPlatform();
  }, 60_000);
  afterAll(() => test.close());

  const rows = <T>(sql: string) => test.platform.warehouse.rows<T>(sql);
  const total = async () => (await rows<{ n: number }>('SELECT count() AS n FROM person_events'))[0]!.n;
  const perPerson = async () =>
    (await rows<{ n: number }>('SELECT count() AS n FROM person_events GROUP BY profile ORDER BY n, profile')).map(
      ({ n }) => n,
    );
  const order = (n: number, year: number, more: object) => ({
    id: `f${n}`,
    event: 'Order Completed',
    properties: { total: n },
    at: Date.UTC(year, 3, 1) + n * 1000,
    ...more,
  });

  /** Asks again and again while `work` runs; gives every answer that it got. */
  async function answersDuring(work: () => Promise<unknown>): Promise<Set<number>> {
    const answers = new Set<number>();
    const over = new AbortController();
    const asking = Promise.all(
      [0, 1].map(async () => {
        while (!over.signal.aborted) answers.add(await total());
      }),
    );
    await work();
    await sleep(300);
    over.abort();
    await asking;
    return answers;
  }

  it('is counted whole and once at every moment', async () => {
    const people = 12;
    let n = 0;
    for (const year of [2024, 2025, 2026])
      await test.take(
        ...Array.from({ length: people * 20 }, () => {
          n += 1;
          const phone = { phone: `1391111${String(1000 + (n % people))}` };
          return order(
            n,
            year,
            n % 2 ? { userId: `m${n % people}` } : { context: { traits: phone }, userId: `m${n % people}` },
          );
        }),
      );
    await test.platform.appender.drained();
    const events = n;
    expect(await total()).toBe(events);

    const { acts, identityViews } = test.platform.steward;
    const member = (which: number) => test.hash('user_id', `m${which}`);
    const phone = (which: number) => test.hash('phone', `+861391111${1000 + which}`);
    const holder = async (hash: string) => (await identityViews.holders([hash])).get(hash)!;
    const during = await answersDuring(async () => {
      for (const which of [0, 2, 4, 6]) {
        const { profiles } = await acts.split(await holder(member(which)), { identifiers: [phone(which)] }, doing);
        expect(profiles).toHaveLength(2);
        await acts.merge(await holder(member(which)), await holder(member(which + 1)), doing, true);
      }
      const { actId } = await acts.merge(await holder(member(8)), await holder(member(9)), doing, true);
      await acts.undo(actId, doing);
      await test.platform.appender.drained();
    });
    // Operators' own statements are events too, and there are five of them.
    expect([...during].filter((answer) => answer < events || answer > events + 5)).toEqual([]);
    const before = { total: await total(), people: await perPerson() };
    expect(before.total).toBe(events + 5);

    const whileFolding = await answersDuring(() => test.platform.foldIn.run());
    expect([...whileFolding]).toEqual([before.total]);
    expect({ total: await total(), people: await perPerson() }).toEqual(before);
    expect(await rows('SELECT src FROM aliases UNION ALL SELECT number FROM voided')).toEqual([]);
    expect(await rows('SELECT count() AS n FROM events')).toEqual([{ n: before.total }]);
    expect(test.platform.foldIn.status()).toMatchObject({ isRunning: false });

    await test.take(order(n + 1, 2026, { userId: 'm0' }), order(n + 2, 2024, { userId: 'm5' }));
    await test.platform.appender.drained();
    expect(await total()).toBe(before.total + 2);
    await acts.merge(await holder(member(10)), await holder(member(11)), doing, true);
    await test.platform.appender.drained();
    expect((await perPerson()).length).toBe(before.people.length - 1);
  }, 120_000);
});
