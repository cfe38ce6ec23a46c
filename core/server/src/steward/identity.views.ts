import {
  PlatformError,
  type GraphNode,
  type IdentityAct,
  type ProfileIdentity,
  type SplitPart,
  type SplitPreview,
} from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { selectIn } from '../database/index.js';
import { IDENTITY, pairKey } from '../identity/index.js';
import type { IngestTools } from '../ingest/index.js';
import { publicId } from '../profile/profile.id.js';
import { placeKey } from '@perennial/contract';
import { isShadow } from '../lifecycle/index.js';
import { isHidden } from '../tag/index.js';
import { COUNTS, type Warehouse } from '../warehouse/index.js';
import { heirsOf } from './acts.js';
import { edgeOf, readLinks, readNodes, type ViewTools } from './graph.views.js';
import type { Plan } from './regroup.js';
import { actsOf, listActs, type StoredAct } from './store/act.store.js';
import { readStanding } from './store/history.store.js';
import { mergesInto, type StoredMerge } from './store/merge.store.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  ingestTools: () => IngestTools;
}

/** The identity graph as operators see it: masked values, every link with its evidence. */
export class IdentityViews {
  constructor(private readonly tools: Tools) {}

  async profile(id: number): Promise<ProfileIdentity> {
    const manager = this.tools.dataSource.manager;
    const view = await this.viewTools();
    const held = await readNodes(manager, 'profile_id', [id], view);
    const links = await readLinks(manager, [...held.keys()]);
    const others = links.flatMap(({ a, b }) => [a, b]).filter((hash) => !held.has(hash));
    const nodes = new Map([...held, ...(await readNodes(manager, 'hash', [...new Set(others)], view))]);
    const [person] = await readStanding(manager, [id]);
    const together = await this.eventsTogether(person!.numbers);
    const edges = links
      .filter(({ a, b }) => nodes.has(a) && nodes.has(b))
      .map((link) => edgeOf(link, together.get(pairKey(link.a, link.b)) ?? 0, view));
    return { profileId: publicId(id), nodes: [...nodes.values()], edges, acts: await this.actsOf(id, person!.numbers) };
  }

  /** The living profile's merges and acts, newest first. */
  private async actsOf(id: number, numbers: number[]): Promise<IdentityAct[]> {
    const manager = this.tools.dataSource.manager;
    const acts = await actsOf(manager, numbers);
    const merges = await mergesInto(manager, numbers);
    const views = await this.actViews(acts);
    const mergeViews = await Promise.all(merges.map((merge) => this.mergeView(merge, id)));
    return [...views, ...mergeViews].sort((a, b) => b.at - a.at);
  }

  async acts(limit: number, after?: [number, string]): Promise<{ view: IdentityAct; cursor: [number, string] }[]> {
    const acts = await listActs(this.tools.dataSource.manager, limit, after);
    const views = await this.actViews(acts);
    return acts.map((act, at) => ({ view: views[at]!, cursor: [act.at, act.id] }));
  }

  private async actViews(acts: StoredAct[]): Promise<IdentityAct[]> {
    const hashes = [...new Set(acts.flatMap(({ identifiers }) => identifiers))];
    const nodes = await readNodes(this.tools.dataSource.manager, 'hash', hashes, await this.viewTools());
    return acts.map(({ id, kind, at, by, reason, profiles, identifiers, evidence, undoneAt }) => ({
      id,
      kind,
      at,
      by,
      reason,
      profiles: profiles.map(publicId),
      identifiers: identifiers.flatMap((hash) => nodes.get(hash) ?? []),
      ...(evidence && { evidence }),
      canUndo: undoneAt === undefined && kind !== 'rules',
    }));
  }

