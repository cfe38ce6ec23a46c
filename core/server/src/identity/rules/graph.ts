import type { Holding } from './identifier.ref.js';

/** The number of no profile: an identifier that was stated and that nobody holds. */
export const UNHELD = 0;

/**
 * The part of the identity graph that a batch touches: which identifier is on which profile. Merges are followed, so
 * a number that was dropped within the batch still leads to the living profile.
 */
export class Graph {
  private readonly owners = new Map<string, number>();
  private readonly known = new Map<string, Holding>();
  /** Lists, because nearly everybody holds a handful: a map a person would take three times the memory. */
  private readonly held = new Map<number, Holding[]>();
  private readonly mergedInto = new Map<number, number>();

  /** Adds what the store knows; call it before the batch is resolved. */
  load(identifier: Holding, profile: number): void {
    if (this.owners.has(identifier.hash)) return;
    this.place(identifier, profile);
  }

  /** The living profile that holds it; undefined when nobody does. */
  profileOf(hash: string): number | undefined {
    const profile = this.owners.get(hash);
    return profile === undefined || profile === UNHELD ? undefined : this.living(profile);
  }

  /** What is known of an identifier, held or not. */
  find(hash: string): Holding | undefined {
    return this.known.get(hash);
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

  holdings(profile: number): readonly Holding[] {
    return this.held.get(this.living(profile)) ?? [];
  }

  attach(identifier: Holding, profile: number): void {
    this.detach(identifier.hash);
    this.place(identifier, profile);
  }

  /** Takes it from whoever holds it; it stays known. */
  release(hash: string): void {
    this.detach(hash);
    this.owners.set(hash, UNHELD);
  }

  merge(kept: number, dropped: number): void {
    const [into, from] = [this.living(kept), this.living(dropped)];
    const moving = this.held.get(from) ?? [];
    for (const { hash } of moving) this.owners.set(hash, into);
    this.listOf(into).push(...moving);
    this.held.delete(from);
    this.mergedInto.set(from, into);
  }

  private place(identifier: Holding, profile: number): void {
    this.owners.set(identifier.hash, profile);
    this.known.set(identifier.hash, identifier);
    if (profile !== UNHELD) this.listOf(profile).push(identifier);
  }

  private detach(hash: string): void {
    const profile = this.profileOf(hash);
    if (profile === undefined) return;
    const list = this.listOf(profile);
    const place = list.findIndex((holding) => holding.hash === hash);
    if (place >= 0) list.splice(place, 1);
  }

  private listOf(profile: number): Holding[] {
    const known = this.held.get(profile);
    if (known) return known;
    const list: Holding[] = [];
    this.held.set(profile, list);
    return list;
  }
}
