import type { Identifier, IdentifierKind } from '@perennial/contract';
import { createHash } from 'node:crypto';
import { isBlocked } from './blocked.js';
import type { KindInForce } from './kinds.js';
import { isNobody } from './nobody.js';

const MAX_LENGTH = 255;

/** Why a text is no identifier. */
export type Unfit = 'malformed' | 'nobody';

/** The value in the one form that is compared, or why there is none. */
export function readIdentifier(kind: KindInForce, raw: string): { value: string } | { unfit: Unfit } {
  const text = raw.normalize('NFKC').trim();
  if (text.length === 0 || text.length > MAX_LENGTH || hasControl(text)) return { unfit: 'malformed' };
  if ((kind.isNobody ?? isNobody)(text)) return { unfit: 'nobody' };
  const value = shape(kind.normaliser, text);
  if (value === undefined) return { unfit: 'malformed' };
  return isBlocked(kind, value) || isTestPhone(kind, value) ? { unfit: 'nobody' } : { value };
}

/** The value in the one form that is compared, or undefined when it identifies nobody or is none of its kind. */
export function normalise(kind: KindInForce, raw: string): string | undefined {
  const read = readIdentifier(kind, raw);
  return 'value' in read ? read.value : undefined;
}

function shape(normaliser: IdentifierKind['normaliser'], text: string): string | undefined {
  switch (normaliser) {
    case 'text':
      return text;
    case 'lower':
      return text.toLowerCase();
    case 'phone':
      return normalisePhone(text);
    case 'email':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? text.toLowerCase() : undefined;
    case 'md5':
      return /^[0-9a-f]{32}$/i.test(text) ? text.toLowerCase() : undefined;
    case 'sha256':
      return /^[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : undefined;
  }
}

const hasControl = (text: string): boolean => /[\p{C}\u2028\u2029]/u.test(text);

const MAINLAND_MOBILE = /^1[3-9]\d{9}$/;

/**
 * A phone as E.164. Mainland numbers come bare, with 86, +86 or 0086; others must state their country. The rule for
 * mainland ranges is loose on purpose: operators open new ranges faster than tables follow.
 */
export function normalisePhone(text: string): string | undefined {
  const digits = text.replace(/[\s\-().（）]/g, '').replace(/^00/, '+');
  if (!/^\+?\d{6,15}$/.test(digits)) return undefined;
  const bare = digits.replace(/^\+?86(?=1\d{10}$)/, '');
  if (MAINLAND_MOBILE.test(bare)) return `+86${bare}`;
  return digits.startsWith('+') ? digits : undefined;
}

/** Numbers that people type to get past a form: one digit eight times in a row or more, and the best known sample. */
const isTestPhone = ({ normaliser }: IdentifierKind, value: string): boolean =>
  normaliser === 'phone' && (/(\d)\1{7}/.test(value) || value === '+8613800138000');

/** Mainland ranges that the public numbering tables list; others may be new, virtual or mistyped. */
const LISTED_RANGE = /^\+861(?:[38]\d|4[57]|5[0-35-9]|6[25-7]|7[0-35-8]|9[0-35-9])\d{8}$/;

/** A mainland number of a range that is not listed: it is kept and linked, and shown with a mark. */
export const isUnverifiedPhone = ({ kind, value }: Pick<Identifier, 'kind' | 'value'>): boolean =>
  kind === 'phone' && value.startsWith('+861') && !LISTED_RANGE.test(value);

/**
 * The two hashes by which the outside names a phone: hex in lower case over the national digits for a mainland number,
 * over E.164 without the plus for others.
 */
export function phoneHashes(value: string): Identifier[] {
  const digits = value.replace(/^\+(?:86(?=1\d{10}$))?/, '');
  const hex = (algorithm: string) => createHash(algorithm).update(digits).digest('hex');
  return [
    { kind: 'phone_md5', namespace: '', value: hex('md5') },
    { kind: 'phone_sha256', namespace: '', value: hex('sha256') },
  ];
}
