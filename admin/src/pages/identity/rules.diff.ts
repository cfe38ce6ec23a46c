import {
  plainSourceRule,
  sourceRuleUnder,
  type IdentityRules,
  type KindRule,
  type NobodyRules,
  type NobodyWord,
  type SourceRule,
} from '@perennial/contract';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export interface ChangedRules {
  kinds: string[];
  sources: string[];
  words: string[];
}

/** The keys of kinds, the ids of sources and the words whose rules differ. */
export function changedRules(
  before: IdentityRules,
  after: IdentityRules,
  plain: readonly SourceRule[] = [],
): ChangedRules {
  const kinds = new Map(before.kinds.map((kind) => [kind.key, kind]));
  const sources = new Map(before.sources.map((source) => [source.sourceId, source]));
  return {
    kinds: after.kinds.filter((kind) => !same(ordered(kinds.get(kind.key)), ordered(kind))).map(({ key }) => key),
    sources: after.sources
      .filter((source) => !same(sources.get(source.sourceId) ?? plainIn(plain, source.sourceId), source))
      .map(({ sourceId }) => sourceId),
    words: changedWords(before.nobody, after.nobody),
  };
}

const NO_WORDS: NobodyRules = { added: [], removed: [] };

function changedWords(before = NO_WORDS, after = NO_WORDS): string[] {
  const lines = ({ added, removed }: NobodyRules) =>
    new Map(
      [...added.map((word) => ['+', word] as const), ...removed.map((word) => ['-', word] as const)].map(
        ([sign, { value, reason }]) => [`${sign}${value}`, reason],
      ),
    );
  const [one, other] = [lines(before), lines(after)];
  return [...new Set([...one.keys(), ...other.keys()])].filter((line) => one.get(line) !== other.get(line));
}

const withWords = (rules: IdentityRules, change: (words: NobodyRules) => NobodyRules): IdentityRules => ({
  ...rules,
  nobody: change(rules.nobody ?? NO_WORDS),
});

const without = (words: NobodyWord[], value: string): NobodyWord[] => words.filter((word) => word.value !== value);

export const addWord = (rules: IdentityRules, word: NobodyWord): IdentityRules =>
  withWords(rules, (words) => ({ ...words, added: [...without(words.added, word.value), word] }));

/** Takes a word out of the built-in list. */
export const believeWord = (rules: IdentityRules, word: NobodyWord): IdentityRules =>
  withWords(rules, (words) => ({ ...words, removed: [...without(words.removed, word.value), word] }));

/** Takes a change of the list back. */
export const dropWord = (rules: IdentityRules, from: keyof NobodyRules, value: string): IdentityRules =>
  withWords(rules, (words) => ({ ...words, [from]: without(words[from], value) }));

/** What holds for a source that no rule speaks of; one that is no more is like any server. */
const plainIn = (plain: readonly SourceRule[], sourceId: string): SourceRule =>
  plain.find((rule) => rule.sourceId === sourceId) ?? plainSourceRule(sourceId, false);

/** Absent and undefined mean the same, and the order of keys means nothing. */
const ordered = (rule: KindRule | undefined) =>
  rule &&
  Object.entries(rule)
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** The kind before or after takes the other's place; priorities are counted anew, ten apart. */
export function moveKind(rules: IdentityRules, key: string, by: -1 | 1): IdentityRules {
  const kinds = rules.kinds.toSorted((a, b) => a.priority - b.priority);
  const at = kinds.findIndex((kind) => kind.key === key);
  const other = at + by;
  if (at < 0 || other < 0 || other >= kinds.length) return rules;
  [kinds[at], kinds[other]] = [kinds[other]!, kinds[at]!];
  return { ...rules, kinds: kinds.map((kind, n) => ({ ...kind, priority: (n + 1) * 10 })) };
}

export const changeKind = (rules: IdentityRules, key: string, change: Partial<KindRule>): IdentityRules => ({
  ...rules,
  kinds: rules.kinds.map((kind) => (kind.key === key ? cleaned({ ...kind, ...change }) : kind)),
});

/** The rule says all of the source from now on, so that it goes on when what is plain changes. */
export const changeSource = (
  rules: IdentityRules,
  plain: Required<SourceRule>,
  change: Partial<SourceRule>,
): IdentityRules => {
  const { sourceId } = plain;
  const known = sourceRuleUnder(
    rules.sources.find((source) => source.sourceId === sourceId),
    plain,
  );
  const others = rules.sources.filter((source) => source.sourceId !== sourceId);
  return { ...rules, sources: [...others, { ...known, ...change }] };
};

/** A field that was emptied is no limit. */
const cleaned = (rule: KindRule): KindRule =>
  Object.fromEntries(
    Object.entries(rule).filter(([, value]) => value !== undefined && value !== null),
  ) as unknown as KindRule;
