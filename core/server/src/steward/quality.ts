import type { IdentityQuality, SourceQuality } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { isWeak, type Rulebook } from '../identity/index.js';
import { UNSTATED_SQL } from '../identity/store/identifier.store.js';
import type { IngestTools } from '../ingest/index.js';
import { publicId } from '../profile/profile.id.js';
import { DAY } from '../time/zone.js';
import { LIVING_PROFILES, type Warehouse } from '../warehouse/index.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  ingestTools: () => IngestTools;
}

const RECENT_DAYS = 30;
const EXAMPLES = 10;
/** More values of one kind and namespace than this is more than most people have. */
const UNUSUAL = 4;
/** Below this share of known people a source is worth mending. */
const POORLY_IDENTIFIED = 0.5;

/** How far One ID can be trusted, and which source to mend first. All figures are counted, none is kept. */
export class Quality {
  constructor(private readonly tools: Tools) {}

  async read(sources: { id: string; title: string }[]): Promise<IdentityQuality> {
    const { dataSource, ingestTools } = this.tools;
    const book = await ingestTools().rulebooks.latest(dataSource.manager);
    const [people, kinds, conflicts] = await Promise.all([this.people(), this.kinds(book), this.conflicts()]);
    return {
      ...people,
      kinds,
      sources: await this.sources(sources, book),
      conflicts,
      overMerged: await this.overMerged(book),
      underMerged: await this.underMerged(),
      barred: await this.count("SELECT COUNT(*) AS n FROM identity_constraint WHERE kind = 'barred'"),
    };
  }

  private async people(): Promise<Pick<IdentityQuality, 'people' | 'identified'>> {
    const [row] = await this.tools.warehouse.rows<{ people: number; identified: number }>(
      `SELECT count() AS people, countIf(is_identified = 1) AS identified FROM ${LIVING_PROFILES}`,
    );
    return row!;
  }

  private async kinds({ kinds }: Rulebook): Promise<IdentityQuality['kinds']> {
    const sql = `SELECT kind, COUNT(*) AS people, SUM(n) AS held, MAX(n) AS largest FROM (
        SELECT kind, profile_id, COUNT(*) AS n FROM identifier
        WHERE profile_id > 0 AND rule NOT IN ${UNSTATED_SQL} GROUP BY kind, profile_id
      ) held GROUP BY kind`;
    const rows =
      await this.tools.dataSource.query<{ kind: string; people: number; held: unknown; largest: number }[]>(sql);
    return rows
      .map((row) => ({
        key: row.kind,
        title: kinds.get(row.kind)?.title ?? { zh: row.kind, en: row.kind },
        values: Number(row.held),
        people: row.people,
        largest: row.largest,
      }))
      .sort((a, b) => b.people - a.people);
  }

  private async conflicts(): Promise<IdentityQuality['conflicts']> {
    const { dataSource, ingestTools } = this.tools;
    const ages = 'SELECT at FROM identity_conflict WHERE settled_at IS NULL ORDER BY at';
    const open = await this.count('SELECT COUNT(*) AS n FROM identity_conflict WHERE settled_at IS NULL');
    if (open === 0) return { open };
    const [oldest] = await dataSource.query<{ at: number }[]>(`${ages} LIMIT 1`);
    const [median] = await dataSource.query<{ at: number }[]>(`${ages} LIMIT 1 OFFSET ${Math.floor(open / 2)}`);
    return { open, oldestAt: oldest!.at, medianAgeMs: ingestTools().now() - median!.at };
  }

  /** People who hold unusually many values of a kind that has no limit: an upper estimate of strangers taken for one. */
  private async overMerged({ kinds }: Rulebook): Promise<IdentityQuality['overMerged']> {
    const strong = [...kinds.values()].filter((kind) => !isWeak(kinds, refOf(kind.key))).map(({ key }) => key);
    const marks = strong.map(() => '?').join(',');
    const unusual = `SELECT profile_id, MAX(n) AS n FROM (
        SELECT profile_id, kind, namespace, COUNT(*) AS n FROM identifier
        WHERE profile_id > 0 AND rule NOT IN ${UNSTATED_SQL} AND kind IN (${marks})
        GROUP BY profile_id, kind, namespace HAVING COUNT(*) > ${UNUSUAL}
      ) held GROUP BY profile_id`;
    const rows = await this.tools.dataSource.query<{ profile_id: number }[]>(
      `${unusual} ORDER BY n DESC, profile_id LIMIT ${EXAMPLES}`,
      strong,
    );
    return {
      people: await this.count(`SELECT COUNT(*) AS n FROM (${unusual}) people`, strong),
      why: {
        zh: `持有同一类标识超过 ${UNUSUAL} 个的人`,
        en: `People who hold more than ${UNUSUAL} values of one kind`,
      },
      examples: rows.map((row) => publicId(row.profile_id)),
    };
  }

