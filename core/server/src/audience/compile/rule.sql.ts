import {
  consentTrait,
  type Aggregate,
  type AudienceDefinition,
  type Rule,
  type TagDefinition,
  type Test,
} from '@perennial/contract';
import {
  aggregateQuery,
  conditionOnAbsent,
  parsedValue,
  placeTestSql,
  testSql,
  type Asked,
  type SqlValue,
} from '../../tag/index.js';
import type { TagColumns } from '../../warehouse/index.js';
import { numberTestSql, wordTestSql } from './column.sql.js';
import { movedSql } from './moved.sql.js';
import { sequenceSql } from './sequence.sql.js';

/** What a rule is compiled with. */
export interface RuleContext extends Asked {
  tags: ReadonlyMap<string, TagDefinition>;
  columns: Pick<TagColumns, 'of'>;
  audiences: ReadonlyMap<string, AudienceDefinition>;
}

/**
 * A rule as a condition, 0 or 1, over the columns of a snapshot of `profiles` at the instant `now`. What the snapshot does
 * not hold is asked of history by subqueries, which give sets of people.
 */
export function ruleSql(rule: Rule, context: RuleContext): string {
  if ('all' in rule)
    return rule.all.length > 0 ? `(${rule.all.map((part) => ruleSql(part, context)).join(' AND ')})` : '1';
  if ('any' in rule)
    return rule.any.length > 0 ? `(${rule.any.map((part) => ruleSql(part, context)).join(' OR ')})` : '0';
  if ('not' in rule) return `(NOT ${ruleSql(rule.not, context)})`;
  return leafSql(rule, context);
}

type Leaf = Exclude<Rule, { all: unknown } | { any: unknown } | { not: unknown }>;

function leafSql(leaf: Leaf, context: RuleContext): string {
  const { params, now } = context;
  if ('tag' in leaf) return tagSql(leaf.tag, leaf.test, context);
  if ('trait' in leaf) return testSql(leaf.test, parsedValue(`traits[${params.text(leaf.trait)}]`), now, params);
  if ('consent' in leaf) return `(traits[${params.text(consentTrait(leaf.consent))}] = 'true')`;
  if ('stage' in leaf) return placeTestSql(leaf.test, `stages[${params.text(leaf.stage)}]`, params);
  if ('since' in leaf) return testSql(leaf.test, daysInStage(leaf.since, context), now, params);
  if ('behaviour' in leaf) return behaviourSql(leaf.behaviour, leaf.test, context);
  if ('sequence' in leaf) return sequenceSql(leaf.sequence, context);
  if ('moved' in leaf) return movedSql(leaf.moved, context);
  if ('reachable' in leaf) return `has(kinds, ${params.text(leaf.reachable)})`;
  if ('audience' in leaf) return memberSql(leaf.audience, context);
  if ('percent' in leaf)
    return `(CRC32(concat(${params.text(leaf.salt ?? '')}, ':', toString(profile))) % 10000 < ${params.number(leaf.percent * 100)})`;
  return topSql(leaf.top, context);
}

function tagSql(key: string, test: Test, { tags, columns, params, now }: RuleContext): string {
  const column = columns.of(tags.get(key)!);
  if (!column) return testSql(test, parsedValue(`tags[${params.text(key)}]`), now, params);
  return column.form === 'number'
    ? numberTestSql(test, column.sql, now, params)
    : wordTestSql(test, column.sql, now, params);
}

function daysInStage(lifecycle: string, { params, now }: RuleContext): SqlValue {
  const key = params.text(lifecycle);
  const days = `intDiv(${params.whole(now)} - toUnixTimestamp64Milli(stage_since[${key}]), 86400000)`;
  return { kind: `if(mapContains(stage_since, ${key}), 2, 0)`, num: `toFloat64(${days})`, text: "''" };
}

/** People without such events are in no subquery; whether the test holds of them is known beforehand. */
function behaviourSql(behaviour: Aggregate, test: Test, context: RuleContext): string {
  const { sql, value } = aggregateQuery(behaviour, context);
  const holds = testSql(test, value, context.now, context.params);
  return conditionOnAbsent(test)
    ? `(profile NOT IN (SELECT profile FROM (${sql}) WHERE NOT ${holds}))`
    : `(profile IN (SELECT profile FROM (${sql}) WHERE ${holds}))`;
}

/** A dynamic audience is its rule; a static one is who was counted last. */
function memberSql(key: string, context: RuleContext): string {
  const audience = context.audiences.get(key)!;
  if (audience.kind === 'dynamic') return ruleSql(audience.rule, context);
  const newest = `SELECT members FROM audience_members WHERE audience = ${context.params.text(key)} ORDER BY run DESC LIMIT 1`;
  return `(profile IN (SELECT arrayJoin(bitmapToArray(members)) FROM (${newest})))`;
}

function topSql({ tag, count }: { tag: string; count: number }, context: RuleContext): string {
  const column = context.columns.of(context.tags.get(tag)!);
  const value = column?.sql ?? `toFloat64OrNull(tags[${context.params.text(tag)}])`;
  const has = column ? `NOT isNaN(${value})` : `isNotNull(${value})`;
  return `(profile IN (SELECT profile FROM profiles FINAL WHERE is_deleted = 0 AND ${has} ORDER BY ${value} DESC, profile LIMIT ${Math.trunc(count)}))`;
}
