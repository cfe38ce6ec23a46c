import type { Identifier } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import { forUpdate, insertIgnoreRows, selectIn } from '../../database/index.js';
import { Graph, UNHELD } from '../rules/graph.js';
import type { Holding, IdentifierRef } from '../rules/identifier.ref.js';
import { mask } from '../rules/mask.js';
import type { GraphChange } from '../rules/resolve.js';
import { saveConflicts, saveLinks, saveMergeEvidence, type Evidenced } from './link.store.js';

interface StoredIdentifier extends IdentifierRef {
  profile_id: number;
  first_seen_at: number;
  seen_at: number | null;
  rule: string;
}

const GRAPH_COLUMNS = ['hash', 'kind', 'namespace', 'profile_id', 'first_seen_at', 'seen_at', 'rule'];

/**
 * The part of the graph that claims touch. Holdings of a profile are needed only where a claim could join something to
 * it, so they are read for profiles in claims that do not already agree: few in a batch of regulars.
 */
export async function loadGraph(manager: EntityManager, claims: IdentifierRef[][]): Promise<Graph> {
  const graph = new Graph();
  load(graph, await readIdentifiers(manager, 'hash', new Set(claims.flat().map(({ hash }) => hash))));
  load(graph, await readIdentifiers(manager, 'profile_id', contestedProfiles(claims, graph)));
  return graph;
}

function load(graph: Graph, rows: StoredIdentifier[]): void {
  for (const row of rows) graph.load(holdingOf(row), row.profile_id);
}

const readIdentifiers = (
  manager: EntityManager,
  where: 'hash' | 'profile_id',
  values: Set<string> | Set<number>,
): Promise<StoredIdentifier[]> =>
  selectIn<StoredIdentifier>(manager, {
    table: 'identifier',
    columns: GRAPH_COLUMNS,
    where,
    values: [...values],
    suffix: forUpdate(manager),
  });

const holdingOf = ({ hash, kind, namespace, first_seen_at: since, seen_at, rule }: StoredIdentifier): Holding => ({
  hash,
  kind,
  namespace,
  since,
  ...(seen_at !== null && { seenAt: seen_at }),
  ...(rule === FORMER && { isLatent: true }),
});

function contestedProfiles(claims: IdentifierRef[][], graph: Graph): Set<number> {
  const contested = new Set<number>();
  for (const claim of claims) {
    if (claim.length < 2) continue;
    const owners = new Set(claim.map(({ hash }) => graph.profileOf(hash)));
    if (owners.size > 1) for (const owner of owners) if (owner !== undefined) contested.add(owner);
  }
  return contested;
}

/** What is needed to write an identifier: its plain value, only while the batch is in memory. */
export interface Sealing {
  plain: (hash: string) => Identifier;
  seal: (text: string) => string;
}

/** Writes new identifiers, those that changed hands, the links between them and what was refused; `learned` is the place in arrival order. */
export async function saveGraph(
  manager: EntityManager,
  changes: Evidenced[],
  graph: Graph,
  sealing: Sealing,
  learned: number,
): Promise<void> {
  await insertNew(manager, changes, graph, sealing);
  await repoint(manager, changes, graph);
  await noteStated(manager, changes);
  await noteSeen(manager, changes);
  await saveLinks(manager, changes, learned);
  await saveMergeEvidence(manager, changes);
  await saveConflicts(manager, changes);
}

const IDENTIFIER_COLUMNS = [
  'hash',
  'kind',
  'namespace',
  'profile_id',
  'shown',
  'sealed',
  'first_seen_at',
  'source_id',
  'event_id',
  'rule',
  'seen_at',
];

/** The rule of an identifier that follows from another one; views leave it out beside that. */
export const DERIVED = 'derived';
/** The rule of an identifier that only an alias knows of; see `rules/alias.ts`. */
const FORMER = 'former';
/** Rules of identifiers that no event states by itself: views leave them out, and counts of values too. */
export const UNSTATED: readonly string[] = [DERIVED, FORMER];
/** The same for a query. */
export const UNSTATED_SQL = `('${UNSTATED.join("', '")}')`;

