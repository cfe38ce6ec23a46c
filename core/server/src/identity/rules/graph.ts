import type { IdentifierRef } from './identifier.ref.js';

/** An identifier on a profile. */
export type Holding = IdentifierRef;

/**
 * The part of the identity graph that a batch touches: which identifier is on which profile. Merges are followed, so
 * a number that was dropped within the batch still leads to the living profile.
 */
export class Graph {
  private readonly owners = new Map<string, number>();
  private readonly held = new Map<number, Map<string, Holding>>();
  private readonly mergedInto = new Map<number, number>();

  /** Adds what the store knows; call it before the batch is resolved. */
  load(identifier: Holding, profile: number): void {
    this.attach(identifier, profile);
  }

  profileOf(hash: string): number | undefined {
    const profile = this.owners.get(hash);
    return profile === undefined ? undefined : this.living(profile);
  }

  /** The living profile that a number leads to. */
  living(profile: number): number {
    let at = profile;
    for (let next = this.mergedInto.get(at); next !== undefined; next = this.mergedInto.get(at)) at = next;
    return at;
  }

  /** Every living profile that is loaded. */
  profiles(): number[] {
    return [...this.held.keys()];
  }

  holdings(profile: number): Holding[] {
    return [...(this.held.get(this.living(profile))?.values() ?? [])];
  }

  attach(identifier: Holding, profile: number): void {
    this.owners.set(identifier.hash, profile);
    const known = this.held.get(profile) ?? new Map<string, Holding>();
    this.held.set(profile, known.set(identifier.hash, identifier));
  }

  move(identifier: Holding, profile: number): void {
    const from = this.profileOf(identifier.hash);
    if (from !== undefined) this.held.get(from)?.delete(identifier.hash);
    this.attach(identifier, profile);
  }

  merge(kept: number, dropped: number): void {
    for (const holding of this.holdings(dropped)) this.attach(holding, kept);
    this.held.delete(dropped);
    this.mergedInto.set(dropped, kept);
  }
}
