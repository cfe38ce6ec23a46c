import type { AssignmentRuleView, WorkingHours } from '@perennial/contract';

/** A consultant as strategies see her. */
export interface Hand {
  id: string;
  name: string;
  shop: string;
  capacity: number;
  load: number;
  /** On duty and within her hours. */
  isPresent: boolean;
  hours: WorkingHours | undefined;
  userId: string | undefined;
}

export type Strategy = Pick<AssignmentRuleView, 'strategy' | 'fallback'>;

export const hasRoom = ({ isPresent, load, capacity }: Hand): boolean => isPresent && load < capacity;

/** When each consultant last had a turn in a rule; never comes before everything. */
export type TurnsOf = (consultant: string) => number;

/**
 * Who gets the next assignment, or undefined when it waits. `hands` are in a fixed order, which decides ties; `passed`
 * are those who had it and missed it.
 */
export function choose(
  { strategy, fallback }: Strategy,
  hands: readonly Hand[],
  { shop, passed = [] }: { shop: string; passed?: readonly string[] },
  turnOf: TurnsOf,
): Hand | undefined {
  const able = hands.filter((hand) => hasRoom(hand) && !passed.includes(hand.id));
  if (strategy === 'least-loaded') return first(able, leastLoaded(turnOf));
  if (strategy === 'round-robin') return first(able, byTurn(turnOf));
  const colleagues = able.filter((hand) => hand.shop === shop && shop !== '');
  if (colleagues.length > 0) return first(colleagues, byTurn(turnOf));
  return fallback === 'wait' && isStaffed(shop, hands) ? undefined : first(able, byTurn(turnOf));
}

/** Waiting for a shop makes sense only where somebody works. */
const isStaffed = (shop: string, hands: readonly Hand[]): boolean =>
  shop !== '' && hands.some((hand) => hand.shop === shop);

type Order = (a: Hand, b: Hand) => number;

/** Whoever has waited longest for a turn: with everybody free that is round robin, and nobody who comes back gets a heap. */
const byTurn =
  (turnOf: TurnsOf): Order =>
  (a, b) =>
    turnOf(a.id) - turnOf(b.id);

/** By the share of the capacity that is taken, so that a half-time consultant is not filled up first. */
const leastLoaded =
  (turnOf: TurnsOf): Order =>
  (a, b) =>
    a.load / a.capacity - b.load / b.capacity || a.load - b.load || turnOf(a.id) - turnOf(b.id);

/** The first in order; of equals, the one who stands first. */
function first(hands: readonly Hand[], order: Order): Hand | undefined {
  let best: Hand | undefined;
  for (const hand of hands) if (!best || order(hand, best) < 0) best = hand;
  return best;
}
