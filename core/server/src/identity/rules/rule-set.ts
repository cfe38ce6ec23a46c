import {
  plainSourceRule,
  PlatformError,
  sourceRuleUnder,
  type IdentifierKind,
  type IdentityRules,
  type KindRule,
} from '@perennial/contract';
import { IDENTITY } from '../identity.errors.js';
import { blockedProblems } from './blocked.js';
import type { Constraints } from './constraints.js';
import { kindTable, type KindTable } from './kinds.js';
import { nobodyProblems, nobodyUnder } from './nobody.js';
import type { Rulebook } from './rulebook.js';

/** The rules as they are while nobody has changed any: every kind as its author gave it, every source by its kind. */
export const defaultRules = (kinds: IdentifierKind[]): IdentityRules => ({
  kinds: kinds.filter(hasOwnRule).map((kind) => ({ ...ruleOfKind(kind), isOn: true })),
  sources: [],
});

/** Kinds that follow from another one are not for anybody to change by themselves. */
export const hasOwnRule = ({ derivedFrom }: IdentifierKind): boolean => derivedFrom === undefined;

const ruleOfKind = (kind: Omit<KindRule, 'isOn'>): Omit<KindRule, 'isOn'> => ({
  key: kind.key,
  strength: kind.strength,
  priority: kind.priority,
  ...(kind.perProfile !== undefined && { perProfile: kind.perProfile }),
  ...(kind.overLimit && { overLimit: kind.overLimit }),
  ...(kind.peoplePerValue !== undefined && { peoplePerValue: kind.peoplePerValue }),
  ...(kind.lifetimeDays !== undefined && { lifetimeDays: kind.lifetimeDays }),
  ...(kind.blocked && { blocked: kind.blocked }),
});

/** The kinds as the rules have them. A kind without a rule (of a plugin that came later) stays as its author gave it. */
export function kindsUnder(rules: IdentityRules, kinds: IdentifierKind[]): KindTable {
  const isNobody = nobodyUnder(rules.nobody);
  const byKey = new Map(rules.kinds.map((rule) => [rule.key, rule]));
  return kindTable(
    kinds.flatMap((kind) => {
      const rule = byKey.get(kind.derivedFrom ?? kind.key);
      if (!rule) return [{ ...kind, isNobody }];
      return rule.isOn ? [{ ...kindUnder(rule, kind), isNobody }] : [];
    }),
  );
}

/** What a kind is by its nature, with what the rule says; one that follows from another keeps its own place behind it. */
function kindUnder(rule: KindRule, kind: IdentifierKind): IdentifierKind {
  const { key, title, normaliser, namespace, isDirect, derivedFrom } = kind;
  return {
    ...ruleOfKind(rule),
    key,
    title,
    normaliser,
    ...(derivedFrom && { derivedFrom, priority: kind.priority }),
    ...(namespace && { namespace }),
    ...(isDirect && { isDirect }),
  };
}

export const rulebookOf = (
  version: number,
  rules: IdentityRules,
  kinds: IdentifierKind[],
  constraints: Constraints,
  visitors: ReadonlySet<string> = new Set(),
): Rulebook => ({
  version,
  kinds: kindsUnder(rules, kinds),
  sources: sourcesUnder(rules, visitors),
  constraints,
});

/** Those that a rule speaks of, and those whose key visitors hold. */
function sourcesUnder({ sources }: IdentityRules, visitors: ReadonlySet<string>): Rulebook['sources'] {
  const rules = new Map(sources.map((rule) => [rule.sourceId, rule]));
  const ids = new Set([...rules.keys(), ...visitors]);
  return new Map([...ids].map((id) => [id, sourceRuleUnder(rules.get(id), plainSourceRule(id, visitors.has(id)))]));
}

const OVER_LIMITS = ['conflict', 'refuse', 'replace_oldest'];
const STRENGTHS = ['strong', 'medium', 'weak'];

/** Throws `IDENTITY_RULES_INVALID` with every problem, in sentences an operator can act on. */
export function checkRules(rules: IdentityRules, kinds: IdentifierKind[]): void {
  const known = new Set(kinds.filter(hasOwnRule).map(({ key }) => key));
  const problems = [
    ...rules.kinds.flatMap((rule) => kindProblems(rule, known)),
    ...repeated(rules.kinds.map(({ key }) => key)).map((key) => `kind ${key} stands twice`),
    ...repeated(rules.sources.map(({ sourceId }) => sourceId)).map((id) => `source ${id} stands twice`),
    ...repeated(rules.kinds.filter(({ isOn }) => isOn).map(({ priority }) => String(priority))).map(
      (priority) => `two kinds have priority ${priority}`,
    ),
    ...(rules.nobody ? nobodyProblems(rules.nobody) : []),
    ...(rules.kinds.some(({ isOn }) => isOn) ? [] : ['no kind is on']),
    ...rules.sources.flatMap(({ sourceId, rank }) =>
      isCount(rank, 0) ? [] : [`source ${sourceId}: rank is no number`],
    ),
  ];
  if (problems.length === 0) return;
  throw new PlatformError(IDENTITY.RULES_INVALID, problems.join('; '), { kind: 'invalid', details: { problems } });
}

function kindProblems(rule: KindRule, known: ReadonlySet<string>): string[] {
  const at = (problem: string) => `kind ${rule.key}: ${problem}`;
  return [
    ...(known.has(rule.key) ? [] : [at('is not known')]),
    ...blockedProblems(rule.blocked ?? []).map(({ pattern, problem }) =>
      at(`the pattern /${pattern}/ ${problem.en}（/${pattern}/ ${problem.zh}）`),
    ),
    ...(STRENGTHS.includes(rule.strength) ? [] : [at(`strength takes ${STRENGTHS.join(', ')}`)]),
    ...(isCount(rule.priority, 0) ? [] : [at('priority takes whole numbers from 0')]),
    ...(isOptionalCount(rule.perProfile, 1) ? [] : [at('the limit per profile takes whole numbers from 1')]),
    ...(isOptionalCount(rule.peoplePerValue, 2) ? [] : [at('people per value takes whole numbers from 2')]),
    ...(isOptionalCount(rule.lifetimeDays, 1) ? [] : [at('the lifetime takes whole days from 1')]),
    ...(rule.lifetimeDays !== undefined && rule.strength !== 'weak' ? [at('only a weak kind has a lifetime')] : []),
    ...(rule.overLimit === undefined || OVER_LIMITS.includes(rule.overLimit)
      ? []
      : [at(`over the limit takes ${OVER_LIMITS.join(', ')}`)]),
  ];
}

const isCount = (value: number, least: number): boolean => Number.isInteger(value) && value >= least && value < 2 ** 31;
const isOptionalCount = (value: number | undefined, least: number): boolean =>
  value === undefined || isCount(value, least);

const repeated = (keys: string[]): string[] => [...new Set(keys.filter((key, at) => keys.indexOf(key) !== at))];
