import type { LinkOutcome } from '@perennial/contract';
import type { Graph } from './graph.js';
import type { Holding, IdentifierRef } from './identifier.ref.js';
import { expire, renew } from './lifetime.js';
import { brokenLimits, type BrokenLimit } from './limit.js';
import { byAuthority, isKnownPerson, isLatent, isWeak, type Rulebook } from './rulebook.js';

/** An event's claim that its identifiers are one person. */
export interface Claim {
  sourceId: string;
  at: number;
  identifiers: IdentifierRef[];
  /** `force` is an operator's word against a limit, not against what operators said of the two; `unbind` takes all but the owner's identifier away from the person. */
  act?: 'force' | 'unbind' | undefined;
}

/** What one claim did to the graph, in order. */
export type GraphChange =
  | { kind: 'created'; profile: number }
  | { kind: 'attached'; identifier: Holding; isNew: boolean; profile: number; to?: IdentifierRef }
  | { kind: 'moved'; identifier: IdentifierRef; from: number; profile: number; to: IdentifierRef }
  | { kind: 'merged'; kept: number; dropped: number; by: IdentifierRef; to: IdentifierRef }
  | { kind: 'released'; identifier: IdentifierRef; profile: number; why: 'expired' | 'replaced' | 'unbound' }
  | {
      kind: 'refused';
      identifier: Holding;
      /** Nobody ever held it: it is kept all the same, for the day on which it may join. */
      isNew: boolean;
      to: IdentifierRef;
      limit: string;
      /** Whose event it was, and who holds the identifier; the same where nobody does. */
      owner: number;
      holder: number;
      isAsked: boolean;
    }
  /** What an alias had said is used as an id of its own from now on. */
  | { kind: 'stated'; identifier: Holding }
  | { kind: 'seen'; identifier: Holding };

export interface Resolution {
  profile: number;
  changes: GraphChange[];
  /** What its source may not say of anybody: it was taken as not said. */
  withheld: IdentifierRef[];
  isUnbindWithheld: boolean;
}

/** Gives numbers to new profiles. */
export type NextProfile = () => number;

/** What is at hand while one claim is resolved. */
interface Hearing {
  claim: Claim;
  graph: Graph;
  book: Rulebook;
  next: NextProfile;
  first: IdentifierRef;
  changes: GraphChange[];
}

/** The limit that a refusal names where a person said that the two are two people. */
export const APART = 'apart';

/**
 * Whose event it is, and what its identifiers join. The identifier of highest authority owns the event. Every other one
 * is attached, or its profile merged into the owner's, unless
 * - a person took the link out or parted the two: it keeps to itself;
 * - a kind's limit would break: by the kind's policy it is refused or the oldest value makes room (law 3);
 * - it is weak and both people are known: it goes over to the owner, because a second login on a shared device
 *   switches the profile and does not merge (law 5).
 * What an alias calls former joins though its person then has two ids of that kind: that is what the alias says.
 */
export function resolveClaim(claim: Claim, graph: Graph, book: Rulebook, next: NextProfile): Resolution {
  const changes = expire(claim, graph, book.kinds);
  const speaking = speakingIn(claim, book);
  const ordered = admitted(speaking, claim, book);
  changes.push(...stated(ordered, graph));
  const hearing: Hearing = { claim, graph, book, next, first: ordered[0]!, changes };
  let owner = graph.profileOf(hearing.first.hash) ?? adopt(ordered, hearing);
  const isUnbindWithheld = claim.act === 'unbind' && !mayBind(claim, book);
  if (isUnbindWithheld) return { profile: owner, changes, withheld: [], isUnbindWithheld };
  if (claim.act === 'unbind') unbind(ordered, owner, hearing);
  else for (const identifier of ordered.slice(1)) owner = join(identifier, owner, hearing);
  renew(claim, graph, book.kinds, changes);
  return { profile: owner, changes, withheld: speaking.filter((one) => !ordered.includes(one)), isUnbindWithheld };
}

/** Ids that only an alias knew of come to life where an event uses them. */
function stated(identifiers: IdentifierRef[], graph: Graph): GraphChange[] {
  return identifiers.flatMap(({ hash, isFormer }): GraphChange[] => {
    const identifier = isFormer ? undefined : graph.find(hash);
    if (!identifier?.isLatent) return [];
    delete identifier.isLatent;
    return [{ kind: 'stated', identifier }];
  });
}

/** Barred values and kinds that are off say nothing as long as another one speaks. */
function speakingIn({ identifiers }: Claim, { kinds, constraints }: Rulebook): IdentifierRef[] {
  const ordered = [...identifiers].sort(byAuthority(kinds));
  const speaking = ordered.filter(({ hash, kind }) => kinds.has(kind) && !constraints.isBarred(hash));
  return speaking.length > 0 ? speaking : ordered.slice(0, 1);
}

