import type { Principal } from '../principal.js';

export const LOOKUP_HOUR_MS = 3_600_000;

/**
 * Look-ups by phone or e-mail that find nobody, for each principal and hour. Whoever tries numbers behind a mask misses
 * with nearly each. A mask hides six digits of a phone, a million numbers: at 30 misses an hour that takes 33,000 hours,
 * nearly four years; where somebody knows two more digits, 10,000 numbers still take two weeks, each of them in the audit.
 * An administrator may see plain values with a reason anyway, and machines compare whole lists: 2,000 misses an hour are
 * three weeks for a mask.
 */
export const LOOKUP_MISSES = { viewer: 30, admin: 2_000 };

/** What a principal may miss in an hour. A token that was made for look-ups compares lists. */
export const missesFor = ({ role, tokenId }: Principal): number =>
  role === 'admin' || tokenId !== undefined ? LOOKUP_MISSES.admin : LOOKUP_MISSES.viewer;

/** What counts together: an operator in all sessions, a token by itself. */
export const countedAs = ({ name, userId, tokenId }: Principal): string => tokenId ?? userId ?? name;
