import { PlatformError, type AudienceMember, type AudiencePreview, type Rule, type Text } from '@perennial/contract';
import type { Definitions } from '../fold/definitions.js';
import { publicId } from '../profile/profile.id.js';
import type { Profiles } from '../profile/profiles.js';
import type { Zone } from '../time/zone.js';
import { Params, type TagColumns, type Warehouse } from '../warehouse/index.js';
import { AUDIENCE } from './audience.errors.js';
import type { Audiences } from './audiences.js';
import { ruleSql, type RuleContext } from './compile/rule.sql.js';

interface Tools {
  warehouse: Warehouse;
  definitions: Definitions;
  audiences: Audiences;
  columns: TagColumns;
  profiles: Profiles;
  zone: Zone;
  now: () => number;
}

const SAMPLE = 10;
const MAX_PARTS = 30;

/** Questions to the warehouse that begin with a rule. */
export class RuleQueries {
  private readonly previews = new Map<string, AbortController>();

  constructor(private readonly tools: Tools) {}

  /** `SELECT profile` of everybody who belongs. */
  peopleQuery(rule: Rule): { sql: string; params: Record<string, unknown> } {
    const params = new Params();
    return {
      sql: `SELECT profile FROM profiles FINAL WHERE is_deleted = 0 AND ${this.sqlOf(rule, params)}`,
      params: params.values,
    };
  }

  async count(rule: Rule, signal?: AbortSignal): Promise<number> {
    const { sql, params } = this.peopleQuery(rule);
    const counted = sql.replace('SELECT profile', 'SELECT count() AS people');
    const [row] = await this.tools.warehouse.rows<{ people: number }>(counted, params, signal);
    return row!.people;
  }

  /** Members after a profile, in order of their numbers. */
  async members(rule: Rule, after: number, limit: number): Promise<AudienceMember[]> {
    const { sql, params } = this.peopleQuery(rule);
    const rows = await this.tools.warehouse.rows<{ profile: number }>(
      `${sql} AND profile > {after:UInt32} ORDER BY profile LIMIT {limit:UInt32}`,
      { ...params, after, limit },
    );
    return this.show(rows.map(({ profile }) => profile));
  }

  /** Everything that an editor shows beside a rule, in one pass. `session` has one preview at a time: the newest. */
  async preview(rule: Rule, session: string): Promise<AudiencePreview> {
    this.previews.get(session)?.abort(new Replaced());
    const abort = new AbortController();
    this.previews.set(session, abort);
    try {
      return await this.previewOnce(rule, abort.signal);
    } catch (error) {
      if (abort.signal.reason instanceof Replaced)
        throw new PlatformError(AUDIENCE.PREVIEW_REPLACED, 'a newer preview took the place of this one', {
          kind: 'conflict',
        });
      throw error;
    } finally {
      if (this.previews.get(session) === abort) this.previews.delete(session);
    }
  }

  /** The caller went away. */
  give(session: string): void {
    this.previews.get(session)?.abort();
  }

  private async previewOnce(rule: Rule, signal: AbortSignal): Promise<AudiencePreview> {
    const began = performance.now();
    const { warehouse, definitions, audiences } = this.tools;
    const params = new Params();
    const parts = partsOf(rule).slice(0, MAX_PARTS);
    const main = definitions.lifecycleList()[0];
    const columns = [
      'count() AS total',
      'countIf(belongs) AS people',
      `sumMapIf(map(splitByChar('/', stages[${params.text(main?.key ?? '')}])[1], toUInt64(1)), belongs) AS stages`,
      `groupArrayIf(${SAMPLE})(profile, belongs) AS sample`,
      `[${parts.map((_, i) => `countIf(part${i})`).join(', ')}]::Array(UInt64) AS parts`,
    ];
    const asked = [
      `${this.sqlOf(rule, params)} AS belongs`,
      ...parts.map((part, i) => `${this.sqlOf(part, params)} AS part${i}`),
    ];
    const [row] = await warehouse.rows<Found>(
      `SELECT ${columns.join(', ')} FROM (SELECT profile, stages, ${asked.join(', ')} FROM profiles FINAL WHERE is_deleted = 0)`,
      params.values,
      signal,
    );
    const titles = new Map((main?.stages ?? []).map(({ key, title }) => [key, title]));
    return {
      people: row!.people,
      total: row!.total,
      words: audiences.words(rule),
      stages: stagesOf(row!.stages, titles),
      parts: row!.parts,
      sample: await this.show(row!.sample),
      ms: Math.round(performance.now() - began),
    };
  }

  /** What rules are compiled with, as of now. */
  contextOf(params: Params): RuleContext {
    const { definitions, audiences, columns, zone, now } = this.tools;
    const tags = new Map(definitions.tagList().map((tag) => [tag.key, tag]));
    return { now: now(), zone, params, tags, columns, audiences: audiences.all };
  }

  private sqlOf(rule: Rule, params: Params): string {
    return ruleSql(rule, this.contextOf(params));
  }

  /** In the order asked for; who was merged meanwhile is left out. */
  async show(ids: number[]): Promise<AudienceMember[]> {
    const summaries = new Map((await this.tools.profiles.summaries(ids)).map((summary) => [summary.id, summary]));
    return ids.flatMap((id) => {
      const found = summaries.get(publicId(id));
      if (!found) return [];
      const stage = found.stages[0]?.stageTitle;
      return [
        {
          profile: found.id,
          ...(found.displayName !== undefined && { displayName: found.displayName }),
          ...(stage && { stage }),
          lastSeenAt: found.lastSeenAt,
        },
      ];
    });
  }
}

class Replaced extends Error {}

interface Found {
  total: number;
  people: number;
  stages: Record<string, number>;
  sample: number[];
  parts: number[];
}

const partsOf = (rule: Rule): Rule[] => ('all' in rule ? rule.all : 'any' in rule ? rule.any : [rule]);

const stagesOf = (people: Record<string, number>, titles: ReadonlyMap<string, Text>): AudiencePreview['stages'] =>
  Object.entries(people)
    .filter(([stage]) => stage !== '')
    .map(([stage, count]) => ({ stage, title: titles.get(stage) ?? { zh: stage, en: stage }, people: count }))
    .sort((a, b) => b.people - a.people || (a.stage < b.stage ? -1 : 1));
