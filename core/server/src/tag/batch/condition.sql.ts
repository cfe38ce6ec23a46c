import type { Condition } from '@perennial/contract';
import type { Params } from '../../warehouse/index.js';
import { testSql } from './test.sql.js';
import { NONE, type SqlValue } from './value.sql.js';

/** What conditions and formulas read in a query. */
export interface SqlFacts {
  tag(key: string): SqlValue;
  /** Of today's snapshot. */
  trait(key: string): SqlValue;
  now: number;
  params: Params;
}

/** The same as `evaluate`, as SQL that is 0 or 1. Stages are unknown to tags, as in the other engine. */
export function conditionSql(condition: Condition, facts: SqlFacts): string {
  const each = (parts: Condition[]) => parts.map((part) => conditionSql(part, facts));
  if ('all' in condition) return condition.all.length > 0 ? `(${each(condition.all).join(' AND ')})` : '1';
  if ('any' in condition) return condition.any.length > 0 ? `(${each(condition.any).join(' OR ')})` : '0';
  if ('not' in condition) return `(NOT ${conditionSql(condition.not, facts)})`;
  return testSql(condition.test, valueOf(condition, facts), facts.now, facts.params);
}

type Leaf = Exclude<Condition, { all: unknown } | { any: unknown } | { not: unknown }>;

function valueOf(leaf: Leaf, facts: SqlFacts): SqlValue {
  if ('tag' in leaf) return facts.tag(leaf.tag);
  return 'trait' in leaf ? facts.trait(leaf.trait) : NONE;
}
