import {
  Constraints,
  CORE_KINDS,
  defaultRules,
  Graph,
  identifiersOf,
  identifierText,
  resolveClaim,
  rulebookOf,
  type Constraint,
  type GraphChange,
  type IdentifierRef,
  type Rulebook,
} from '@perennial/server';
import type { DemoEvent } from './generate.js';
import { scorePartition, type FullScore } from './score.js';

export interface TruthScore extends FullScore {
  events: number;
  people: number;
  found: number;
  /** Values that were met with too many people and barred. */
  barred: number;
  /** The most that any rules could recall: evidence joins no more than this, whoever reads it. */
  ceiling: number;
}

/**
 * Scores the pure rules, without a store, on events whose people are known: each event's person against its profile.
 * Values beyond their kind's limit are barred after a first hearing and everything is heard anew, as the platform does.
 */
export function scoreRules(events: () => Iterable<DemoEvent>): TruthScore {
  const first = hear(events(), bookWith([]));
  const barred = [...first.met].flatMap(([hash, kinds]) => (isHub(hash, kinds) ? [hash] : []));
  const { owners, truths, graph } =
    barred.length === 0 ? first : hear(events(), bookWith(barred.map((a) => ({ kind: 'barred', a }))));
  const items = function* () {
    for (let n = 0; n < owners.length; n++) yield { truth: truths[n]!, found: graph.living(owners[n]!) };
  };
  return {
    ...scorePartition(items()),
    events: owners.length,
    people: new Set(truths).size,
    found: new Set(owners.map((owner) => graph.living(owner))).size,
    barred: barred.length,
    ceiling: ceilingOf(events()),
  };
}

const bookWith = (constraints: Constraint[]): Rulebook =>
  rulebookOf(0, defaultRules(CORE_KINDS), CORE_KINDS, new Constraints(constraints));

interface Heard {
  graph: Graph;
  owners: number[];
  truths: number[];
  /** Value to kind to the values of that kind that it was met with. */
  met: Map<string, Map<string, Set<string>>>;
}

function hear(events: Iterable<DemoEvent>, book: Rulebook): Heard {
  const heard: Heard = { graph: new Graph(), owners: [], truths: [], met: new Map() };
  let last = 0;
  for (const { envelope, person, sentAt } of events) {
    const identifiers = identifiersOf(envelope, book.kinds).map(toRef);
    if (identifiers.length === 0) continue;
    const claim = { sourceId: 'demo', at: sentAt, identifiers };
    const { profile, changes } = resolveClaim(claim, heard.graph, book, () => (last += 1));
    for (const change of changes) meet(change, heard.met, book);
    heard.owners.push(profile);
    heard.truths.push(person);
  }
  return heard;
}

type Stated = ReturnType<typeof identifiersOf>[number];

const toRef = (identifier: Stated): IdentifierRef => ({
  hash: identifierText(identifier),
  kind: identifier.kind,
  namespace: identifier.namespace,
  ...(identifier.isDerived && { isDerived: true }),
});

function meet(change: GraphChange, met: Heard['met'], { kinds }: Rulebook): void {
  const ends = linkEnds(change);
  if (!ends) return;
  for (const [mine, theirs] of [ends, ends.toReversed()] as [IdentifierRef, IdentifierRef][]) {
    if (kinds.get(theirs.kind)?.strength === 'weak' || theirs.isDerived) continue;
    if (kinds.get(mine.kind)?.peoplePerValue === undefined) continue;
    const byKind = met.get(mine.hash) ?? new Map<string, Set<string>>();
    met.set(mine.hash, byKind);
    byKind.set(theirs.kind, (byKind.get(theirs.kind) ?? new Set()).add(theirs.hash));
  }
}

function linkEnds(change: GraphChange): [IdentifierRef, IdentifierRef] | undefined {
  if (change.kind === 'merged') return [change.by, change.to];
  if (change.kind === 'attached') return change.to && [change.identifier, change.to];
  return change.kind === 'moved' || change.kind === 'refused' ? [change.identifier, change.to] : undefined;
}

function isHub(hash: string, byKind: Map<string, Set<string>>): boolean {
  const limit = CORE_KINDS.find(({ key }) => hash.startsWith(`${key}\n`))?.peoplePerValue ?? Infinity;
  return [...byKind.values()].some((values) => values.size > limit);
}

/** Of the pairs of events that are one person's, how many hang together by identifiers of that person's own events. */
function ceilingOf(events: Iterable<DemoEvent>): number {
  const leader = new Map<string, string>();
  const find = (value: string): string => {
    let at = value;
    for (let next = leader.get(at) ?? at; next !== at; next = leader.get(at) ?? at) at = next;
    leader.set(value, at);
    return at;
  };
  const book = bookWith([]);
  const firsts: [number, string][] = [];
  for (const { envelope, person } of events) {
    const values = identifiersOf(envelope, book.kinds).map((one) => `${person} ${identifierText(one)}`);
    if (values.length === 0) continue;
    for (const value of values.slice(1)) leader.set(find(value), find(values[0]!));
    firsts.push([person, values[0]!]);
  }
  return scorePartition(firsts.map(([truth, value]) => ({ truth, found: find(value) }))).recall;
}
