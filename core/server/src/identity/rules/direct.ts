import type { IdentifierKind } from '@perennial/contract';
import { normalise, normalisePhone } from './normalise.js';

/**
 * What an id says that is itself a phone or an e-mail: many shops' member number is the phone. It is that identifier then,
 * whichever field it came in, so the person is found by it and it is never kept plain. Numbers of other countries must
 * bear their plus: ids of six to fifteen digits are common.
 */
export function directIn(kind: IdentifierKind, raw: string): { kind: 'phone' | 'email'; value: string } | undefined {
  if (kind.isDirect || (kind.normaliser !== 'text' && kind.normaliser !== 'lower')) return undefined;
  if (raw.length < SHORTEST || raw.length > LONGEST || !MAY_BE.test(raw)) return undefined;
  const text = raw.normalize('NFKC').trim();
  if (EMAIL.test(text)) return { kind: 'email', value: text.toLowerCase() };
  const phone = DIALLED.test(text) ? normalisePhone(text) : undefined;
  return phone && (phone.startsWith('+86') || phone.length > SHORTEST_ABROAD)
    ? { kind: 'phone', value: phone }
    : undefined;
}

/** A phone or an e-mail, or what is made from one: whoever may try its values can read what masks hide. */
export const isPersonalKind = (key: string, kinds: ReadonlyMap<string, IdentifierKind>): boolean =>
  kinds.get(key)?.isDirect === true;

const SHORTEST = 6;
const LONGEST = 255;
/** A plus and ten digits. */
const SHORTEST_ABROAD = 10;
/** Most ids are neither, and are told by a look. */
const MAY_BE = /[@＠]|^[\s+＋(（\d０-９]/;
const EMAIL = /^[^\s@]+@[^\s@]+\.\p{L}{2,24}$/u;
const DIALLED = /^(?:\+|(?:00)?86[\s-]*1[3-9]|1[3-9])[\d\s\-().（）]+$/;

/** The same for one that must be looked up: whether it is a direct identifier that is somebody's. */
export const directOf = (kind: IdentifierKind, raw: string, kinds: ReadonlyMap<string, IdentifierKind>) => {
  const found = directIn(kind, raw);
  const direct = found && kinds.get(found.kind);
  const value = direct && normalise(direct, found.value);
  return value === undefined ? undefined : { kind: found!.kind, value };
};
