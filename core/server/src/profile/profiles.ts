import {
  placeKey,
  PlatformError,
  type IdentifierView,
  type Json,
  type LifecycleDefinition,
  type MoveView,
  type PlaceView,
  type ProfileDetail,
  type ProfileSummary,
  type TagView,
  type Text,
  type TransitionReason,
} from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { selectIn } from '../database/index.js';
import type { Definitions } from '../fold/definitions.js';
import { Groups } from '../group/index.js';
import { UNSTATED } from '../identity/store/identifier.store.js';
import { shownAgain, type KeyRing, type KindTable } from '../identity/index.js';
import { aggregateWords } from '../definition/index.js';
import { isHidden } from '../tag/index.js';
import { COUNTS, type Warehouse } from '../warehouse/index.js';
import { publicId, readPublicId } from './profile.id.js';
import { findProfiles, isPersonal, kindsOf, type SearchPart } from './search.js';
import type { ProfileState } from './state.js';
import { livingId, loadStates } from './store/profile.store.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  definitions: Definitions;
  kinds: KindTable;
  keys: KeyRing;
}

interface StoredIdentifier {
  kind: string;
  namespace: string;
  profile_id: number;
  shown: string;
  first_seen_at: number;
  source_id: string;
  event_id: string;
  rule: string;
}

const IDENTIFIER_COLUMNS = [
  'kind',
  'namespace',
  'profile_id',
  'shown',
  'first_seen_at',
  'source_id',
  'event_id',
  'rule',
];

/** People as operators see them. Direct identifiers are masked here and everywhere above. */
export class Profiles {
  constructor(private readonly tools: Tools) {}

  /** Profiles that an identifier with this value leads to, or the one with this id. */
  async search(text: string, parts: readonly SearchPart[] = ['open', 'personal']): Promise<ProfileSummary[]> {
    return this.summaries(await findProfiles(this.tools, text, parts));
  }

  /** The kinds in whose form a text is that must not be tried without a right. */
  personalKinds(text: string): string[] {
    return kindsOf(text, this.tools.kinds);
  }

  /** Whether a text is a phone or an e-mail itself. */
  isPersonal(text: string): boolean {
    return isPersonal(text, this.tools.kinds);
  }

  /** The latest seen, before `[lastSeenAt, id]`. */
  async latest(limit: number, [at, id]: [number, number] = [Number.MAX_SAFE_INTEGER, 0]): Promise<ProfileSummary[]> {
    const sql = `SELECT id FROM profile WHERE merged_into IS NULL AND (last_seen_at < ? OR (last_seen_at = ? AND id > ?))
      ORDER BY last_seen_at DESC, id LIMIT ?`;
    const rows = await this.tools.dataSource.query<{ id: number }[]>(sql, [at, at, id, limit]);
    return this.summaries(rows.map((row) => row.id));
  }

  /** People who stand in a stage, from the warehouse's snapshots. */
  async inStage(lifecycle: string, stage: string, limit: number, afterId = 0): Promise<ProfileSummary[]> {
    const sql = `SELECT profile FROM profiles FINAL WHERE is_deleted = 0 AND profile > {after:UInt32}
      AND (stages[{lifecycle:String}] = {stage:String} OR startsWith(stages[{lifecycle:String}], concat({stage:String}, '/')))
      ORDER BY profile LIMIT {limit:UInt32}`;
    const rows = await this.tools.warehouse.rows<{ profile: number }>(sql, { lifecycle, stage, limit, after: afterId });
    return this.summaries(rows.map((row) => row.profile));
  }

  async get(id: string): Promise<ProfileDetail> {
    const number = await this.resolve(id);
    const [state] = (await loadStates(this.tools.dataSource.manager, [number])).values();
    const summary = (await this.summaries([number]))[0]!;
    const merged = await this.tools.dataSource.query<{ id: number; merged_at: number }[]>(
      'SELECT id, merged_at FROM profile WHERE merged_into = ? ORDER BY merged_at, id',
      [number],
    );
    return {
      ...summary,
      createdAt: state!.createdAt,
      traits: Object.entries(state!.traits).flatMap(([key, { value, at, sourceId }]) =>
        value === null ? [] : [{ key, value, at, sourceId }],
      ),
      tags: this.tagViews(state!),
      groups: await new Groups(this.tools).ofPerson(state!.groups),
      mergedFrom: merged.map((row) => ({ id: publicId(row.id), at: row.merged_at })),
    };
  }

  /** The living profile's number; an id that was merged away leads there too. Throws `PROFILE_ABSENT`. */
  async resolve(id: string): Promise<number> {
    const number = readPublicId(id);
    const living = number === undefined ? undefined : await livingId(this.tools.dataSource.manager, number);
    if (living === undefined)
      throw new PlatformError('PROFILE_ABSENT', 'there is no such profile', { kind: 'absent', details: { id } });
    return living;
  }

  /** Every number under which the person has history: its own and those that were merged into it. */
  async numbersOf(id: string): Promise<number[]> {
    const living = await this.resolve(id);
    const merged = await this.tools.dataSource.query<{ id: number }[]>('SELECT id FROM profile WHERE merged_into = ?', [
      living,
    ]);
    return [living, ...merged.map((row) => row.id)];
  }

