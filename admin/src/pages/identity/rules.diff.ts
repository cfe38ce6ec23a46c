import type { IdentityRules, KindRule, SourceRule } from '@perennial/contract';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The keys of kinds and the ids of sources whose rules differ. */
export function changedRules(before: IdentityRules, after: IdentityRules): { kinds: string[]; sources: string[] } {
  const kinds = new Map(before.kinds.map((kind) => [kind.key, kind]));
  const sources = new Map(before.sources.map((source) => [source.sourceId, source]));
  return {
    kinds: after.kinds.filter((kind) => !same(ordered(kinds.get(kind.key)), ordered(kind))).map(({ key }) => key),
    sources: after.sources
      .filter((source) => !same(sources.get(source.sourceId) ?? plainSource(source.sourceId), source))
      .map(({ sourceId }) => sourceId),
  };
}

/** What holds for a source that no rule speaks of. */
export const plainSource = (sourceId: string): SourceRule => ({ sourceId, mayLink: true, rank: 100 });

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

export const changeSource = (rules: IdentityRules, sourceId: string, change: Partial<SourceRule>): IdentityRules => {
  const known = rules.sources.find((source) => source.sourceId === sourceId) ?? plainSource(sourceId);
  const others = rules.sources.filter((source) => source.sourceId !== sourceId);
  return { ...rules, sources: [...others, { ...known, ...change }] };
};

/** A field that was emptied is no limit. */
const cleaned = (rule: KindRule): KindRule =>
  Object.fromEntries(
    Object.entries(rule).filter(([, value]) => value !== undefined && value !== null),
  ) as unknown as KindRule;
