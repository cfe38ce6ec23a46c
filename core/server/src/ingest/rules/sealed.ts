import { cleanText, isPersonal } from '@perennial/contract';
import { SAFE_READING, type KeyRing } from '../../identity/index.js';
import type { Refused } from './event.js';

/** No JSON begins so. */
const MARK = 'sealed:';

/** What was refused is kept as it came, so that it can be replayed; what is personal in it is kept encrypted. */
export function sealPersonal(item: Refused, keys: Pick<KeyRing, 'encrypt'>): Refused {
  const message = cleanText(item.message, SAFE_READING);
  const mustSeal = item.body.startsWith(MARK) || isPersonal(item.body, SAFE_READING);
  return { ...item, message, body: mustSeal ? MARK + keys.encrypt(item.body) : item.body };
}

export const unsealed = (body: string, open: (sealed: string) => string): string =>
  body.startsWith(MARK) ? open(body.slice(MARK.length)) : body;
