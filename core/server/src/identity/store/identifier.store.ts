import type { Identifier } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import { forUpdate, insertIgnoreRows, selectIn, upsertRows } from '../../database/index.js';
import { mask } from '../rules/mask.js';
import { Graph } from '../rules/graph.js';
import type { IdentifierRef } from '../rules/identifier.ref.js';
import type { GraphChange } from '../rules/resolve.js';

interface StoredIdentifier extends IdentifierRef {
  profile_id: number;
}

const GRAPH_COLUMNS = ['hash', 'kind', 'namespace', 'profile_id'];

/**
 * The part of the graph that claims touch. Holdings of a profile are needed only where a claim could join something to
 * it, so they are read for profiles in claims that do not already agree: few in a batch of regulars.
 */
export async function loadGraph(manager: EntityManager, claims: IdentifierRef[][]): Promise<Graph> {
  const hashes = [...new Set(claims.flat().map(({ hash }) => hash))];
  const known = await selectIn<StoredIdentifier>(manager, {
    table: 'identifier',
    columns: GRAPH_COLUMNS,
    where: 'hash',
    values: hashes,
    suffix: forUpdate(manager),
  });
  const graph = new Graph();
  for (const { profile_id: profile, ...identifier } of known) graph.load(identifier, profile);
  const contested = contestedProfiles(claims, graph);
  if (contested.length === 0) return graph;
  const held = await selectIn<StoredIdentifier>(manager, {
    table: 'identifier',
    columns: GRAPH_COLUMNS,
    where: 'profile_id',
    values: contested,
  });
  for (const { profile_id: profile, ...identifier } of held) graph.load(identifier, profile);
  return graph;
}

function contestedProfiles(claims: IdentifierRef[][], graph: Graph): number[] {
  const contested = new Set<number>();
  for (const claim of claims) {
    if (claim.length < 2) continue;
    const owners = new Set(claim.map(({ hash }) => graph.profileOf(hash)));
    if (owners.size > 1) for (const owner of owners) if (owner !== undefined) contested.add(owner);
  }
  return [...contested];
}

/** A change with the event that made it. */
export interface Evidenced {
  change: GraphChange;
  event: { eventId: string; sourceId: string; at: number };
}

/** What is needed to write an identifier: its plain value, only while the batch is in memory. */
export interface Sealing {
  plain(hash: string): Identifier;
  seal(text: string): string;
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
];

/** Writes new identifiers, those that changed hands, the links between them and what was refused. */
export async function saveGraph(
  manager: EntityManager,
  changes: Evidenced[],
  graph: Graph,
  sealing: Sealing,
): Promise<void> {
  const attached = changes.flatMap(({ change, event }) => (change.kind === 'attached' ? [{ ...change, event }] : []));
  await upsertRows(
    manager,
    'identifier',
    ['hash'],
    IDENTIFIER_COLUMNS,
    attached.map((item) => identifierRow(item, graph, sealing)),
    ['profile_id'],
  );
  await repoint(manager, changes, graph);
  await insertIgnoreRows(
    manager,
    'identity_link',
    ['a', 'b', 'source_id', 'event_id', 'rule', 'at'],
    changes.flatMap(linkRow),
  );
  await insertIgnoreRows(
    manager,
    'profile_merge',
    ['dropped', 'kept', 'identifier', 'source_id', 'event_id', 'at'],
    changes.flatMap(mergeRow),
  );
  await insertIgnoreRows(
    manager,
    'identity_conflict',
    ['id', 'identifier', 'limit_kind', 'profile_id', 'other_id', 'source_id', 'event_id', 'at'],
    changes.flatMap(conflictRow),
  );
}

type Attached = Extract<GraphChange, { kind: 'attached' }> & { event: Evidenced['event'] };

function identifierRow({ identifier, to, event }: Attached, graph: Graph, sealing: Sealing): unknown[] {
  const plain = sealing.plain(identifier.hash);
  return [
    identifier.hash,
    identifier.kind,
    identifier.namespace,
    graph.profileOf(identifier.hash),
    mask(plain),
    sealing.seal(plain.value),
    event.at,
    event.sourceId,
    event.eventId,
    to ? 'shared_event' : 'first_seen',
  ];
}

/** Identifiers of merged profiles by one statement a merge, moved ones one by one: both are rare. */
async function repoint(manager: EntityManager, changes: Evidenced[], graph: Graph): Promise<void> {
  for (const { change } of changes) {
    if (change.kind === 'merged')
      await manager.query('UPDATE identifier SET profile_id = ? WHERE profile_id = ?', [
        graph.living(change.kept),
        change.dropped,
      ]);
    if (change.kind === 'moved')
      await manager.query('UPDATE identifier SET profile_id = ? WHERE hash = ?', [
        graph.profileOf(change.identifier.hash),
        change.identifier.hash,
      ]);
  }
}

function linkRow({ change, event }: Evidenced): unknown[][] {
  const ends = linkEnds(change);
  if (!ends) return [];
  const [a, b] = ends.map(({ hash }) => hash).sort();
  return [[a, b, event.sourceId, event.eventId, 'shared_event', event.at]];
}

function linkEnds(change: GraphChange): IdentifierRef[] | undefined {
  if (change.kind === 'merged') return [change.by, change.to];
  return change.kind === 'attached' && change.to ? [change.identifier, change.to] : undefined;
}

const mergeRow = ({ change, event }: Evidenced): unknown[][] =>
  change.kind === 'merged'
    ? [[change.dropped, change.kept, change.by.hash, event.sourceId, event.eventId, event.at]]
    : [];

function conflictRow({ change, event }: Evidenced): unknown[][] {
  if (change.kind !== 'conflict') return [];
  const { identifier, limit, profile, other } = change;
  return [
    [
      `${identifier.hash}:${profile}:${other}`,
      identifier.hash,
      limit,
      profile,
      other,
      event.sourceId,
      event.eventId,
      event.at,
    ],
  ];
}
