import {
  AUDIENCE_LIMITS,
  type AudienceDefinition,
  type DefinitionProblem,
  type LifecycleDefinition,
  type Rule,
  type TagDefinition,
} from '@perennial/contract';
import { problemsOf, rule as ruleShape } from '../../definition/index.js';
import { checkCondition } from '../../tagging/rules/check.js';

/** What a rule may name. */
export interface Known {
  tags: ReadonlyMap<string, TagDefinition>;
  lifecycles: ReadonlyMap<string, LifecycleDefinition>;
  audiences: ReadonlyMap<string, AudienceDefinition>;
  kinds: ReadonlySet<string>;
}

type Say = (path: string, zh: string, en: string, code?: string) => void;

/** Everything that is wrong with a rule; `key` is the audience whose rule it is, for circles. */
export function checkRule(rule: unknown, known: Known, key = '', path = 'rule'): DefinitionProblem[] {
  const problems = problemsOf(ruleShape, rule, path);
  if (problems.length > 0) return problems;
  const say: Say = (where, zh, en, code = 'AUDIENCE_RULE_INVALID') =>
    problems.push({ path: where, code, message: { zh, en } });
  checkSize(rule as Rule, path, say);
  checkPart(rule as Rule, path, known, say);
  checkCircle(rule as Rule, key, path, known, say);
  return problems;
}

function checkSize(rule: Rule, path: string, say: Say): void {
  const { depth, leaves } = sizeOf(rule);
  if (depth > AUDIENCE_LIMITS.depth)
    say(path, `最多嵌套 ${AUDIENCE_LIMITS.depth} 层`, `nests deeper than ${AUDIENCE_LIMITS.depth} levels`);
  if (leaves > AUDIENCE_LIMITS.leaves)
    say(path, `最多 ${AUDIENCE_LIMITS.leaves} 个条件`, `has more than ${AUDIENCE_LIMITS.leaves} conditions`);
}

function sizeOf(rule: Rule): { depth: number; leaves: number } {
  const parts = 'all' in rule ? rule.all : 'any' in rule ? rule.any : 'not' in rule ? [rule.not] : [];
  if (parts.length === 0) return { depth: 1, leaves: 1 };
  const sizes = parts.map(sizeOf);
  return {
    depth: 1 + Math.max(...sizes.map(({ depth }) => depth)),
    leaves: sizes.reduce((sum, { leaves }) => sum + leaves, 0),
  };
}

function checkPart(rule: Rule, path: string, known: Known, say: Say): void {
  if ('all' in rule) return rule.all.forEach((part, i) => checkPart(part, `${path}.all.${i}`, known, say));
  if ('any' in rule) return rule.any.forEach((part, i) => checkPart(part, `${path}.any.${i}`, known, say));
  if ('not' in rule) return checkPart(rule.not, `${path}.not`, known, say);
  if ('tag' in rule || 'behaviour' in rule)
    return checkCondition(rule, path, { tags: known.tags, models: new Set() }, say);
  if ('stage' in rule) return checkLifecycle(rule.stage, [], `${path}.stage`, known, say);
  if ('since' in rule) return checkLifecycle(rule.since, [], `${path}.since`, known, say);
  if ('moved' in rule) {
    const { lifecycle, from, to } = rule.moved;
    return checkLifecycle(lifecycle, [from, to], `${path}.moved`, known, say);
  }
  if ('reachable' in rule && !known.kinds.has(rule.reachable))
    return say(`${path}.reachable`, '没有这种标识', `there is no identifier kind ${rule.reachable}`);
  if ('audience' in rule && !known.audiences.has(rule.audience))
    return say(`${path}.audience`, '没有这个人群', `there is no audience ${rule.audience}`);
  if ('top' in rule) checkTop(rule.top.tag, `${path}.top.tag`, known, say);
}

function checkTop(key: string, path: string, { tags }: Known, say: Say): void {
  const tag = tags.get(key);
  if (!tag) say(path, `标签 ${key} 不存在`, `tag ${key} does not exist`);
  else if (tag.valueType !== 'number') say(path, '只有数值标签可以排名', `tag ${key} is no number`);
}

function checkLifecycle(
  key: string,
  places: (string | undefined)[],
  path: string,
  { lifecycles }: Known,
  say: Say,
): void {
  const lifecycle = lifecycles.get(key);
  if (!lifecycle) return say(path, '没有这个生命周期', `there is no lifecycle ${key}`);
  const known = new Set(
    lifecycle.stages.flatMap(({ key: stage, subStages = [] }) => [
      stage,
      ...subStages.map((sub) => `${stage}/${sub.key}`),
    ]),
  );
  for (const place of places)
    if (place !== undefined && !known.has(place)) say(path, `没有阶段 ${place}`, `there is no stage ${place}`);
}

/** Every audience that a rule names. */
export function audiencesIn(rule: Rule): string[] {
  if ('all' in rule) return rule.all.flatMap(audiencesIn);
  if ('any' in rule) return rule.any.flatMap(audiencesIn);
  if ('not' in rule) return audiencesIn(rule.not);
  return 'audience' in rule ? [rule.audience] : [];
}

function checkCircle(rule: Rule, key: string, path: string, { audiences }: Known, say: Say): void {
  const visit = (part: Rule, way: string[]): string[] | undefined => {
    for (const next of audiencesIn(part)) {
      if (next === key || way.includes(next)) return [...way, next];
      const found = audiences.get(next);
      const circle = found && visit(found.rule, [...way, next]);
      if (circle) return circle;
    }
    return undefined;
  };
  const circle = visit(rule, [key]);
  if (circle)
    say(
      path,
      `人群互相引用成环：${circle.join(' → ')}`,
      `audiences name each other in a circle: ${circle.join(' -> ')}`,
    );
}
