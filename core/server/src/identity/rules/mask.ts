import { cleanText, cut, maskDomain, type Identifier } from '@perennial/contract';
import { SAFE_READING } from './reading.js';
import { isUnverifiedPhone } from './normalise.js';

/** Ends the masked text of a phone of an unlisted range, so that views can mark it without reading the number. */
export const UNVERIFIED = '?';

/** How an identifier is shown to people who may not read it plainly: enough to recognise, not to use. Ids are shown but for what is personal in them. */
export function mask({ kind, value }: Pick<Identifier, 'kind' | 'value'>): string {
  if (kind === 'phone') return `${maskPhone(value)}${isUnverifiedPhone({ kind, value }) ? UNVERIFIED : ''}`;
  if (kind === 'email') return maskEmail(value);
  if (isHash(kind)) return HASHED;
  return cleanText(value, SAFE_READING);
}

/** Nothing of a phone's hash is shown: six of its digits beside the mask would tell the number apart from a million. */
const HASHED = '******';
const isHash = (kind: string): boolean => kind === 'phone_md5' || kind === 'phone_sha256';

/** What was masked once and kept, as it is masked now: earlier masks left four digits of a phone, where two do. */
export function shownAgain({ kind, shown }: { kind: string; shown: string }): string {
  if (isHash(kind)) return HASHED;
  return shown
    .replace(/^(\d{3}\*{4})\d{2}(\d{2}\??)$/, '$1$2')
    .replace(/^(.\*{3}@)([^@*]+)$/u, (_, name: string, domain: string) => `${name}${maskDomain(domain)}`);
}

/** Whether a text is what a mask leaves. */
export const isMasked = (text: string): boolean => text.includes('***');

function maskPhone(value: string): string {
  const mainland = /^\+86(\d{3})\d{6}(\d{2})$/.exec(value);
  return mainland ? `${mainland[1]}****${mainland[2]}` : `${cut(value, 4)}****${value.slice(-2)}`;
}

function maskEmail(value: string): string {
  const [name = '', domain = ''] = value.split('@');
  return `${cut(name, 1)}***@${maskDomain(domain)}`;
}