/** Identifiers that nobody has stated before. */
async function insertNew(
  manager: EntityManager,
  changes: Evidenced[],
  graph: Graph,
  { plain, seal }: Sealing,
): Promise<void> {
  const fresh = new Map<string, unknown[]>();
  for (const { change, event, rule } of changes) {
    if ((change.kind !== 'attached' && change.kind !== 'refused') || !change.isNew) continue;
    if (fresh.has(change.identifier.hash)) continue;
    const { hash, kind, namespace, seenAt, isDerived, isLatent } = change.identifier;
    const value = plain(hash);
    const stated = change.kind === 'attached' && !change.to ? 'first_seen' : rule;
    const why = isDerived ? DERIVED : isLatent ? FORMER : stated;
    const origin = [event.at, event.sourceId, event.eventId, why, seenAt ?? null];
    fresh.set(hash, [hash, kind, namespace, holderOf(graph, hash), mask(value), seal(value.value), ...origin]);
  }
  await insertIgnoreRows(manager, 'identifier', IDENTIFIER_COLUMNS, [...fresh.values()]);
}

const holderOf = (graph: Graph, hash: string): number => graph.profileOf(hash) ?? UNHELD;

/** Whole merges by one statement each, then single identifiers by where they ended up: both are rare. */
async function repoint(manager: EntityManager, changes: Evidenced[], graph: Graph): Promise<void> {
  const byHolder = new Map<number, Set<string>>();
  for (const { change } of changes) {
    if (change.kind === 'merged')
      await manager.query('UPDATE identifier SET profile_id = ? WHERE profile_id = ?', [
        graph.living(change.kept),
        change.dropped,
      ]);
    if (!isPlaced(change)) continue;
    const holder = holderOf(graph, change.identifier.hash);
    byHolder.set(holder, (byHolder.get(holder) ?? new Set()).add(change.identifier.hash));
  }
  await placeIdentifiers(manager, byHolder);
}

/** A change that puts a known identifier elsewhere. */
const isPlaced = (change: GraphChange): change is Extract<GraphChange, { kind: 'attached' | 'moved' | 'released' }> =>
  change.kind === 'moved' || change.kind === 'released' || (change.kind === 'attached' && !change.isNew);

/** Puts known identifiers on profiles, by number. */
export async function placeIdentifiers(
  manager: EntityManager,
  byHolder: ReadonlyMap<number, Iterable<string>>,
): Promise<void> {
  const pairs = [...byHolder].flatMap(([profile, hashes]) => [...hashes].map((hash) => [hash, profile] as const));
  for (let from = 0; from < pairs.length; from += PER_STATEMENT) {
    const part = pairs.slice(from, from + PER_STATEMENT);
    const cases = part.map(() => 'WHEN ? THEN ?').join(' ');
    const sql = `UPDATE identifier SET profile_id = CASE hash ${cases} END WHERE hash IN (${part.map(() => '?').join(',')})`;
    await manager.query(sql, [...part.flat(), ...part.map(([hash]) => hash)]);
  }
}

const PER_STATEMENT = 500;

/** Its evidence is from now on the event that used it. */
async function noteStated(manager: EntityManager, changes: Evidenced[]): Promise<void> {
  for (const { change, event, rule } of changes)
    if (change.kind === 'stated')
      await manager.query(
        'UPDATE identifier SET rule = ?, first_seen_at = ?, source_id = ?, event_id = ? WHERE hash = ?',
        [rule, event.at, event.sourceId, event.eventId, change.identifier.hash],
      );
}

/** Sights are kept coarsely, so a batch has few different ones. */
async function noteSeen(manager: EntityManager, changes: Evidenced[]): Promise<void> {
  const byInstant = new Map<number, string[]>();
  for (const { change } of changes) {
    if (change.kind !== 'seen') continue;
    const { hash, seenAt } = change.identifier;
    byInstant.set(seenAt!, [...(byInstant.get(seenAt!) ?? []), hash]);
  }
  for (const [seenAt, hashes] of byInstant)
    for (let from = 0; from < hashes.length; from += PER_STATEMENT) {
      const part = hashes.slice(from, from + PER_STATEMENT);
      const marks = part.map(() => '?').join(',');
      await manager.query(`UPDATE identifier SET seen_at = ? WHERE hash IN (${marks})`, [seenAt, ...part]);
    }
}
