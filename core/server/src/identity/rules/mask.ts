import { cleanText, cut, type Identifier } from '@perennial/contract';
import { SAFE_READING } from './reading.js';
import { isUnverifiedPhone } from './normalise.js';

/** Ends the masked text of a phone of an unlisted range, so that views can mark it without reading the number. */
export const UNVERIFIED = '?';

/** How an identifier is shown to people who may not read it plainly: enough to recognise, not to use. Ids are shown but for what is personal in them. */
export function mask({ kind, value }: Pick<Identifier, 'kind' | 'value'>): string {
  if (kind === 'phone') return `${maskPhone(value)}${isUnverifiedPhone({ kind, value }) ? UNVERIFIED : ''}`;
  if (kind === 'email') return maskEmail(value);
  if (kind === 'phone_md5' || kind === 'phone_sha256') return `${value.slice(0, 6)}…`;
  return cleanText(value, SAFE_READING);
}

function maskPhone(value: string): string {
  const mainland = /^\+86(\d{3})\d{4}(\d{4})$/.exec(value);
  return mainland ? `${mainland[1]}****${mainland[2]}` : `${cut(value, 4)}****${value.slice(-2)}`;
}

function maskEmail(value: string): string {
  const [name = '', domain = ''] = value.split('@');
  return `${cut(name, 1)}***@${domain}`;
}
