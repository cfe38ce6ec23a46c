import type { GroupSlice, Membership } from '../group.state.js';

/** Groups that a person keeps: those that were said last. More are a mistake of a client, and a state stays bounded. */
const MOST = 50;

/** Notes that the person belongs to groups; the order in which it is said does not matter. Mutates `state`. */
export function joinGroups(state: GroupSlice, said: readonly Membership[]): void {
  if (said.length === 0) return;
  const byId = new Map((state.groups ?? []).map((one) => [one.id, one]));
  for (const one of said) byId.set(one.id, joined(byId.get(one.id), one));
  state.groups = [...byId.values()].sort(byNews).slice(0, MOST);
}

const joined = (known: Membership | undefined, { id, since, lastAt }: Membership): Membership =>
  known ? { id, since: Math.min(known.since, since), lastAt: Math.max(known.lastAt, lastAt) } : { id, since, lastAt };

const byNews = (a: Membership, b: Membership): number => b.lastAt - a.lastAt || (a.id < b.id ? -1 : 1);
