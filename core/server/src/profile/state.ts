import type { GroupSlice } from '../group/group.state.js';
import type { LifecycleSlice } from '../lifecycle/lifecycle.state.js';
import type { AudienceSlice } from '../audience/audience.state.js';
import type { TagSlice } from '../tag/tag.state.js';

/**
 * All that live processing knows of one person: one JSON document in the record. Counters that tags need in real time
 * live here and not in warehouse queries, because a point query costs 4 ms there and 5 microseconds here.
 */
export interface ProfileState extends TagSlice, LifecycleSlice, AudienceSlice, GroupSlice {
  /** Dense number below 2^32, made by the application; `p_<id>` in the API. */
  id: number;
  createdAt: number;
  firstSeenAt: number;
  lastSeenAt: number;
  events: number;
  isIdentified: boolean;
  /** Epoch ms up to which events and time have been applied; never goes back. */
  clock: number;
  revision: number;
  sources: Record<string, number>;
  /** Kinds of identifiers that the person was ever known by, sorted; what rules about reach look at. */
  kinds?: string[];
}

export const emptyState = (id: number, at: number): ProfileState => ({
  id,
  createdAt: at,
  firstSeenAt: at,
  lastSeenAt: at,
  events: 0,
  isIdentified: false,
  clock: at,
  revision: 0,
  sources: {},
  traits: {},
  cells: {},
  tags: {},
  places: {},
});

/** The earliest instant at which time alone changes something of this profile, or undefined when none does. */
export function nextDue({ tags, places, audiences }: ProfileState): number | undefined {
  let due = Infinity;
  for (const key in tags) due = Math.min(due, tags[key]!.due ?? Infinity);
  for (const key in places) due = Math.min(due, places[key]!.due ?? Infinity);
  for (const key in audiences) due = Math.min(due, audiences[key]!.due ?? Infinity);
  return due === Infinity ? undefined : due;
}
