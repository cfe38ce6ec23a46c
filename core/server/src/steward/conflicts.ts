import { PlatformError, type ConflictDecision, type ConflictView } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { APART, IDENTITY } from '../identity/index.js';
import type { IngestTools } from '../ingest/index.js';
import type { Profiles } from '../profile/profiles.js';
import { readPublicId } from '../profile/profile.id.js';
import { livingId } from '../profile/store/profile.store.js';
import type { Acts, Doing } from './acts.js';
import type { IdentityViews } from './identity.views.js';

interface Row {
  id: string;
  identifier: string;
  partner: string | null;
  limit_kind: string;
  profile_id: number;
  other_id: number;
  source_id: string;
  event_id: string;
  at: number;
  settled_at: number | null;
  settlement: string | null;
}

interface Tools {
  dataSource: DataSource;
  profiles: Profiles;
  identityViews: IdentityViews;
  acts: Acts;
  ingestTools: () => IngestTools;
}

/** Law 3: merges that a limit forbade, and what people decided about them. */
export class Conflicts {
  constructor(private readonly tools: Tools) {}

  /** Newest first, before `[at, id]`. */
  async list(status: 'open' | 'settled', limit: number, after?: [number, string]): Promise<ConflictView[]> {
    const [at, id] = after ?? [Number.MAX_SAFE_INTEGER, ''];
    const test = status === 'open' ? 'settled_at IS NULL' : 'settled_at IS NOT NULL';
    const rows = await this.tools.dataSource.query<Row[]>(
      `SELECT * FROM identity_conflict WHERE ${test} AND (at < ? OR (at = ? AND id > ?)) ORDER BY at DESC, id LIMIT ?`,
      [at, at, id, limit],
    );
    return this.views(rows);
  }

  /** Throws `IDENTITY_CONFLICT_ABSENT` for one that is not open. */
  async settle(id: string, decision: ConflictDecision, doing: Doing): Promise<ConflictView> {
    const row = await this.find(id);
    if (!row || row.settled_at !== null) throw absent(id);
    const settlement = { decision, by: doing.by, at: this.now(), reason: doing.reason };
    await this.mark(id, settlement);
    try {
      await this.carryOut(row, decision, doing);
    } catch (error) {
      await this.mark(id, null);
      throw error;
    }
    return (await this.views([(await this.find(id))!]))[0]!;
  }

  private async carryOut(row: Row, decision: ConflictDecision, doing: Doing): Promise<void> {
    const { acts } = this.tools;
    const partner = row.partner ?? row.identifier;
    if (decision === 'apart') return acts.keepApart(row.identifier, partner, doing);
    if (decision === 'bar') return void (await acts.bar(row.identifier, doing));
    if (decision === 'move') return void (await acts.move(row.identifier, partner, doing));
    const holders = await this.tools.identityViews.holders([row.identifier, partner]);
    const [one, other] = [holders.get(partner), holders.get(row.identifier)];
    if (one && other && one !== other) await acts.merge(one, other, doing, true);
    else await acts.link(partner, row.identifier, doing);
  }

  private mark(id: string, settlement: { at: number } | null): Promise<unknown> {
    const sql = 'UPDATE identity_conflict SET settled_at = ?, settlement = ? WHERE id = ?';
    return this.tools.dataSource.query(sql, [settlement?.at ?? null, settlement && JSON.stringify(settlement), id]);
  }

  private async find(id: string): Promise<Row | undefined> {
    const [row] = await this.tools.dataSource.query<Row[]>('SELECT * FROM identity_conflict WHERE id = ?', [id]);
    return row;
  }

  /** People may have been merged or parted since, so both sides are found by the identifiers where they can be. */
  private async views(rows: Row[]): Promise<ConflictView[]> {
    const { identityViews, profiles, ingestTools, dataSource } = this.tools;
    const hashes = [
      ...new Set(rows.flatMap(({ identifier, partner }) => (partner ? [identifier, partner] : [identifier]))),
    ];
    const [nodes, holders] = [await identityViews.nodes(hashes), await identityViews.holders(hashes)];
    const sides = new Map<string, [number, number]>();
    for (const row of rows) {
      const one = holders.get(row.partner ?? '') || (await livingId(dataSource.manager, row.profile_id)) || 0;
      const other = holders.get(row.identifier) || (await livingId(dataSource.manager, row.other_id)) || one;
      sides.set(row.id, [one, other]);
    }
    const summaries = await profiles.summaries([...new Set([...sides.values()].flat())]);
    const byId = new Map(summaries.map((summary) => [readPublicId(summary.id)!, summary]));
    const { kinds } = await ingestTools().rulebooks.latest(dataSource.manager);
    return rows.flatMap((row) => {
      const [one, other] = sides.get(row.id)!.map((side) => byId.get(side));
      const identifier = nodes.get(row.identifier);
      if (!one || !other || !identifier) return [];
      const limitTitle =
        row.limit_kind === APART ? TWO_PEOPLE : (kinds.get(row.limit_kind)?.title ?? asText(row.limit_kind));
      return [
        {
          id: row.id,
          at: row.at,
          identifier,
          limit: row.limit_kind,
          limitTitle,
          profile: one,
          other,
          evidence: { sourceId: row.source_id, eventId: row.event_id, rule: 'shared_event', at: row.at },
          status: row.settled_at === null ? ('open' as const) : ('settled' as const),
          ...(row.settlement && { settlement: JSON.parse(row.settlement) as NonNullable<ConflictView['settlement']> }),
        },
      ];
    });
  }

  private now(): number {
    return this.tools.ingestTools().now();
  }
}

const TWO_PEOPLE = { zh: '已判定为两人', en: 'Said to be two people' };
const asText = (key: string) => ({ zh: key, en: key });

const absent = (id: string): PlatformError =>
  new PlatformError(IDENTITY.CONFLICT_ABSENT, 'there is no such open conflict', { kind: 'absent', details: { id } });