/**
 * A source that may not link names a person and no more; one that may not bind says whose the visit or the device is. Both
 * by what the claim says alone, whatever is known by then: so nothing depends on the order in which claims come (law 2).
 */
function admitted(speaking: IdentifierRef[], claim: Claim, book: Rulebook): IdentifierRef[] {
  if (claim.act === 'force') return speaking;
  if (!(book.sources.get(claim.sourceId)?.mayLink ?? true)) return speaking.slice(0, 1);
  if (mayBind(claim, book)) return speaking;
  const [first] = speaking;
  return speaking.filter((one) => one === first || isWeak(book.kinds, one) || isHashOf(one, first!, speaking, book));
}

const mayBind = ({ sourceId }: Claim, { sources }: Rulebook): boolean => sources.get(sourceId)?.mayBind ?? true;

/** A hash that follows from the owner's own value. Where several are stated, nobody can tell whose each of them is. */
function isHashOf(one: IdentifierRef, first: IdentifierRef, speaking: IdentifierRef[], { kinds }: Rulebook): boolean {
  const isAlone = ({ kind }: IdentifierRef) => speaking.filter((other) => other.kind === kind).length === 1;
  return kinds.get(one.kind)?.derivedFrom === first.kind && isAlone(first) && isAlone(one);
}

/** An owner that nobody holds joins the first person that has room for it, else it starts a profile. */
function adopt(ordered: IdentifierRef[], hearing: Hearing): number {
  const { graph, first } = hearing;
  for (const other of ordered.slice(1)) {
    const profile = graph.profileOf(other.hash);
    const judged = profile !== undefined && verdict(other, [first], graph.holdings(profile), hearing);
    if (!judged || judged.outcome !== 'joined') continue;
    makeRoom(judged.over, profile, [first], hearing);
    attach(first, profile, hearing, other);
    return profile;
  }
  return begin(first, hearing);
}

function begin(identifier: IdentifierRef, hearing: Hearing): number {
  const { graph, next, changes } = hearing;
  const profile = next();
  const isNew = !graph.find(identifier.hash);
  const holding = holdingOf(identifier, hearing);
  graph.attach(holding, profile);
  changes.push({ kind: 'created', profile }, { kind: 'attached', identifier: holding, isNew, profile });
  return profile;
}

/** What is known of the identifier, or that it is first seen now. */
function holdingOf(identifier: IdentifierRef, { graph, claim }: Hearing): Holding {
  const { isFormer, ...ref } = identifier;
  return graph.find(ref.hash) ?? { ...ref, since: claim.at, ...(isFormer && { isLatent: true }) };
}

function attach(identifier: IdentifierRef, profile: number, hearing: Hearing, to: IdentifierRef): void {
  const { graph, changes } = hearing;
  const isNew = !graph.find(identifier.hash);
  const holding = holdingOf(identifier, hearing);
  graph.attach(holding, profile);
  changes.push({ kind: 'attached', identifier: holding, isNew, profile, to });
}

type Verdict =
  | { outcome: Extract<LinkOutcome, 'joined'>; over: BrokenLimit[] }
  | { outcome: Extract<LinkOutcome, 'switched'> }
  | { outcome: Extract<LinkOutcome, 'refused'>; limit: string; isAsked: boolean };

/** Whether `one` and `other` may become one person because `identifier` stands beside the owner's on an event. */
function verdict(
  identifier: IdentifierRef,
  one: readonly IdentifierRef[],
  other: readonly IdentifierRef[],
  { claim, book, first }: Hearing,
): Verdict {
  const { kinds, constraints } = book;
  if (constraints.isCut(first.hash, identifier.hash)) return { outcome: 'refused', limit: APART, isAsked: false };
  if (constraints.areApart(one, other)) return { outcome: 'refused', limit: APART, isAsked: false };
  if (claim.act === 'force') return { outcome: 'joined', over: [] };
  const isWeakLink = isWeak(kinds, identifier) || isWeak(kinds, first);
  if (isWeakLink && isKnownPerson(kinds, one) && isKnownPerson(kinds, other)) return { outcome: 'switched' };
  const isWaived = (kind: string) => identifier.isFormer === true && kind === identifier.kind;
  const over = brokenLimits(one, other, kinds).filter(({ kind }) => !isWaived(kind));
  const hard = over.find(({ kind }) => kinds.get(kind)?.overLimit !== 'replace_oldest');
  if (!hard) return { outcome: 'joined', over };
  if (isWeakLink) return { outcome: 'switched' };
  return { outcome: 'refused', limit: hard.kind, isAsked: kinds.get(hard.kind)?.overLimit !== 'refuse' };
}