  /** A merge that an event caused. It is taken back by taking out the link. */
  private async mergeView(merge: StoredMerge, living: number): Promise<IdentityAct> {
    const nodes = await readNodes(this.tools.dataSource.manager, 'hash', [merge.identifier], await this.viewTools());
    return {
      id: `merge:${merge.dropped}`,
      kind: 'merged',
      at: merge.at,
      by: 'event',
      reason: '',
      profiles: [publicId(merge.kept), publicId(merge.dropped), publicId(living)],
      identifiers: [...nodes.values()],
      evidence: { sourceId: merge.source_id, eventId: merge.event_id, rule: 'shared_event', at: merge.at },
      canUndo: true,
    };
  }

  /** How many of the person's events state both ends of a link. */
  private async eventsTogether(numbers: number[]): Promise<Map<string, number>> {
    const sql = `SELECT pair.1 AS one, pair.2 AS other, count() AS n FROM (
        SELECT arrayJoin(arrayFlatten(arrayMap(a -> arrayMap(b -> (a, b), identifiers), identifiers))) AS pair FROM events
        WHERE profile IN {numbers:Array(UInt32)} AND ${COUNTS} AND length(identifiers) BETWEEN 2 AND 20
      ) WHERE one < other GROUP BY one, other`;
    const rows = await this.tools.warehouse.rows<{ one: string; other: string; n: number }>(sql, { numbers });
    return new Map(rows.map(({ one, other, n }) => [pairKey(one, other), n]));
  }

  async preview(profile: number, plan: Plan): Promise<SplitPreview> {
    const heirs = heirsOf(profile, plan);
    const view = await this.viewTools();
    const hashes = heirs.flatMap((local) => plan.replayed.graph.holdings(local).map(({ hash }) => hash));
    const nodes = await readNodes(this.tools.dataSource.manager, 'hash', hashes, view);
    const remaining = heirs.length > 1 ? [] : await readLinks(this.tools.dataSource.manager, hashes);
    return {
      parts: heirs.map((local) => partView(local, plan, nodes)),
      remaining: remaining.filter(({ a, b }) => nodes.has(a) && nodes.has(b)).map((link) => edgeOf(link, 0, view)),
    };
  }

  /** Nodes by hash. Throws `IDENTITY_IDENTIFIER_ABSENT`. */
  async node(hash: string): Promise<GraphNode> {
    const node = (await this.nodes([hash])).get(hash);
    if (!node) throw new PlatformError(IDENTITY.IDENTIFIER_ABSENT, 'there is no such identifier', { kind: 'absent' });
    return node;
  }

  async nodes(hashes: string[]): Promise<Map<string, GraphNode>> {
    return readNodes(this.tools.dataSource.manager, 'hash', hashes, await this.viewTools());
  }

  /** Which of the profiles, by number, each hash is on. */
  async holders(hashes: string[]): Promise<Map<string, number>> {
    const rows = await selectIn<{ hash: string; profile_id: number }>(this.tools.dataSource.manager, {
      table: 'identifier',
      columns: ['hash', 'profile_id'],
      where: 'hash',
      values: hashes,
    });
    return new Map(rows.map(({ hash, profile_id }) => [hash, profile_id]));
  }

  private viewTools(): Promise<ViewTools> {
    return this.tools.ingestTools().rulebooks.latest(this.tools.dataSource.manager);
  }
}

function partView(local: number, { replayed, group }: Plan, nodes: Map<string, GraphNode>): SplitPart {
  const state = replayed.states.get(local)!;
  const events = group.history.filter((_, at) => replayed.owners[at] === local).length;
  return {
    identifiers: replayed.graph.holdings(local).flatMap(({ hash }) => nodes.get(hash) ?? []),
    events,
    firstSeenAt: state.firstSeenAt,
    lastSeenAt: state.lastSeenAt,
    stages: Object.fromEntries(
      Object.entries(state.places).flatMap(([key, place]) => (isShadow(key) ? [] : [[key, placeKey(place)]])),
    ),
    tags: Object.entries(state.tags).filter(([key, { value }]) => value !== undefined && !isHidden(key)).length,
  };
}
