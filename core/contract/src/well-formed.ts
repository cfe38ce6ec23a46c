import { isJsonObject } from './json.js';

/**
 * JavaScript's texts may hold half of a surrogate pair: half an emoji, cut off by a client. Such a text is no Unicode, has
 * no UTF-8, and stores, engines and other languages refuse it or read it each in its own way. So it is made well-formed
 * where it enters, by the rule of the web (`String.prototype.toWellFormed`, which not all of our targets have): each half
 * becomes U+FFFD. What is well-formed stays as it is, whatever else it holds.
 */
const HALF = /\p{Surrogate}/u;
const HALVES = /\p{Surrogate}/gu;
const REPLACEMENT = '\uFFFD';

export const isWellFormed = (text: string): boolean => !HALF.test(text);

export const toWellFormed = (text: string): string => (HALF.test(text) ? text.replace(HALVES, REPLACEMENT) : text);

/** Only an escape brings a half into JSON that was decoded from UTF-8. */
const SUSPECT = /\\u[dD][89a-fA-F]/;
/** Every escape, so that `\\ud83d` is read as the backslash that it is; pairs before halves. */
const ESCAPES = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2})|[^])/g;

/** The same of a JSON text before it is parsed: keys and values of any depth, in one pass. */
export const wellFormedJson = (json: string): string =>
  SUSPECT.test(json) ? json.replace(ESCAPES, (escape, half) => (half === undefined ? escape : REPLACEMENT)) : json;

/** Deeper values than anybody takes are left as they are, so that hostile nesting cannot exhaust the stack. */
const DEEPEST = 100;

/** The same of a value that is no text yet, keys too. What is well-formed is given back itself, not copied. */
export function wellFormed<T>(value: T, depth = 0): T {
  if (typeof value === 'string') return toWellFormed(value) as T;
  if (depth > DEEPEST) return value;
  if (Array.isArray(value))
    return changed(
      value,
      value.map((item: unknown) => wellFormed(item, depth + 1)),
    ) as T;
  if (!isJsonObject(value) || !isPlain(value)) return value;
  const entries = Object.entries(value);
  const clean = entries.map(([key, part]) => [toWellFormed(key), wellFormed(part, depth + 1)] as const);
  const isSame = clean.every(([key, part], i) => key === entries[i]![0] && part === entries[i]![1]);
  // Not by assignment: a member may be named `__proto__`.
  return isSame ? value : (Object.fromEntries(clean) as T);
}

const changed = (before: readonly unknown[], after: readonly unknown[]): readonly unknown[] =>
  after.some((item, i) => item !== before[i]) ? after : before;

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** At most `length` units of a text, and no half of a character at its end. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
