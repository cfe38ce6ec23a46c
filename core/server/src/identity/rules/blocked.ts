import { compilePattern, patternProblem, type IdentifierKind, type Text } from '@perennial/contract';

type Matcher = (value: string) => boolean;

const compiled = new WeakMap<string[], Matcher>();

/** Whether the enterprise has said that this value of the kind identifies nobody. */
export function isBlocked({ blocked }: IdentifierKind, value: string): boolean {
  if (!blocked || blocked.length === 0) return false;
  const known = compiled.get(blocked) ?? compileBlocked(blocked);
  compiled.set(blocked, known);
  return known(value);
}

/** Texts match whole and without case; a pattern stands between slashes. One that is not known here blocks nothing. */
export function compileBlocked(blocked: string[]): Matcher {
  const patterns = patternsIn(blocked)
    .filter((source) => !patternProblem(source, FLAGS))
    .map((source) => compilePattern(source, FLAGS));
  const texts = new Set(blocked.map((entry) => entry.toLowerCase()));
  return (value) => texts.has(value.toLowerCase()) || patterns.some((matches) => matches(value));
}

/** Why entries are refused, in the operator's languages. */
export const blockedProblems = (blocked: string[]): { pattern: string; problem: Text }[] =>
  patternsIn(blocked).flatMap((pattern) => {
    const problem = patternProblem(pattern, FLAGS);
    return problem ? [{ pattern, problem }] : [];
  });

const FLAGS = 'iu';

const patternsIn = (blocked: string[]): string[] => blocked.flatMap((entry) => /^\/(.+)\/$/s.exec(entry)?.[1] ?? []);
