import type { IdentifierKind } from '@perennial/contract';
import type { Graph, Holding } from './graph.js';
import type { IdentifierRef } from './identifier.ref.js';
import type { KindTable } from './kinds.js';

/** An event's claim that its identifiers are one person. */
export interface Claim {
  ref: string;
  sourceId: string;
  at: number;
  identifiers: IdentifierRef[];
}

/** What one claim did to the graph, in order. */
export type GraphChange =
  | { kind: 'created'; profile: number }
  | { kind: 'attached'; identifier: IdentifierRef; profile: number; to?: IdentifierRef }
  | { kind: 'moved'; identifier: IdentifierRef; from: number; profile: number }
  | { kind: 'merged'; kept: number; dropped: number; by: IdentifierRef; to: IdentifierRef }
  | { kind: 'conflict'; identifier: IdentifierRef; limit: string; profile: number; other: number };

export interface Resolution {
  profile: number;
  changes: GraphChange[];
}

/** Gives numbers to new profiles. */
export type NextProfile = () => number;

/**
 * Whose event it is, and what its identifiers join. The identifier of highest priority owns the event. Every other one
 * is attached, or its profile merged into the owner's, unless that would break a kind's limit: then a weak identifier
 * moves to the owner (a second login on a shared device switches the profile, law 5), and a stronger one stays where it
 * is and the conflict is recorded (law 3).
 */
export function resolveClaim(claim: Claim, graph: Graph, kinds: KindTable, next: NextProfile): Resolution {
  const ordered = [...claim.identifiers].sort(
    (a, b) => priority(kinds, a) - priority(kinds, b) || (a.hash < b.hash ? -1 : 1),
  );
  const changes: GraphChange[] = [];
  const first = ordered[0]!;
  let owner = graph.profileOf(first.hash) ?? adopt(first, ordered, graph, kinds, next, changes);
  for (const identifier of ordered.slice(1)) owner = join(identifier, first, owner, graph, kinds, changes);
  return { profile: owner, changes };
}

const priority = (kinds: KindTable, { kind }: IdentifierRef): number => kinds.get(kind)?.priority ?? Infinity;

/** An owner that is not known yet joins the first known profile that has room for it, else it starts a profile. */
function adopt(
  first: IdentifierRef,
  ordered: IdentifierRef[],
  graph: Graph,
  kinds: KindTable,
  next: NextProfile,
  changes: GraphChange[],
): number {
  for (const other of ordered.slice(1)) {
    const profile = graph.profileOf(other.hash);
    if (profile === undefined || brokenLimit(graph.holdings(profile), [first], kinds)) continue;
    graph.attach(first, profile);
    changes.push({ kind: 'attached', identifier: first, profile, to: other });
    return profile;
  }
  const profile = next();
  graph.attach(first, profile);
  changes.push({ kind: 'created', profile }, { kind: 'attached', identifier: first, profile });
  return profile;
}

function join(
  identifier: IdentifierRef,
  first: IdentifierRef,
  owner: number,
  graph: Graph,
  kinds: KindTable,
  changes: GraphChange[],
): number {
  const profile = graph.profileOf(identifier.hash);
  if (profile === owner) return owner;
  const joining = profile === undefined ? [identifier] : graph.holdings(profile);
  const limit = brokenLimit(graph.holdings(owner), joining, kinds);
  if (limit) return refuse(identifier, owner, profile, limit, graph, kinds, changes);
  if (profile === undefined) {
    graph.attach(identifier, owner);
    changes.push({ kind: 'attached', identifier, profile: owner, to: first });
    return owner;
  }
  const [kept, dropped] = owner < profile ? [owner, profile] : [profile, owner];
  graph.merge(kept, dropped);
  changes.push({ kind: 'merged', kept, dropped, by: identifier, to: first });
  return kept;
}

function refuse(
  identifier: IdentifierRef,
  owner: number,
  other: number | undefined,
  limit: string,
  graph: Graph,
  kinds: KindTable,
  changes: GraphChange[],
): number {
  if (other === undefined) changes.push({ kind: 'conflict', identifier, limit, profile: owner, other: owner });
  else if (kinds.get(identifier.kind)?.strength === 'weak') {
    graph.move(identifier, owner);
    changes.push({ kind: 'moved', identifier, from: other, profile: owner });
  } else changes.push({ kind: 'conflict', identifier, limit, profile: owner, other });
  return owner;
}

/** The kind whose limit per profile would be broken if both sets of identifiers were one person's. */
export function brokenLimit(a: Iterable<Holding>, b: Iterable<Holding>, kinds: KindTable): string | undefined {
  const values = new Map<string, Set<string>>();
  for (const { kind, namespace, hash } of [...a, ...b]) {
    const limit = kinds.get(kind)?.perProfile;
    if (limit === undefined) continue;
    const slot = `${kind}\n${namespace}`;
    const known = values.get(slot) ?? new Set<string>();
    values.set(slot, known.add(hash));
    if (known.size > limit) return kind;
  }
  return undefined;
}

export const isIdentifying = (kind: IdentifierKind | undefined): boolean =>
  kind !== undefined && kind.strength !== 'weak';
