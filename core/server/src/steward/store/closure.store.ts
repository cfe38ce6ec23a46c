import type { EntityManager } from 'typeorm';
import { selectIn } from '../../database/index.js';

/** Beyond this a group is not followed further; a value met with so many hangs together with half the shop. */
export const MAX_PEOPLE = 500;
const MANY_LINKS = 60;

/** People who may be touched when what these hold is resolved anew. */
export interface Closure {
  profiles: number[];
  /** Some were left out: what was refused or switched there keeps its present place. */
  isPartial: boolean;
}

/**
 * Whoever stood on an event with one of them, however it came out, and so on. A replay of a group that is closed in this
 * way is exact; values that were met with very many people are only followed when they are asked for themselves.
 */
export async function closureOf(manager: EntityManager, seeds: number[], asked: string[] = []): Promise<Closure> {
  const profiles = new Set(seeds);
  const seen = new Set<string>(asked);
  let frontier = [...asked, ...(await hashesOf(manager, seeds))];
  for (let isPartial = false; ;) {
    for (const hash of frontier) seen.add(hash);
    const { near, isCut } = await neighbours(manager, frontier, seen, new Set(asked));
    isPartial ||= isCut;
    const found = (await holdersOf(manager, near)).filter((profile) => !profiles.has(profile));
    if (profiles.size + found.length > MAX_PEOPLE) return { profiles: [...profiles], isPartial: true };
    for (const profile of found) profiles.add(profile);
    frontier = [...near, ...(await hashesOf(manager, found))].filter((hash) => !seen.has(hash));
    if (frontier.length === 0) return { profiles: [...profiles], isPartial };
  }
}

async function neighbours(manager: EntityManager, hashes: string[], seen: Set<string>, asked: Set<string>) {
  const near = new Map<string, string[]>();
  for (const [from, to] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const)
    for (const row of await selectIn<{ a: string; b: string }>(manager, {
      table: 'identity_link',
      columns: ['a', 'b'],
      where: from,
      values: hashes,
    }))
      near.set(row[from], [...(near.get(row[from]) ?? []), row[to]]);
  const isFollowed = (hash: string, list: string[]) => list.length <= MANY_LINKS || asked.has(hash);
  const followed = [...near].filter(([hash, list]) => isFollowed(hash, list)).flatMap(([, list]) => list);
  const isCut = [...near].some(([hash, list]) => !isFollowed(hash, list));
  return { near: [...new Set(followed)].filter((hash) => !seen.has(hash)), isCut };
}

async function hashesOf(manager: EntityManager, profiles: number[]): Promise<string[]> {
  const rows = await selectIn<{ hash: string }>(manager, {
    table: 'identifier',
    columns: ['hash'],
    where: 'profile_id',
    values: profiles,
  });
  return rows.map(({ hash }) => hash);
}

async function holdersOf(manager: EntityManager, hashes: string[]): Promise<number[]> {
  const rows = await selectIn<{ profile_id: number }>(manager, {
    table: 'identifier',
    columns: ['profile_id'],
    where: 'hash',
    values: hashes,
  });
  return [...new Set(rows.map((row) => row.profile_id).filter((profile) => profile > 0))];
}
