import 'reflect-metadata';
import type { Json, JsonObject, Text } from '@perennial/contract';

/** What a model may read: the warehouse, read only, and the instant that it scores for. No clock, no network. */
export interface ModelContext {
  /** ClickHouse SQL with `{name:Type}` parameters. Use the view `person_events`: its `profile` follows merges. */
  rows: <T>(sql: string, params?: Record<string, unknown>) => Promise<T[]>;
  /** Epoch ms of the instant that the scores are for. */
  now: number;
  signal: AbortSignal;
}

export interface Score {
  /** The dense number of the profile, as in the warehouse's `profile` columns. */
  profile: number;
  tags: Record<string, Json>;
}

/** What a run has to say for itself; shown beside the scores. */
export interface ModelReport {
  metrics: JsonObject;
}

/** Scores the whole population, in batches. The same warehouse and `now` give the same scores. */
export interface Model {
  score(context: ModelContext): AsyncGenerator<Score[], ModelReport>;
}

export interface ModelFacts {
  key: string;
  title: Text;
  /** Tag keys that it writes; declared in the plugin's `tags`. */
  writes: string[];
  /** Stored with each value's provenance; raise it when the same data would score otherwise. */
  version: number;
  everyHours?: number;
}

const MODEL = Symbol('perennial:model');

export const ScoringModel =
  (facts: ModelFacts): ClassDecorator =>
  (target) =>
    Reflect.defineMetadata(MODEL, facts, target);

export const modelFacts = (target: object): ModelFacts | undefined =>
  Reflect.getMetadata(MODEL, target) as ModelFacts | undefined;
