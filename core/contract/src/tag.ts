import type { Condition, Test } from './condition.js';
import type { Json, JsonScalar } from './json.js';
import type { Text } from './text.js';

export const TAG_CATEGORIES = ['attribute', 'behaviour', 'content', 'product', 'model'] as const;
export type TagCategory = (typeof TAG_CATEGORIES)[number];

export const TAG_VALUE_TYPES = ['boolean', 'number', 'text', 'date', 'enum', 'list', 'scores'] as const;
export type TagValueType = (typeof TAG_VALUE_TYPES)[number];

/** A test of an event's property (`a.b` walks into objects; `$product.category` is what the catalogue knew of it). */
export type EventTest =
  { property: string; test: Test } | { all: EventTest[] } | { any: EventTest[] } | { not: EventTest };

/** Which events count: by name, narrowed by tests that must all hold. `within` and `olderThan` are not permitted here. */
export interface EventFilter {
  names: string[];
  where?: EventTest[];
}

export const WINDOW_UNITS = ['day', 'hour', 'minute'] as const;
export const CALENDAR_PERIODS = ['week', 'month', 'quarter', 'year'] as const;

/**
 * When it happened. `last` units, the running one included, of which the newest `skip` are left out: `{last: 30, unit:
 * 'day', skip: 30}` is the window before the last 30 days. `day` is the calendar day of the platform's time zone; hours
 * and minutes are those of UTC. `this` is the running calendar period; weeks begin on Monday.
 */
export type Window =
  { last: number; unit: (typeof WINDOW_UNITS)[number]; skip?: number } | { this: (typeof CALENDAR_PERIODS)[number] };

/**
 * What is measured over the events that count. `sum`, `average`, `min` and `max` keep four decimals, as integers, so
 * that both engines give the same last digit. `firstAt` and `lastAt` are instants (epoch ms). `top` is the most frequent
 * value, or the list of the `limit` most frequent; `scores` gives each of them with its count (or its sum of `weight`).
 * `days` counts calendar days, `streak` is the longest run of them; `hour` (0-23) and `weekday` (1 = Monday) are the most
 * frequent, by the wall clock. Ties go to the smaller text or number. `distinct`, `top` and `scores` count each value of
 * a list.
 */
export const MEASURES = [
  'count',
  'sum',
  'average',
  'min',
  'max',
  'first',
  'last',
  'firstAt',
  'lastAt',
  'distinct',
  'top',
  'scores',
  'days',
  'streak',
  'hour',
  'weekday',
] as const;
export type Measure = (typeof MEASURES)[number];

export interface Aggregate {
  kind: 'aggregate';
  event: EventFilter;
  measure: Measure;
  /** The property that is measured; only for `sum`, `average`, `min`, `max`, `first`, `last`, `distinct`, `top`, `scores`. */
  property?: string;
  /** Absent means all time. */
  window?: Window;
  /** How many values `top` and `scores` give, 1 to 50; 1 when absent (`scores`: 10). */
  limit?: number;
  /** A number property by whose sum `top` and `scores` rank, instead of by count. */
  weight?: string;
}

/** Whole calendar days since the last event that counts: 0 today; nobody is looked at again once `cap` is reached. */
export interface DaysSince {
  kind: 'daysSince';
  event: EventFilter;
  cap: number;
}

/** A band of days since the last event that counts: first band that holds it gives the value. */
export interface Recency {
  kind: 'recency';
  event: EventFilter;
  bands: { withinDays: number; value: JsonScalar }[];
  /** Older than every band. A person who never did it has no value. */
  otherwise?: JsonScalar;
}

/** First tier that holds gives the value. */
export interface Tiers {
  kind: 'tiers';
  tiers: { when: Condition; value: JsonScalar }[];
  otherwise?: JsonScalar;
}

export type Formula =
  | { tag: string }
  | { trait: string }
  | { number: number }
  | { aggregate: Aggregate }
  /** `coalesce` is the first part that has a value; the others have none where a part has none. */
  | { op: 'add' | 'subtract' | 'multiply' | 'divide' | 'min' | 'max' | 'coalesce'; of: Formula[] };

export type Computation =
  | Aggregate
  | DaysSince
  | Recency
  | Tiers
  | { kind: 'trait'; trait: string }
  | { kind: 'formula'; formula: Formula; decimals?: number }
  | { kind: 'model'; model: string }
  | { kind: 'manual' };

/** A tag: what it is called, how it is computed, and the marketing scenario that it serves. */
export interface TagDefinition {
  key: string;
  title: Text;
  category: TagCategory;
  valueType: TagValueType;
  /** Permitted values of an `enum`, with their names; a value that is none of them is no value. */
  values?: { value: JsonScalar; title: Text }[];
  computation: Computation;
  /** What the tag is for; publishing without it is refused (law 3 of the tag kernel). */
  scenario: Text;
  owner: string;
  /** The industries that it was made for; absent for all. */
  industries?: string[];
  /** When the rule stops matching: forget the value, or keep the last. */
  onUnmatched: 'empty' | 'keep';
  version: number;
}

/** A tag's value on one profile with its provenance. */
export interface TagValue {
  value: Json;
  definitionVersion: number;
  /** Epoch ms of the instant at which the value became this one. */
  at: number;
  /** The event that changed it, or what else did: `time`, `merge`, `model:<key>`, `manual:<user>`. */
  evidence: string;
}
