import { cut, toWellFormed } from '../well-formed.js';
import { isJsonObject, type Json, type JsonObject } from '../json.js';
import type { ScrubPattern } from './policy.js';
import { readKey, type KeyHint } from './keys.js';
import { isCard, isOldIdCard } from './numbers.js';
import { hashText, readText, replacement, toHalf, type Reading } from './text.js';

/** Deeper values go whole: no event that was accepted is so deep, and the stack must hold. */
const DEEPEST = 40;
/** Longer texts are read as texts, not as JSON. */
const LONGEST_JSON = 64 * 1024;
const JSON_LEVELS = 3;
/** The shortest secret, the shortest e-mail. */
const SHORTEST = 4;

/** An object without what the reading seeks: in its values, in its keys, at any depth. The same object where nothing was found. */
export const cleanObject = (object: JsonObject, reading: Reading): JsonObject =>
  cleanMembers(object, undefined, TOP(reading));

/** The same for one text that has no key. */
export const cleanText = (text: string, reading: Reading): string => cleanString(text, undefined, TOP(reading));

interface Walk {
  reading: Reading;
  depth: number;
  /** How often it stood as JSON within a text. */
  nested: number;
}

const TOP = (reading: Reading): Walk => ({ reading, depth: 0, nested: 0 });

function cleanValue(value: Json, hint: KeyHint | undefined, walk: Walk): Json {
  if (typeof value === 'string') return cleanString(value, hint, walk);
  if (typeof value === 'number') return cleanNumber(value, hint, walk.reading);
  if (typeof value !== 'object' || value === null) return value;
  if (walk.depth > DEEPEST) return null;
  walk.depth += 1;
  const clean = Array.isArray(value) ? cleanList(value, hint, walk) : cleanMembers(value, hint, walk);
  walk.depth -= 1;
  return clean;
}

function cleanList(list: Json[], hint: KeyHint | undefined, walk: Walk): Json[] {
  let clean: Json[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const after = cleanValue(list[i]!, hint, walk);
    if (after !== list[i]) (clean ??= [...list])[i] = after;
  }
  return clean ?? list;
}

function cleanMembers(object: JsonObject, outer: KeyHint | undefined, walk: Walk): JsonObject {
  let changed: Map<string, [name: string, value: Json]> | undefined;
  for (const key of Object.keys(object)) {
    const { hint, mayHold } = readKey(key);
    const value = object[key]!;
    const after = cleanValue(value, nextHint(outer, hint), walk);
    const name = mayHold ? readText(key, walk.reading) : key;
    if (after !== value || name !== key) (changed ??= new Map()).set(key, [name, after]);
  }
  if (!changed) return object;
  return Object.fromEntries(Object.entries(object).map(([key, value]) => changed.get(key) ?? [key, value]));
}

/** What a key says holds for what is within, until another says who: `phones: [{ number }]`. */
const nextHint = (outer: KeyHint | undefined, own: KeyHint | undefined): KeyHint | undefined =>
  own === undefined || (own === 'code' && outer !== undefined) ? outer : own;

function cleanString(text: string, hint: KeyHint | undefined, walk: Walk): string {
  if (text.length < SHORTEST) return text;
  const json = mayBeJson(text) ? cleanJson(text, hint, walk) : undefined;
  if (json !== undefined) return json;
  const { reading } = walk;
  if (hint === undefined) return readText(text, reading);
  if (hint === 'code') return isBareNumber(text) ? text : readText(text, reading);
  const clean = readText(text, reading);
  return clean === text ? byHint(text, hint, reading) : clean;
}

/** Digits and nothing else: under a key that names a thing they are its number, also where they could be a phone. */
const isBareNumber = (text: string): boolean => /^\d+$/.test(text);

function mayBeJson(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first !== 0x7b && first !== 0x5b) return false;
  return text.charCodeAt(text.length - 1) === first + 2 && text.length <= LONGEST_JSON;
}

function cleanJson(text: string, hint: KeyHint | undefined, walk: Walk): string | undefined {
  if (walk.nested >= JSON_LEVELS) return undefined;
  const value = parse(text);
  if (!isJsonObject(value) && !Array.isArray(value)) return undefined;
  walk.nested += 1;
  const clean = cleanValue(value, hint, walk);
  walk.nested -= 1;
  return clean === value ? text : JSON.stringify(clean);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const PATTERN_OF: Record<Exclude<KeyHint, 'code'>, ScrubPattern> = {
  phone: 'phone',
  contact: 'phone',
  handle: 'phone',
  email: 'email',
  id_card: 'id_card',
  bank_card: 'bank_card',
  secret: 'secret',
};

/** The value alone says nothing, its key does: a landline, another country's number, a name in a messenger. */
function byHint(text: string, hint: Exclude<KeyHint, 'code'>, { actions, digest }: Reading): string {
  const action = actions.get(PATTERN_OF[hint]);
  if (!action || !isWhat(hint, toHalf(text).trim())) return text;
  if (action === 'mask') return maskWhole(text, hint);
  return replacement(PATTERN_OF[hint], text, action, digest);
}

const digitsOf = (text: string): number => text.replace(/\D/g, '').length;
const isDialled = (text: string): boolean => /^[+\d][\d\s()\-/.,;转extEXT#*]*$/.test(text) && digitsOf(text) >= 7;
const isName = (text: string): boolean => /^[\w.@+-]{5,64}$/.test(text);

function isWhat(hint: Exclude<KeyHint, 'code'>, text: string): boolean {
  switch (hint) {
    case 'phone':
      return isDialled(text);
    case 'contact':
      return isDialled(text) || (isName(text) && /\d/.test(text) && /[a-z]/i.test(text));
    case 'handle':
      return isName(text);
    case 'email':
      return /.@./.test(text);
    case 'id_card':
      return isOldIdCard(text) || (/^[\dA-Z]{8,20}$/i.test(text) && digitsOf(text) >= 6);
    case 'bank_card':
      return digitsOf(text) >= 10;
    case 'secret':
      return text.length >= 4;
  }
}

/** Enough to see that something was there. */
const maskWhole = (text: string, hint: KeyHint): string =>
  hint === 'secret' ? '***' : `${cut(text, 1)}****${text.length > 6 ? toWellFormed(text.slice(-2)) : ''}`;

/** Numbers of more than 15 digits came rounded: their last digits say nothing, so no checksum is asked of them. */
function cleanNumber(value: number, hint: KeyHint | undefined, reading: Reading): Json {
  if (value < 10_000 || hint === 'code' || value > 1e20 || !Number.isInteger(value)) return value;
  if (value < 1e9 && hint === undefined) return value;
  const text = String(value);
  const clean = value < 1e9 ? text : cleanRounded(value, text, reading);
  const told = clean === text && hint !== undefined ? byHint(text, hint, reading) : clean;
  return told === text ? value : told;
}

function cleanRounded(value: number, text: string, reading: Reading): string {
  if (Number.isSafeInteger(value) || !isCard(text)) return readText(text, reading);
  const action = reading.actions.get('bank_card');
  return action ? replacement('bank_card', text, action, reading.digest) : text;
}

/** Whether a text holds anything of the kind. */
export const isPersonal = (text: string, reading: Reading): boolean => cleanText(text, reading) !== text;

/** A name for something that is no name any more: equal for equal texts, so that what was one stays one. */
export const pseudonym = (text: string, { digest }: Reading): string => hashText(digest, text);
