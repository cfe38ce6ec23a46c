import { attempt } from './attempt.js';
import { randomId } from './ids.js';
import type { Fields, Storage } from './ports.js';

export interface Session {
  id: string;
  /** The how-many-th of this visitor, from 1. */
  number: number;
  startedAt: number;
  /** The last act in it. */
  at: number;
  campaign?: Fields;
}

export const SESSION = 'session';
/** How exact the time of the last act is kept. */
const WRITE_EVERY_MS = 1000;

/** The session that an act at `now` belongs to: the present one, or a new one after a pause or from a new campaign. */
export function nextSession(last: Session | undefined, now: number, idleMs: number, campaign?: Fields): Session {
  const isSame = last && Math.abs(now - last.at) <= idleMs && (!campaign || isEqual(campaign, last.campaign));
  if (isSame) return { ...last, at: now };
  return { id: randomId(), number: last ? last.number + 1 : 1, startedAt: now, at: now, ...(campaign && { campaign }) };
}

const isEqual = (a: Fields, b: Fields | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Takes one act into account; the stored session is shared by all tabs. */
export function touchSession(
  storage: Storage,
  now: number,
  idleMs: number,
  campaign?: Fields,
): { session: Session; isNew: boolean } {
  const last = readSession(storage);
  const session = nextSession(last, now, idleMs, campaign);
  const isNew = !last || session.id !== last.id;
  // A cookie that was just written costs half a millisecond to read (measured): a pause is measured well enough without.
  if (isNew || now - last.at > WRITE_EVERY_MS) storage.set(SESSION, JSON.stringify(session));
  return { session, isNew };
}

/** Whatever else stands there is no session. */
export function readSession(storage: Storage): Session | undefined {
  const stored = attempt(() => JSON.parse(storage.get(SESSION)!) as Session | null, null);
  return stored && stored.at > 0 && stored.number > 0 ? stored : undefined;
}
