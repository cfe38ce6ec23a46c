import type { JsonScalar } from './json.js';
import type { Aggregate } from './tag.js';

/** A test of one value. `within` and `olderThan` take days and read the value as an instant (epoch ms). */
export type Test =
  | { op: 'is' | 'isNot'; value: JsonScalar }
  | { op: 'in' | 'notIn'; values: JsonScalar[] }
  | { op: 'gt' | 'gte' | 'lt' | 'lte'; value: number }
  | { op: 'contains'; value: string }
  | { op: 'exists' | 'missing' }
  | { op: 'within' | 'olderThan'; days: number };

/**
 * A rule over what is known of a profile: the one language of tag tiers, lifecycle stages, triggers and audiences. Each
 * leaf can be kept up to date event by event.
 */
export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | { tag: string; test: Test }
  | { trait: string; test: Test }
  | { stage: string; test: Test }
  | { behaviour: Aggregate; test: Test };