/** Deals with one more identifier of the claim; gives the owner, which a merge may have changed. */
function join(identifier: IdentifierRef, owner: number, hearing: Hearing): number {
  const { graph, first, changes } = hearing;
  const profile = graph.profileOf(identifier.hash);
  if (profile === owner) return owner;
  const joining = profile === undefined ? [identifier] : graph.holdings(profile);
  const judged = verdict(identifier, graph.holdings(owner), joining, hearing);
  if (judged.outcome === 'refused') return refuse(identifier, profile, owner, judged, hearing);
  if (judged.outcome === 'switched') return switchOver(identifier, profile, owner, hearing);
  makeRoom(judged.over, owner, joining, hearing);
  if (profile === undefined) {
    attach(identifier, owner, hearing, first);
    return owner;
  }
  const [kept, dropped] = owner < profile ? [owner, profile] : [profile, owner];
  graph.merge(kept, dropped);
  changes.push({ kind: 'merged', kept, dropped, by: identifier, to: first });
  return kept;
}

/** A weak value goes over to whoever uses it now. */
function switchOver(identifier: IdentifierRef, from: number | undefined, owner: number, hearing: Hearing): number {
  const { graph, first, changes } = hearing;
  if (from === undefined) attach(identifier, owner, hearing, first);
  else {
    graph.attach(holdingOf(identifier, hearing), owner);
    changes.push({ kind: 'moved', identifier, from, profile: owner, to: first });
  }
  return owner;
}

/** A value that nobody holds and that was parted from the owner is somebody else's; one that is too many waits unheld. */
function refuse(
  identifier: IdentifierRef,
  holder: number | undefined,
  owner: number,
  { limit, isAsked }: Extract<Verdict, { outcome: 'refused' }>,
  hearing: Hearing,
): number {
  const { first, changes, book, graph } = hearing;
  if (holder === undefined && followsElsewhere(identifier, owner, hearing)) return owner;
  const isSomebodyElse = limit === APART && !isWeak(book.kinds, identifier) && !identifier.isFormer;
  const other = holder ?? (isSomebodyElse ? begin(identifier, hearing) : owner);
  changes.push({
    kind: 'refused',
    identifier: { ...holdingOf(identifier, hearing), ...(identifier.isDerived && { isDerived: true }) },
    isNew: !graph.find(identifier.hash),
    to: first,
    limit,
    owner,
    holder: other,
    isAsked,
  });
  return owner;
}

/** A phone's hash goes where the phone is, when that is not the owner. */
function followsElsewhere(identifier: IdentifierRef, owner: number, hearing: Hearing): boolean {
  const { claim, graph, book } = hearing;
  const from = identifier.isDerived ? book.kinds.get(identifier.kind)?.derivedFrom : undefined;
  const source = claim.identifiers.find(({ kind, isDerived }) => kind === from && !isDerived);
  const holder = source && graph.profileOf(source.hash);
  if (holder === undefined || holder === owner) return false;
  attach(identifier, holder, hearing, source!);
  return true;
}

/** `replace_oldest`: the newest values stay, whoever brought them. */
function makeRoom(over: BrokenLimit[], owner: number, joining: readonly IdentifierRef[], hearing: Hearing): void {
  const { graph, changes } = hearing;
  for (const { kind, namespace, limit } of over) {
    const isSame = (ref: IdentifierRef) => ref.kind === kind && ref.namespace === namespace && !isLatent(ref);
    const arriving = joining.filter(isSame).map((ref) => holdingOf(ref, hearing));
    const isHeld = ({ hash }: IdentifierRef) => graph.profileOf(hash) !== undefined;
    const held = [...graph.holdings(owner).filter(isSame), ...arriving.filter(isHeld)].sort(byAge);
    const all = [...held, ...arriving.filter((ref) => !isHeld(ref))];
    for (const { hash, ...rest } of all.slice(0, all.length - limit)) {
      const profile = graph.profileOf(hash);
      if (profile === undefined) continue;
      graph.release(hash);
      changes.push({ kind: 'released', identifier: { hash, ...rest }, profile, why: 'replaced' });
    }
  }
}

const byAge = (a: Holding, b: Holding): number => a.since - b.since || (a.hash < b.hash ? -1 : 1);

/** Takes every identifier but the owner's away; a claim of one identifier takes that one. */
function unbind(ordered: IdentifierRef[], owner: number, { graph, changes }: Hearing): void {
  for (const identifier of ordered.length > 1 ? ordered.slice(1) : ordered) {
    if (graph.profileOf(identifier.hash) !== owner) continue;
    graph.release(identifier.hash);
    changes.push({ kind: 'released', identifier, profile: owner, why: 'unbound' });
  }
}
