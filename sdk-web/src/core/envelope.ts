import type { Fields } from './ports.js';

/** What a call says, before anything is added to it. */
export interface Draft {
  type: 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias';
  event?: string;
  name?: string;
  category?: string;
  userId?: string;
  previousId?: string;
  groupId?: string;
  properties?: Fields;
  traits?: Fields;
  context?: Fields;
  /** ISO 8601, when the act is older than the call. */
  timestamp?: string;
  messageId?: string;
}

/** The event as it is sent: the Segment tracking form. */
export interface Envelope extends Draft {
  messageId: string;
  anonymousId: string;
  timestamp: string;
  context: Fields;
}

export const isPlain = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The second over the first; objects of both are merged one level deep, so that a caller can add to `page` or `campaign`. */
export function mergeContext(base: Fields, more: Fields = {}): Fields {
  const merged = { ...base };
  for (const key of Object.keys(more)) {
    const [a, b] = [base[key], more[key]];
    merged[key] = isPlain(a) && isPlain(b) ? { ...a, ...b } : b;
  }
  return merged;
}
