import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Figure } from '@perennial/contract';
import { readFigures } from './figures.js';
import { placesOf } from './moves.sql.js';
import { openTestPlatform, type TestEvent, type TestPlatform } from '../steward/fixture/platform.fixture.js';

const DAY = 86_400_000;
const DAYS = 120;
const NAMES = ['Page Viewed', 'Product Viewed', 'Order Completed', 'Content Viewed'];

/** A small repeatable source of chance. */
function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Move {
  at: number;
  from: string;
  to: string;
}
interface Person {
  moves: Move[];
  events: { at: number; name: string }[];
}

/** What happened within one instant is one move. */
function atOnce(moves: Move[], move: Move): Move[] {
  const last = moves.at(-1);
  if (last?.at !== move.at) return [...moves, move];
  return last.from === move.to ? moves.slice(0, -1) : [...moves.slice(0, -1), { ...last, to: move.to }];
}

describe('what managers ask of history, against a plain reckoning', () => {
  let test: TestPlatform;
  let people: Person[];

  beforeAll(async () => {
    test = await openTestPlatform();
    const pick = chance(7);
    let n = 0;
    for (let day = 0; day < DAYS; day++) {
      const events = Array.from({ length: pick(6) }, (): TestEvent => {
        const user = `u${pick(25)}`;
        const late = pick(8) === 0 ? pick(20) * DAY : 0;
        // Some are known by a device first, and are merged when they log in.
        const who =
          pick(3) === 0
            ? { anonymousId: `a-${user}` }
            : { userId: user, ...(pick(3) === 0 && { anonymousId: `a-${user}` }) };
        return {
          id: `e${n++}`,
          ...who,
          at: test.clock.now - late - pick(DAY / 2),
          event: NAMES[pick(NAMES.length)]!,
          properties: { total: pick(900) },
        };
      });
      await test.take(...events);
      await test.pass(DAY);
    }
    await test.platform.appender.drained();
    await test.platform.columns.ensure(test.platform.definitions.tagList());
    people = await readPeople();
  }, 120_000);
  afterAll(() => test.close());

  /** Person by person, as their own pages show them. */
  async function readPeople(): Promise<Person[]> {
    const { profiles, warehouse } = test.platform;
    const ids = (await profiles.latest(1_000)).map(({ id }) => id);
    return Promise.all(
      ids.map(async (id) => {
        const number = Number(id.slice(2));
        const moves = (await profiles.moves(id)).filter(({ lifecycle }) => lifecycle === 'default');
        const own = new Set(
          (
            await warehouse.rows<{ at: number; to: string }>(
              'SELECT toUnixTimestamp64Milli(at) AS at, to_stage AS to FROM transitions WHERE profile = {number:UInt32}',
              { number },
            )
          ).map(({ at, to }) => `${at} ${to}`),
        );
        const events = await warehouse.rows<{ at: number; name: string }>(
          'SELECT toUnixTimestamp64Milli(person_events.at) AS at, name FROM person_events WHERE profile = {number:UInt32} ORDER BY person_events.at, seq',
          { number },
        );
        return {
          moves: moves
            .filter(({ at, to }) => own.has(`${at} ${to}`))
            .map(({ at, from = '', to }) => ({ at, from: from.split('/')[0]!, to: to.split('/')[0]! }))
            .filter(({ from, to }) => from !== to)
            .reduce<Move[]>(atOnce, []),
          events,
        };
      }),
    );
  }

  const analysis = () => test.platform.analysis;
  const stoodAt = ({ moves }: Person, end: number) => moves.findLast(({ at }) => at < end)?.to ?? '';
  const dayOf = (at: number) => test.platform.zone.dayOf(at);
  const dateOf = (day: number) => new Date(day * DAY).toISOString().slice(0, 10);
  const counted = (keys: string[]) =>
    Object.fromEntries([...new Set(keys)].map((key) => [key, keys.filter((one) => one === key).length]));

  it('has enough to ask of', () => {
    expect(people.length).toBeGreaterThan(20);
    expect(people.flatMap(({ moves }) => moves).length).toBeGreaterThan(60);
  });

  it('the board: who stands where, who came and went, day by day', async () => {
    const { stages, days, flows } = await analysis().board('default', 40);
    const zone = test.platform.zone;
    const ends = days.map((day) => zone.startOf(Date.parse(day) / DAY + 1));
    for (const { stage, trend, people: now, entered, left } of stages) {
      expect([stage, trend]).toEqual([
        stage,
        ends.map((end) => people.filter((one) => stoodAt(one, end) === stage).length),
      ]);
      expect(now).toBe(trend.at(-1));
      const recent = people
        .flatMap(({ moves }) => moves)
        .filter(({ at }) => at >= zone.startOf(Date.parse(days[0]!) / DAY));
      expect([entered, left]).toEqual([
        recent.filter(({ to }) => to === stage).length,
        recent.filter(({ from }) => from === stage).length,
      ]);
    }
    expect(flows.reduce((sum, { moves }) => sum + moves, 0)).toBe(
      stages.reduce((sum, { entered }) => sum + entered, 0),
    );
  });

  it('the matrix: from where to where between two days', async () => {
    const today = dayOf(test.clock.now);
    const [first, second] = [today - 80, today - 10];
    const { cells } = await analysis().matrix('default', dateOf(first), dateOf(second));
    const zone = test.platform.zone;
    const expected = counted(
      people
        .map((one) => [stoodAt(one, zone.startOf(first + 1)), stoodAt(one, zone.startOf(second + 1))])
        .filter(([, to]) => to !== '')
        .map(([from, to]) => `${from}>${to}`),
    );
    expect(Object.fromEntries(cells.map(({ from, to, people: n }) => [`${from}>${to}`, n]))).toEqual(expected);
    expect(Object.keys(expected).length).toBeGreaterThan(3);
  });

  it('dwelling: how long stays lasted, open ones apart', async () => {
    const { stages } = await analysis().dwell('default', 365);
    for (const { stage, ended, open, quantiles } of stages) {
      const stays = people.flatMap(({ moves }) =>
        moves.map((move, i) => ({ ...move, ended: moves[i + 1]?.at })).filter(({ to }) => to === stage),
      );
      const lengths = stays.filter((stay) => stay.ended !== undefined).map((stay) => (stay.ended! - stay.at) / DAY);
      expect([stage, ended, open]).toEqual([stage, lengths.length, stays.length - lengths.length]);
      const sorted = lengths.toSorted((a, b) => a - b);
      expect(quantiles[2] ?? 0).toBeCloseTo(sorted[Math.floor(sorted.length * 0.5)] ?? 0, 6);
    }
    expect(stages.length).toBeGreaterThan(3);
  });

  it('one stage: its people, whence and whither, and what its indicators say', async () => {
    const detail = await analysis().stage('default', 'new', 365);
    const stays = people.flatMap(({ moves }) =>
      moves.map((move, i) => ({ ...move, next: moves[i + 1] })).filter(({ to }) => to === 'new'),
    );
    expect(detail.people).toBe(people.filter(({ moves }) => moves.at(-1)?.to === 'new').length);
    expect(detail.total).toBe(people.length);
    expect(Object.fromEntries(detail.from.map(({ stage, moves }) => [stage, moves]))).toEqual(
      counted(stays.map(({ from }) => from)),
    );
    expect(Object.fromEntries(detail.to.map(({ stage, moves }) => [stage, moves]))).toEqual(
      counted(stays.flatMap(({ next }) => next?.to ?? [])),
    );
    const again = stays.filter(({ next }) => next?.to === 'active' || next?.to === 'loyal');
    const days = again.map(({ at, next }) => (next!.at - at) / DAY).toSorted((a, b) => a - b);
    const [share, until, last] = detail.indicators;
    expect(share).toEqual({ kind: 'share', share: again.length / stays.length, of: stays.length });
    expect(until).toMatchObject({ kind: 'days', people: again.length });
    expect((until as { quantiles: number[] }).quantiles[1]).toBeCloseTo(days[Math.floor(days.length * 0.5)]!, 6);
    expect(last).toMatchObject({ kind: 'days', people: detail.people });
    await expect(analysis().stage('default', 'nowhere', 30)).rejects.toMatchObject({
      code: 'LIFECYCLE_STAGE_ABSENT',
    });
  });

  it('a tag without numbers tells its most frequent values', async () => {
    const { definitions, warehouse, columns, now } = test.platform;
    const tag = definitions.tagList().find(({ valueType }) => valueType === 'boolean' || valueType === 'enum')!;
    const lifecycle = definitions.lifecycleList().find(({ key }) => key === 'default')!;
    const tools = { warehouse, columns, now, tags: new Map([[tag.key, tag]]) };
    const stage = {
      ...lifecycle.stages.find(({ key }) => key === 'churn')!,
      playbook: {
        goal: tag.title,
        actions: [],
        indicators: [{ title: tag.title, tag: tag.key }, { title: tag.title }],
      },
    };
    const [values, untold] = await readFigures({ lifecycle, places: placesOf([lifecycle]), stage, from: 0 }, tools);
    const ids = (await test.platform.profiles.latest(1_000)).filter(({ stages }) => stages[0]?.stage === 'churn');
    const held = await Promise.all(
      ids.map(async ({ id }) => (await test.platform.profiles.get(id)).tags.find(({ key }) => key === tag.key)?.value),
    );
    const expected = counted(held.filter((value) => value !== undefined).map((value) => JSON.stringify(value)));
    const { people: n, top } = values as Extract<Figure, { kind: 'values' }>;
    expect(n).toBe(held.filter((value) => value !== undefined).length);
    expect(Object.fromEntries(top.map(({ value, people: with_ }) => [JSON.stringify(value), with_]))).toEqual(expected);
    expect(untold).toEqual({ kind: 'untold' });
  });

  it('the funnel: how many of those who came reached each stage', async () => {
    const { stages } = await analysis().funnel('default', 365);
    const reached = (stage: string) => people.filter(({ moves }) => moves.some(({ to }) => to === stage));
    for (const { stage, people: n, medianDays } of stages) {
      const days = reached(stage)
        .map(({ moves }) => (moves.find(({ to }) => to === stage)!.at - moves[0]!.at) / DAY)
        .toSorted((a, b) => a - b);
      expect([stage, n]).toEqual([stage, days.length]);
      expect(medianDays).toBeCloseTo(days[Math.floor(days.length * 0.5)]!, 6);
    }
    expect(stages.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['potential', 'new', 'active']));
  });

  it('retention: who of a month’s newcomers came again', async () => {
    const { cohorts } = await analysis().retention('Order Completed', 12);
    const zone = test.platform.zone;
    const monthOf = (at: number) => zone.dateOf(at).slice(0, 7);
    const index = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5));
    const bought = people
      .map(({ events }) => events.filter(({ name }) => name === 'Order Completed').map(({ at }) => monthOf(at)))
      .filter((months) => months.length > 0);
    for (const { month, people: n, kept } of cohorts) {
      const cohort = bought.filter((months) => months.toSorted()[0] === month);
      expect([month, n]).toEqual([month, cohort.length]);
      kept.forEach((people_, later) =>
        expect(people_).toBe(
          cohort.filter((months) => months.some((one) => index(one) - index(month) === later)).length,
        ),
      );
    }
    expect(cohorts.reduce((sum, { people: n }) => sum + n, 0)).toBe(bought.length);
  });

  it('paths: what people did before they first bought', async () => {
    const { reached, notReached, top, links } = await analysis().paths('Order Completed', 3, 400);
    const paths = people.flatMap(({ events }) => {
      const goal = events.findIndex(({ name }) => name === 'Order Completed');
      if (goal < 0) return [];
      const names = events.slice(0, goal).map(({ name }) => name);
      return [[...names.filter((name, i) => name !== names[i - 1]).slice(0, 3), 'Order Completed'].join(' > ')];
    });
    expect([reached, notReached]).toEqual([paths.length, people.length - paths.length]);
    const expected = counted(paths);
    for (const { path, people: n } of top) expect([path, n]).toEqual([path, expected[path.join(' > ')]]);
    const into = links.filter(({ to }) => to === 'Order Completed').reduce((sum, { people: n }) => sum + n, 0);
    expect(into).toBe(paths.filter((path) => path !== 'Order Completed').length);
  });

  it('the journey of one person: touch points, moves, purchases in order of time', async () => {
    const { id } = (await test.platform.profiles.search('u3'))[0]!;
    const { touches, moves, orders } = await analysis().journey(id, 400);
    const timeline = people.find(({ events }) => events.length === touches.reduce((sum, { events: n }) => sum + n, 0));
    expect(timeline).toBeDefined();
    expect(moves.length).toBeGreaterThan(0);
    expect(
      orders.every(({ amount }, i) => amount !== undefined && (i === 0 || orders[i - 1]!.at <= orders[i]!.at)),
    ).toBe(true);
    await expect(analysis().journey('p_999999', 1)).rejects.toMatchObject({ code: 'PROFILE_ABSENT' });
    await expect(analysis().board('nothing', 3)).rejects.toMatchObject({ code: 'LIFECYCLE_ABSENT' });
  });
});
