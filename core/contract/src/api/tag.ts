import type { Json } from '../json.js';
import type { TagDefinition } from '../tag.js';
import type { Text } from '../text.js';

/** What is wrong with a definition, where (`computation.tiers.0.when`), and what to do. */
export interface DefinitionProblem {
  path: string;
  code: string;
  message: Text;
}

/** `GET /api/v1/tags` -> TagListItem[] (not paged: definitions are few). */
export interface TagListItem extends TagDefinition {
  people: number;
  /** What reads it: tags, lifecycles, audiences, triggers. */
  usedBy: number;
  /** Days since something last used it; absent while something uses it. */
  idleDays?: number;
}

/**
 * A ready definition. `GET /api/v1/tags/library` -> ShelfItem[]; `POST /api/v1/tags/library {keys}` (at most 100) ->
 * {published}: puts them, and those of the library that they read, in force and computes them for everybody in one run.
 */
export interface ShelfItem {
  definition: TagDefinition;
  words: Text;
  isPublished: boolean;
  /** Tags that it reads. */
  needs: string[];
}

export interface TagUse {
  kind: 'tag' | 'lifecycle' | 'audience' | 'trigger';
  key: string;
  title: Text;
}

/** `GET /api/v1/tags/:key` */
export interface TagDetail {
  definition: TagDefinition;
  /** How it is computed, in a sentence. */
  words: Text;
  people: number;
  /** People of the platform, for the coverage. */
  total: number;
  versions: { version: number; at: number; by: string; note: string }[];
  /** What feeds it. */
  inputs: { events: string[]; traits: string[]; tags: { key: string; title: Text }[] };
  usedBy: TagUse[];
  idleDays?: number;
  /** Milliseconds that the last batch over everybody took for this tag; absent before the first. */
  costMs?: number;
  run?: TagRun;
}

/** How many people have which value. Numbers and dates come in at most 20 bands, `from` inclusive, `to` exclusive. */
export interface Distribution {
  people: number;
  none: number;
  values?: { value: Json; title?: Text; people: number }[];
  bands?: { from: number; to: number; people: number }[];
}

/**
 * `POST /api/v1/tags/check {definition}` -> { problems: DefinitionProblem[] };
 * `POST /api/v1/tags/preview {definition}` -> TagPreview, from the warehouse, without publishing anything.
 */
export interface TagPreview {
  before: Distribution;
  after: Distribution;
  /** People who get a value, lose it, or have another. */
  gained: number;
  lost: number;
  changed: number;
  examples: { profile: string; before: Json; after: Json }[];
  ms: number;
}

/**
 * `PUT /api/v1/tags/:key {definition, expectedVersion, note}` -> TagDetail: publishes a version and begins to compute it
 * for everybody. `expectedVersion` is the version it was edited from, 0 for a new tag; another one is refused with
 * `TAG_VERSION_CHANGED`. `DELETE /api/v1/tags/:key` retires one that nothing uses (`TAG_IN_USE` names what does).
 * `GET /api/v1/tags/schema` -> the JSON Schema of a definition.
 */
export interface TagRun {
  id: string;
  tags: string[];
  /** Lifecycles whose places it decides anew. */
  lifecycles: string[];
  status: 'running' | 'done' | 'failed' | 'cancelled';
  /** Profiles looked at and to be looked at. */
  done: number;
  total: number;
  changed: number;
  startedAt: number;
  finishedAt?: number;
  /** Why it failed. */
  message?: string;
}
/**
 * `GET /api/v1/tags/:key/history?days=30` -> TagHistory: the distribution day by day.
 * `GET /api/v1/tag-runs` -> TagRun[], `POST /api/v1/tag-runs/:id/cancel|resume` -> TagRun.
 * `POST /api/v1/tags/:key/recompute` -> TagRun: computes the published tag anew for everybody.
 */
export interface TagHistory {
  days: TagHistoryDay[];
  /** Population stability index between the first and the last day; above 0.25 the distribution is another. */
  drift?: number;
}

export interface TagHistoryDay {
  /** `2026-11-23` */
  day: string;
  people: number;
  changes: number;
  /** People by value, for the most frequent; absent for numbers and dates, whose changes are not kept. */
  values?: Record<string, number>;
}

/**
 * `GET /api/v1/tags/:key/why/:profile` -> Trace; `GET /api/v1/audiences/:key/why/:profile` -> Trace: the whole tree of
 * what was looked at, what was found there and whether it held.
 */
export interface Trace {
  /** In words: the rule, tier, measure or test. */
  text: Text;
  /** Whether it held; absent for what gives a value instead of an answer. */
  holds?: boolean;
  value?: Json;
  /** Events or days that gave the value, newest first, at most 20. */
  evidence?: { at: number; text: string }[];
  parts?: Trace[];
}

/**
 * `POST /api/v1/tags/:key/values {values: [{profile, value, expiresAt?}]}` (at most 1,000; `value: null` takes it away):
 * sets a manual tag. Answers per item, in order.
 */
export interface ManualValueAnswer {
  profile: string;
  ok: boolean;
  code?: string;
  message?: string;
}
