import { PlatformError, type IdentifierKind } from '@perennial/contract';
import { IDENTITY } from '../identity.errors.js';

/** A pattern is tried on every value of its kind, at most 255 characters; longer ones are more likely a mistake. */
const MAX_PATTERN = 200;

type Matcher = (value: string) => boolean;

const compiled = new WeakMap<string[], Matcher>();

/** Whether the enterprise has said that this value of the kind identifies nobody. */
export function isBlocked({ blocked }: IdentifierKind, value: string): boolean {
  if (!blocked || blocked.length === 0) return false;
  const known = compiled.get(blocked) ?? compileBlocked(blocked);
  compiled.set(blocked, known);
  return known(value);
}

/** Texts match whole and without case; a pattern stands between slashes. Throws `IDENTITY_RULES_INVALID` on a bad one. */
export function compileBlocked(blocked: string[]): Matcher {
  const patterns = blocked.flatMap((entry) => /^\/(.+)\/$/s.exec(entry)?.[1] ?? []).map(toPattern);
  const texts = new Set(blocked.map((entry) => entry.toLowerCase()));
  return (value) => texts.has(value.toLowerCase()) || patterns.some((pattern) => pattern.test(value));
}

/** Nested repetition can take exponential time on a value that a stranger chose, so it is not a pattern here. */
function toPattern(source: string): RegExp {
  if (source.length > MAX_PATTERN || /[+*}]\)?[+*{]/.test(source) || /\([^)]*[+*][^)]*\)[+*{]/.test(source))
    throw invalid(source);
  try {
    return new RegExp(source, 'iu');
  } catch (cause) {
    throw invalid(source, cause);
  }
}

const invalid = (pattern: string, cause?: unknown): PlatformError =>
  new PlatformError(IDENTITY.RULES_INVALID, 'a blocked pattern is malformed, too long or repeats a repetition', {
    kind: 'invalid',
    details: { pattern },
    cause,
  });