  /** Known people who handed one device on to each other: many share it, some are one person under two identifiers. */
  private async underMerged(): Promise<IdentityQuality['underMerged']> {
    const pairs = `SELECT DISTINCT a.profile_id AS one, b.profile_id AS other FROM identity_link l
      JOIN identifier a ON a.hash = l.a JOIN identifier b ON b.hash = l.b
      WHERE l.outcome = 'switched' AND a.profile_id <> b.profile_id AND a.profile_id > 0 AND b.profile_id > 0`;
    const rows = await this.tools.dataSource.query<{ one: number; other: number }[]>(`${pairs} LIMIT ${EXAMPLES}`);
    return {
      pairs: await this.count(`SELECT COUNT(*) AS n FROM (${pairs}) pairs`),
      why: {
        zh: '先后登录同一设备、尚未合并的已知客户',
        en: 'Known people who used one device in turn and are not one profile',
      },
      examples: rows.map(({ one, other }) => [publicId(one), publicId(other)]),
    };
  }

  private async sources(sources: { id: string; title: string }[], { kinds }: Rulebook): Promise<SourceQuality[]> {
    const traffic = await this.traffic();
    const conflicts = await this.bySource(
      'SELECT source_id, COUNT(*) AS n FROM identity_conflict WHERE settled_at IS NULL GROUP BY source_id',
    );
    const unverified = await this.bySource(
      "SELECT source_id, COUNT(*) AS n FROM identifier WHERE kind = 'phone' AND shown LIKE '%?' GROUP BY source_id",
    );
    const noUnionid = kinds.has('wechat_unionid') ? await this.withoutUnionid() : new Map<string, number>();
    return sources
      .map(({ id, title }) => {
        const { events, people, known } = traffic.get(id) ?? { events: 0, people: 0, known: 0 };
        const identifiedShare = events === 0 ? 1 : known / events;
        const advice: SourceQuality['advice'] = [
          { code: 'anonymous' as const, count: identifiedShare < POORLY_IDENTIFIED ? events - known : 0 },
          { code: 'no_unionid' as const, count: noUnionid.get(id) ?? 0 },
          { code: 'conflicts' as const, count: conflicts.get(id) ?? 0 },
          { code: 'unverified_phones' as const, count: unverified.get(id) ?? 0 },
        ];
        const worth = advice.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
        return { sourceId: id, title, events, people, identifiedShare, advice: worth };
      })
      .sort((a, b) => b.events - a.events);
  }

  private async traffic(): Promise<Map<string, { events: number; people: number; known: number }>> {
    const from = this.tools.ingestTools().now() - RECENT_DAYS * DAY;
    const rows = await this.tools.warehouse.rows<{ source_id: string; events: number; people: number; known: number }>(
      `SELECT source_id, count() AS events, uniq(profile) AS people,
         countIf(profile IN (SELECT profile FROM ${LIVING_PROFILES} WHERE is_identified = 1)) AS known
       FROM person_events WHERE at >= fromUnixTimestamp64Milli({from:Int64}) GROUP BY source_id`,
      { from },
    );
    return new Map(rows.map(({ source_id, ...row }) => [source_id, row]));
  }

  /** People of a mini program or account whose openid no unionid bridges to the enterprise's other ones. */
  private withoutUnionid(): Promise<Map<string, number>> {
    return this.bySource(`SELECT o.source_id AS source_id, COUNT(DISTINCT o.profile_id) AS n FROM identifier o
      WHERE o.kind = 'wechat_openid' AND o.profile_id > 0 AND NOT EXISTS (
        SELECT 1 FROM identifier u WHERE u.profile_id = o.profile_id AND u.kind = 'wechat_unionid'
      ) GROUP BY o.source_id`);
  }

  private async bySource(sql: string): Promise<Map<string, number>> {
    const rows = await this.tools.dataSource.query<{ source_id: string; n: number }[]>(sql);
    return new Map(rows.map(({ source_id, n }) => [source_id, n]));
  }

  private async count(sql: string, parameters: unknown[] = []): Promise<number> {
    const [row] = await this.tools.dataSource.query<{ n: number }[]>(sql, parameters);
    return row!.n;
  }
}

const refOf = (kind: string) => ({ kind, hash: '', namespace: '' });
