import { choose, type Hand, type Strategy } from './choose.js';

/** Everybody who may get assignments, while a batch of them is given out: loads and turns go on with each. */
export class Crew {
  private readonly hands: Hand[];
  private readonly turns = new Map<string, Map<string, number>>();
  /** The turns that were taken, to be written. */
  readonly taken: { rule: string; consultant: string; turn: number }[] = [];

  constructor(
    hands: readonly Hand[],
    turns: readonly { rule: string; consultant: string; turn: number }[],
    private nextTurn: number,
  ) {
    this.hands = hands.map((hand) => ({ ...hand }));
    for (const { rule, consultant, turn } of turns) this.turnsOf(rule).set(consultant, turn);
  }

  find(id: string | null): Hand | undefined {
    return this.hands.find((hand) => hand.id === id);
  }

  ofUser(userId: string): Hand | undefined {
    return this.hands.find((hand) => hand.userId === userId);
  }

  /** Who would get it now; nothing changes. */
  whoFor(rule: Strategy & { id: string }, wish: { shop: string; passed?: readonly string[] }): Hand | undefined {
    const turns = this.turnsOf(rule.id);
    return choose(rule, this.hands, wish, (id) => turns.get(id) ?? 0);
  }

  /** Gives one to whoever is next, or to nobody. */
  give(rule: Strategy & { id: string }, wish: { shop: string; passed?: readonly string[] }): Hand | undefined {
    const chosen = this.whoFor(rule, wish);
    if (chosen) this.hold(chosen, rule.id);
    return chosen;
  }

  /** A consultant has one more, and has had a turn. */
  hold(hand: Hand, rule: string): void {
    hand.load += 1;
    const turn = this.nextTurn++;
    this.turnsOf(rule).set(hand.id, turn);
    this.taken.push({ rule, consultant: hand.id, turn });
  }

  release(id: string | null): void {
    const hand = this.find(id);
    if (hand) hand.load -= 1;
  }

  private turnsOf(rule: string): Map<string, number> {
    const known = this.turns.get(rule) ?? new Map<string, number>();
    this.turns.set(rule, known);
    return known;
  }
}
