import { cleanText, isPersonal } from '@perennial/contract';
import { SAFE_READING, type KeyRing } from '../../identity/index.js';
import { SEALED_MARK } from '../../quarantine/quarantine.table.js';
import type { Refused } from './event.js';

/** What was refused is kept as it came, so that it can be replayed; what is personal in it is kept encrypted. */
export function sealPersonal(item: Refused, keys: Pick<KeyRing, 'encrypt'>): Refused {
  const message = cleanText(item.message, SAFE_READING);
  const mustSeal = item.body.startsWith(SEALED_MARK) || isPersonal(item.body, SAFE_READING);
  return { ...item, message, body: mustSeal ? SEALED_MARK + keys.encrypt(item.body) : item.body };
}

export const unsealed = (body: string, open: (sealed: string) => string): string =>
  body.startsWith(SEALED_MARK) ? open(body.slice(SEALED_MARK.length)) : body;
