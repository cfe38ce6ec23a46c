import type { IdentifierRef } from './identifier.ref.js';

/**
 * What people and rules said about the graph beside the events. Constraints have no time: a replay takes them as if
 * they had always held, which is what makes an act reversible.
 * `cut`: that the two stand on one event proves nothing. `apart`: they are two people. `barred`: the value is nobody.
 */
export type Constraint = { kind: 'cut' | 'apart'; a: string; b: string } | { kind: 'barred'; a: string; b?: undefined };

export class Constraints {
  private readonly cuts = new Set<string>();
  private readonly apart = new Map<string, Set<string>>();
  private readonly barred = new Set<string>();

  constructor(list: Iterable<Constraint> = []) {
    for (const { kind, a, b } of list)
      if (kind === 'barred') this.barred.add(a);
      else if (kind === 'cut') this.cuts.add(pairKey(a, b));
      else this.part(a, b);
  }

  isBarred(hash: string): boolean {
    return this.barred.has(hash);
  }

  isCut(a: string, b: string): boolean {
    return this.cuts.size > 0 && this.cuts.has(pairKey(a, b));
  }

  /** Whether somebody said that the two groups hold two people's identifiers. */
  areApart(one: Iterable<IdentifierRef>, other: Iterable<IdentifierRef>): boolean {
    if (this.apart.size === 0) return false;
    const hashes = new Set<string>();
    for (const { hash } of other) hashes.add(hash);
    for (const { hash } of one) for (const partner of this.apart.get(hash) ?? []) if (hashes.has(partner)) return true;
    return false;
  }

  private part(a: string, b: string): void {
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const)
      this.apart.set(one, (this.apart.get(one) ?? new Set()).add(other));
  }
}

/** The same for either order. */
export const pairKey = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
