import type { GraphEdge, GraphNode, LinkOutcome } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import { selectIn } from '../database/index.js';
import { pairKey, shownAgain, UNHELD, UNVERIFIED, type Constraints, type KindTable } from '../identity/index.js';
import { UNSTATED } from '../identity/store/identifier.store.js';
import { publicId } from '../profile/profile.id.js';

interface StoredNode {
  hash: string;
  kind: string;
  namespace: string;
  profile_id: number;
  shown: string;
  first_seen_at: number;
  rule: string;
}

export interface StoredLink {
  a: string;
  b: string;
  source_id: string;
  event_id: string;
  rule: string;
  at: number;
  outcome: LinkOutcome | null;
}

const NODE_COLUMNS = ['hash', 'kind', 'namespace', 'profile_id', 'shown', 'first_seen_at', 'rule'];

/** What the views of the graph need to know beside the rows. */
export interface ViewTools {
  kinds: KindTable;
  constraints: Constraints;
}

/** Identifiers by hash, or all that profiles hold; those that only follow from another one are left out. */
export async function readNodes(
  manager: EntityManager,
  where: 'hash' | 'profile_id',
  values: (string | number)[],
  tools: ViewTools,
): Promise<Map<string, GraphNode>> {
  const rows = await selectIn<StoredNode>(manager, { table: 'identifier', columns: NODE_COLUMNS, where, values });
  return new Map(rows.filter(({ rule }) => !UNSTATED.includes(rule)).map((row) => [row.hash, nodeOf(row, tools)]));
}

const nodeOf = (row: StoredNode, { kinds, constraints }: ViewTools): GraphNode => ({
  id: row.hash,
  kind: row.kind,
  title: kinds.get(row.kind)?.title ?? { zh: row.kind, en: row.kind },
  namespace: row.namespace,
  value: row.kind === 'phone' ? shownAgain(row).replace(UNVERIFIED, '') : shownAgain(row),
  strength: kinds.get(row.kind)?.strength ?? 'weak',
  isBarred: constraints.isBarred(row.hash),
  isUnverified: row.kind === 'phone' && row.shown.endsWith(UNVERIFIED),
  firstSeenAt: row.first_seen_at,
  ...(row.profile_id !== UNHELD && { profileId: publicId(row.profile_id) }),
});

/** Every recorded link that touches one of the identifiers. */
export async function readLinks(manager: EntityManager, hashes: string[]): Promise<StoredLink[]> {
  const columns = ['a', 'b', 'source_id', 'event_id', 'rule', 'at', 'outcome'];
  const found = new Map<string, StoredLink>();
  for (const where of ['a', 'b'])
    for (const row of await selectIn<StoredLink>(manager, { table: 'identity_link', columns, where, values: hashes }))
      found.set(pairKey(row.a, row.b), row);
  return [...found.values()];
}

export const edgeOf = (link: StoredLink, events: number, { constraints }: ViewTools): GraphEdge => ({
  a: link.a,
  b: link.b,
  outcome: link.outcome ?? 'joined',
  evidence: { sourceId: link.source_id, eventId: link.event_id, rule: link.rule, at: link.at },
  events,
  isCut: constraints.isCut(link.a, link.b),
});
