import type { TagDefinition, TagDetail, TagHistory, TagListItem, TagRun, Trace } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { computationWords, type Titles } from '../definition/index.js';
import type { Definitions } from '../fold/definitions.js';
import type { Overviews } from '../overview/overview.js';
import type { Profiles } from '../profile/profiles.js';
import { loadStates } from '../profile/store/profile.store.js';
import { inputsOf } from '../tag/index.js';
import type { Zone } from '../time/zone.js';
import { LIVING_PROFILES, type Warehouse } from '../warehouse/index.js';
import { absent } from './releases.js';
import { TagHistories } from './histories.js';
import type { TagRuns } from './runs.js';
import type { TagUses } from './uses.js';
import { traceTag } from './why.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  definitions: Definitions;
  overviews: Overviews;
  profiles: Profiles;
  runs: TagRuns;
  uses: TagUses;
  titles: () => Titles;
  zone: Zone;
  now: () => number;
}

/** Tags as operators see them: health, lineage, history, reasons. */
export class TagViews {
  constructor(private readonly tools: Tools) {}

  async list(): Promise<TagListItem[]> {
    const { definitions, overviews, uses } = this.tools;
    const [people, used, idle] = [await overviews.tagCounts(), await uses.all(), await uses.idleDays()];
    return definitions.tagList().map((tag) => ({
      ...tag,
      people: people.get(tag.key) ?? 0,
      usedBy: used.get(tag.key)?.length ?? 0,
      ...(idle.has(tag.key) && { idleDays: idle.get(tag.key)! }),
    }));
  }

  async get(key: string): Promise<TagDetail> {
    const definition = this.find(key);
    const { uses, runs } = this.tools;
    const [idle, run] = [(await uses.idleDays()).get(key), await runs.of(key)];
    return {
      definition,
      words: computationWords(definition, this.tools.titles()),
      ...(await this.coverage(key)),
      versions: await this.versions(key),
      inputs: this.inputs(definition),
      usedBy: await uses.of(key),
      ...(idle !== undefined && { idleDays: idle }),
      ...(run && { run, ...costOf(run) }),
    };
  }

  /** Day by day by the platform's calendar: who had a value in the end, and which. */
  async history(key: string, days: number): Promise<TagHistory> {
    return new TagHistories(this.tools).read(this.find(key), days);
  }

  /** Why a person has the tag, or why not. */
  async why(key: string, profile: string): Promise<Trace> {
    this.find(key);
    const { dataSource, definitions, profiles, titles, now } = this.tools;
    const number = await profiles.resolve(profile);
    const state = (await loadStates(dataSource.manager, [number])).get(number)!;
    return traceTag(key, {
      state,
      program: definitions.program.tags,
      definitions: new Map(definitions.tagList().map((tag) => [tag.key, tag])),
      titles: titles(),
      now: now(),
    });
  }

  private find(key: string): TagDefinition {
    const definition = this.tools.definitions.tagList().find((tag) => tag.key === key);
    if (!definition) throw absent(key);
    return definition;
  }

  private async coverage(key: string): Promise<{ people: number; total: number }> {
    const sql = `SELECT countIf(mapContains(tags, {key:String})) AS people, count() AS total FROM ${LIVING_PROFILES}`;
    const [row] = await this.tools.warehouse.rows<{ people: number; total: number }>(sql, { key });
    return row!;
  }

  private async versions(key: string): Promise<TagDetail['versions']> {
    const rows = await this.tools.dataSource.query<
      { version: number; at: number; done_by: string | null; note: string | null }[]
    >(
      `SELECT d.version, d.created_at AS at, r.done_by, r.note FROM tag_definition d
       LEFT JOIN tag_release r ON r.\`key\` = d.\`key\` AND r.version = d.version
       WHERE d.\`key\` = ? ORDER BY d.version DESC`,
      [key],
    );
    return rows.map(({ version, at, done_by, note }) => ({
      version,
      at,
      by: done_by ?? '',
      note: note ?? '',
    }));
  }

  private inputs({ key, computation }: TagDefinition): TagDetail['inputs'] {
    const { definitions } = this.tools;
    const { tags, traits } = inputsOf(computation);
    const compiled = definitions.program.tags.tags;
    const own = compiled.find(({ definition }) => definition.key === key)!;
    const hidden = inputsOf(own.definition.computation).tags.flatMap(
      (input) => compiled.find(({ definition }) => definition.key === input)?.cell?.event.names ?? [],
    );
    const titles = new Map(definitions.tagList().map((tag) => [tag.key, tag.title]));
    return {
      events: [...new Set([...(own.cell?.event.names ?? []), ...hidden])],
      traits: [...new Set(traits)],
      tags: [...new Set(tags)].map((input) => ({ key: input, title: titles.get(input)! })),
    };
  }
}

/** What the last run over everybody took, shared among its tags. */
function costOf(run: TagRun): { costMs?: number } {
  if (run.status !== 'done' || run.finishedAt === undefined) return {};
  return { costMs: Math.round((run.finishedAt - run.startedAt) / Math.max(1, run.tags.length)) };
}
