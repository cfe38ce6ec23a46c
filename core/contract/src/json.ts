export type JsonScalar = string | number | boolean | null;
export type Json = JsonScalar | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Only a text with such a number can lose something to `JSON.parse`: 16 digits, or an exponent of three. Asked where a
 * value stands, because ids in quotes are full of both.
 */
const MAY_LOSE_DIGITS = /(?:^|[:,[\s])-?(?:\d{16}|\d+(?:\.\d+)?[eE][+-]?\d{3})/;

/**
 * `JSON.parse`, but a whole number beyond 2^53 and one beyond every float become texts of what was written: the ids of
 * orders and accounts are 64-bit numbers in many systems, and another number would be another order. Throws
 * `SyntaxError` as `JSON.parse` does.
 */
export function readJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!MAY_LOSE_DIGITS.test(text)) return value;
  const exact = withExactNumbers(text);
  return exact === text ? value : JSON.parse(exact);
}

/** Texts and numbers of well-formed JSON, where each quote that opens is closed: no part is looked at twice. */
const PARTS = /"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g;

/** A copy of well-formed JSON in which numbers that would be changed stand in quotes. */
const withExactNumbers = (text: string): string =>
  text.replace(PARTS, (part) => (part[0] !== '"' && isChanged(part) ? `"${part}"` : part));

function isChanged(written: string): boolean {
  const value = Number(written);
  return /^-?\d+$/.test(written) ? !Number.isSafeInteger(value) : !Number.isFinite(value);
}

/**
 * Dictionaries by names that clients choose. An object has names of its own (`constructor`, `toString`), and assigning
 * `__proto__` changes the object instead of a member, so such dictionaries are read and written through these two.
 */
export const ownOf = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

export function putOwn<T>(record: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__')
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  else record[key] = value;
}
