import { ownOf, putOwn, type Json, type JsonObject } from '@perennial/contract';

/** What a `group` call says of its group. */
export interface GroupStatement {
  id: string;
  at: number;
  sourceId: string;
  traits: JsonObject;
}

export interface GroupTrait {
  /** Null where it was taken away; kept so that an older value that comes late does not come back. */
  value: Json;
  at: number;
  sourceId: string;
}

/** A group as the record has it. */
export interface StoredGroup {
  id: string;
  firstSeenAt: number;
  lastSeenAt: number;
  traits: Record<string, GroupTrait>;
}

/** Beyond these, new names are left out: a document stays bounded, whatever a client sends. */
const MOST_TRAITS = 200;

/** The group with one statement more: of each trait the newest value counts, ties by value, in whatever order they come. */
export function stated(known: StoredGroup | undefined, { id, at, sourceId, traits }: GroupStatement): StoredGroup {
  const group = known ?? { id, firstSeenAt: at, lastSeenAt: at, traits: {} };
  const merged = { ...group.traits };
  let room = MOST_TRAITS - Object.keys(merged).length;
  for (const [key, value] of Object.entries(traits)) {
    const before = ownOf(merged, key);
    if (before ? !isNewer({ value, at }, before) : room <= 0) continue;
    if (!before) room -= 1;
    putOwn(merged, key, { value, at, sourceId });
  }
  return {
    id,
    firstSeenAt: Math.min(group.firstSeenAt, at),
    lastSeenAt: Math.max(group.lastSeenAt, at),
    traits: merged,
  };
}

const isNewer = (said: Pick<GroupTrait, 'value' | 'at'>, known: GroupTrait): boolean =>
  said.at > known.at || (said.at === known.at && JSON.stringify(said.value) > JSON.stringify(known.value));