  /** The whole stage history, oldest first. */
  async moves(id: string): Promise<MoveView[]> {
    const sql = `SELECT toUnixTimestamp64Milli(at) AS at, lifecycle, from_stage, to_stage, reason FROM moves
      WHERE profile IN {numbers:Array(UInt32)} AND ${COUNTS} ORDER BY at, seq`;
    const rows = await this.tools.warehouse.rows<{
      at: number;
      lifecycle: string;
      from_stage: string;
      to_stage: string;
      reason: string;
    }>(sql, { numbers: await this.numbersOf(id) });
    const titles = this.tagTitles();
    return rows.map((row) => {
      const reason = JSON.parse(row.reason) as TransitionReason;
      const [from, to] = [this.stageTitle(row.lifecycle, row.from_stage), this.stageTitle(row.lifecycle, row.to_stage)];
      return {
        at: row.at,
        lifecycle: row.lifecycle,
        ...(row.from_stage && { from: row.from_stage, ...(from && { fromTitle: from }) }),
        to: row.to_stage,
        toTitle: to ?? { zh: row.to_stage, en: row.to_stage },
        reason,
        read: Object.fromEntries(Object.keys(reason.tags).map((key) => [key, titles.get(key) ?? { zh: key, en: key }])),
      };
    });
  }

  /** A tag that stands for behaviour inside a condition has no title of its own: it is said in words. */
  private tagTitles(): Map<string, Text> {
    return new Map(
      this.tools.definitions.program.tags.tags.map(({ definition: { key, title, computation } }) => [
        key,
        isHidden(key) && computation.kind === 'aggregate' ? aggregateWords(computation) : title,
      ]),
    );
  }

  private stageTitle(lifecycle: string, place: string) {
    const [stageKey, subKey] = place.split('/');
    const stage = this.tools.definitions
      .lifecycleList()
      .find(({ key }) => key === lifecycle)
      ?.stages.find(({ key }) => key === stageKey);
    return subKey ? (stage?.subStages?.find(({ key }) => key === subKey)?.title ?? stage?.title) : stage?.title;
  }

  /** Living profiles by number; those that are not are left out. */
  async summaries(ids: number[]): Promise<ProfileSummary[]> {
    const { manager } = this.tools.dataSource;
    const states = await loadStates(manager, ids);
    const rows = await selectIn<StoredIdentifier>(manager, {
      table: 'identifier',
      columns: IDENTIFIER_COLUMNS,
      where: 'profile_id',
      values: ids,
    });
    return ids.flatMap((id) => {
      const state = states.get(id);
      if (!state) return [];
      const name = state.traits['name']?.value;
      return [
        {
          id: publicId(id),
          ...(typeof name === 'string' && { displayName: name }),
          identifiers: rows
            .filter((row) => row.profile_id === id && !UNSTATED.includes(row.rule))
            .map((row) => this.identifierView(row)),
          stages: this.placeViews(state),
          firstSeenAt: state.firstSeenAt,
          lastSeenAt: state.lastSeenAt,
          events: state.events,
        },
      ];
    });
  }

  private identifierView(row: StoredIdentifier): IdentifierView {
    const title = this.tools.kinds.get(row.kind)?.title ?? { zh: row.kind, en: row.kind };
    const evidence = { sourceId: row.source_id, eventId: row.event_id, rule: row.rule, at: row.first_seen_at };
    return {
      kind: row.kind,
      title,
      namespace: row.namespace,
      value: shownAgain(row),
      firstSeenAt: row.first_seen_at,
      evidence,
    };
  }

  private placeViews(state: ProfileState): PlaceView[] {
    return this.tools.definitions.lifecycleList().flatMap((lifecycle: LifecycleDefinition) => {
      const place = state.places[lifecycle.key];
      if (!place) return [];
      const stageTitle = this.stageTitle(lifecycle.key, place.stage) ?? { zh: place.stage, en: place.stage };
      const subStageTitle = place.subStage ? this.stageTitle(lifecycle.key, placeKey(place)) : undefined;
      const sub = place.subStage ? { subStage: place.subStage, ...(subStageTitle && { subStageTitle }) } : {};
      return [
        {
          lifecycle: lifecycle.key,
          lifecycleTitle: lifecycle.title,
          stage: place.stage,
          stageTitle,
          ...sub,
          since: place.since,
        },
      ];
    });
  }

  private tagViews(state: ProfileState): TagView[] {
    return this.tools.definitions.tagList().flatMap(({ key, title, category, scenario, values = [] }) => {
      const tag = state.tags[key];
      if (tag?.value === undefined) return [];
      const valueTitle = values.find(({ value }) => value === (tag.value as Json))?.title;
      return [
        {
          key,
          title,
          category,
          value: tag.value,
          ...(valueTitle && { valueTitle }),
          definitionVersion: tag.version,
          at: tag.at,
          evidence: tag.evidence,
          scenario,
        },
      ];
    });
  }
}
