import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Hand, Strategy } from './choose.js';
import { Crew } from './crew.js';

const SHOPS = ['a', 'b', ''];
const aHand = (more: Partial<Hand>): Hand => ({
  id: 'c1',
  name: 'Lin',
  shop: '',
  capacity: 3,
  load: 0,
  isPresent: true,
  hours: undefined,
  userId: undefined,
  ...more,
});
const crewOf = (...hands: Partial<Hand>[]) =>
  new Crew(
    hands.map((hand, n) => aHand({ id: `c${n + 1}`, ...hand })),
    [],
    1,
  );
const rule = (more: Partial<Strategy>) => ({ id: 'r', strategy: 'round-robin', fallback: 'anyone', ...more }) as const;
const namesOf = (crew: Crew, how: Parameters<Crew['give']>[0], shops: string[]) =>
  shops.map((shop) => crew.give(how, { shop })?.id);

const hands = fc.array(
  fc.record({
    shop: fc.constantFrom(...SHOPS),
    capacity: fc.integer({ min: 0, max: 6 }),
    load: fc.integer({ min: 0, max: 7 }),
    isPresent: fc.boolean(),
  }),
  { minLength: 1, maxLength: 7 },
);
const strategy = fc.record({
  strategy: fc.constantFrom('round-robin', 'by-shop', 'least-loaded'),
  fallback: fc.constantFrom('anyone', 'wait'),
});
const wishes = fc.array(fc.constantFrom(...SHOPS, 'nowhere'), { maxLength: 40 });

describe('strategies', () => {
  it('round robin goes on where it stopped, and nobody who comes back gets a heap', () => {
    const crew = crewOf({}, { isPresent: false }, {});
    expect(namesOf(crew, rule({}), ['', '', ''])).toEqual(['c1', 'c3', 'c1']);
    const later = new Crew(
      ['c1', 'c2', 'c3'].map((id) => aHand({ id })),
      crew.taken,
      9,
    );
    expect(namesOf(later, rule({}), ['', '', '', ''])).toEqual(['c2', 'c3', 'c1', 'c2']);
  });

  it('each rule has turns of its own', () => {
    const crew = crewOf({}, {});
    expect([rule({}), { ...rule({}), id: 'other' }].map((one) => crew.give(one, { shop: '' })?.id)).toEqual([
      'c1',
      'c1',
    ]);
  });

  it('by shop: colleagues first; then anyone, or a wait where the shop has people', () => {
    const people = [{ shop: 'a', capacity: 1 }, { shop: 'b' }];
    expect(namesOf(crewOf(...people), rule({ strategy: 'by-shop' }), ['a', 'a', 'c', ''])).toEqual([
      'c1',
      'c2',
      'c2',
      'c2',
    ]);
    expect(namesOf(crewOf(...people), rule({ strategy: 'by-shop', fallback: 'wait' }), ['a', 'a', 'c', ''])).toEqual([
      'c1',
      undefined,
      'c2',
      'c2',
    ]);
  });

  it('least loaded goes by the share of the capacity', () => {
    const crew = crewOf({ capacity: 10, load: 3 }, { capacity: 2, load: 1 });
    expect(namesOf(crew, rule({ strategy: 'least-loaded' }), ['', '', ''])).toEqual(['c1', 'c1', 'c2']);
  });

  it('gives to nobody above capacity, to nobody who is away, and to nobody who has missed it', () => {
    fc.assert(
      fc.property(hands, strategy, wishes, fc.array(fc.constantFrom('c1', 'c2')), (people, how, shops, passed) => {
        const crew = crewOf(...people);
        for (const shop of shops) {
          const given = crew.give({ id: 'r', ...how }, { shop, passed });
          if (!given) continue;
          expect(given.isPresent).toBe(true);
          expect(given.load).toBeLessThanOrEqual(given.capacity);
          expect(passed).not.toContain(given.id);
        }
      }),
    );
  });

  it('nobody waits while somebody who may take it has room', () => {
    fc.assert(
      fc.property(hands, strategy, wishes, (people, how, shops) => {
        const crew = crewOf(...people);
        const all = people.map((_, n) => crew.find(`c${n + 1}`)!);
        for (const shop of shops) {
          if (crew.give({ id: 'r', ...how }, { shop })) continue;
          const able = all.filter(({ isPresent, load, capacity }) => isPresent && load < capacity);
          const waitsForShop = how.strategy === 'by-shop' && how.fallback === 'wait' && shop !== '';
          const staffed = waitsForShop && all.some((hand) => hand.shop === shop);
          expect(able.filter((hand) => !staffed || hand.shop === shop)).toEqual([]);
        }
      }),
    );
  });

  it('is fair within one while everybody has room', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 200 }),
        fc.constantFrom('round-robin', 'least-loaded'),
        (people, count, kind) => {
          const crew = crewOf(...Array.from({ length: people }, () => ({ capacity: 1_000 })));
          for (let n = 0; n < count; n++) crew.give(rule({ strategy: kind }), { shop: '' });
          const loads = Array.from({ length: people }, (_, n) => crew.find(`c${n + 1}`)!.load);
          expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
