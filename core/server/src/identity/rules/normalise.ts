import type { IdentifierKind } from '@perennial/contract';
import { isNobody } from './nobody.js';

/** The value in the one form that is compared, or undefined when it identifies nobody or is none of its kind. */
export function normalise(kind: IdentifierKind, raw: string): string | undefined {
  const text = raw.normalize('NFKC').trim();
  if (text.length === 0 || text.length > 255 || hasControl(text) || isNobody(text)) return undefined;
  switch (kind.normaliser) {
    case 'text':
      return text;
    case 'lower':
      return text.toLowerCase();
    case 'phone':
      return normalisePhone(text);
    case 'email':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? text.toLowerCase() : undefined;
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
  if (MAINLAND_MOBILE.test(bare)) return isTestPhone(bare) ? undefined : `+86${bare}`;
  return digits.startsWith('+') ? digits : undefined;
}

/** Numbers that people type to get past a form: one digit eight times in a row or more, and the best known sample. */
const isTestPhone = (mobile: string): boolean =>
  /(\d)\1{7}/.test(mobile) || mobile === '13800138000' || mobile === '12345678901';
