import type { Condition, Test } from './condition.js';
import type { Json, JsonScalar } from './json.js';
import type { Text } from './text.js';

export const TAG_CATEGORIES = ['attribute', 'behaviour', 'content', 'product', 'model'] as const;
export type TagCategory = (typeof TAG_CATEGORIES)[number];

export const TAG_VALUE_TYPES = ['boolean', 'number', 'text', 'date', 'enum', 'list'] as const;
export type TagValueType = (typeof TAG_VALUE_TYPES)[number];

/** Which events count: by name, narrowed by tests of properties (`a.b` walks into objects). */
export interface EventFilter {
  names: string[];
  where?: { property: string; test: Test }[];
}

/** What is measured over the events that count. `sum`, `average`, `min` and `max` keep four decimals, as integers, so
 * that both engines give the same last digit. `firstAt` and `lastAt` are instants (epoch ms). */
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
] as const;
export type Measure = (typeof MEASURES)[number];

export interface Aggregate {
  kind: 'aggregate';
  event: EventFilter;
  measure: Measure;
  /** The property that is measured; not for `count`, `firstAt`, `lastAt`. */
  property?: string;
  /** Only the last so many calendar days of the platform's time zone, today included; absent means all time. */
  windowDays?: number;
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
  | { op: 'add' | 'subtract' | 'multiply' | 'divide' | 'min' | 'max'; of: Formula[] };

export type Computation =
  | Aggregate
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
  /** Permitted values of an `enum`, with their names. */
  values?: { value: JsonScalar; title: Text }[];
  computation: Computation;
  /** What the tag is for; publishing without it is refused (law 3 of the tag kernel). */
  scenario: Text;
  owner: string;
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
