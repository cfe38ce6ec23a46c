export type JsonScalar = string | number | boolean | null;
export type Json = JsonScalar | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Only a text with such a run can hold a number that `JSON.parse` changes: 16 digits, or an exponent of three. */
const MAY_LOSE_DIGITS = /\d{16}|\d[eE][+-]?\d{3}/;

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

/** A copy of well-formed JSON in which numbers that would be changed stand in quotes. */
function withExactNumbers(text: string): string {
  let copy = '';
  let copied = 0;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    const end = code === QUOTE ? endOfText(text, at) : isNumeric(code) ? endOfNumber(text, at) : at + 1;
    if (code !== QUOTE && end - at > 3 && isChanged(text.slice(at, end))) {
      copy += `${text.slice(copied, at)}"${text.slice(at, end)}"`;
      copied = end;
    }
    at = end;
  }
  return copy + text.slice(copied);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Behind the closing quote: the first one that no odd number of backslashes precedes. */
function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (isNumeric(text.charCodeAt(at)) || isWithinNumber(text.charCodeAt(at))) at += 1;
  return at;
}

const isNumeric = (code: number): boolean => (code >= 0x30 && code <= 0x39) || code === 0x2d;
/** `.`, `+`, `E`, `e`. */
const isWithinNumber = (code: number): boolean => code === 0x2e || code === 0x2b || code === 0x45 || code === 0x65;

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
