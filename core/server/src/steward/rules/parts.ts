import { UNHELD } from '../../identity/index.js';
import type { EventRow } from '../../warehouse/index.js';
import type { Replayed } from './replay.js';

/** A person of today: its living number, every number that leads there, and what it holds. */
export interface Standing {
  id: number;
  numbers: number[];
  hashes: string[];
}

/** What becomes of one person of the replay. */
export type Part =
  /** Exactly a person of today. */
  | { kind: 'same'; local: number; id: number }
  /** Several whole people of today: they are merged, in constant time, and keep their history. */
  | { kind: 'union'; local: number; ids: number[] }
  /** Made of pieces: a new number, with its events written anew under it. */
  | { kind: 'rebuilt'; local: number };

/** Tells whole people from pieces, by their events and by their identifiers. */
export function partsOf(replayed: Replayed, history: readonly EventRow[], standing: readonly Standing[]): Part[] {
  const whole = wholePeople(replayed, history, standing);
  const byLocal = new Map<number, number[]>();
  for (const [id, local] of whole) byLocal.set(local, [...(byLocal.get(local) ?? []), id]);
  return [...replayed.states.keys()]
    .sort((a, b) => a - b)
    .map((local) => {
      const ids = (byLocal.get(local) ?? []).sort((a, b) => a - b);
      if (ids.length === 0 || !isSumOf(local, ids, replayed, history, standing)) return { kind: 'rebuilt', local };
      return ids.length === 1 ? { kind: 'same', local, id: ids[0]! } : { kind: 'union', local, ids };
    });
}

/** People of today all of whose events and identifiers are one person's in the replay. */
function wholePeople(
  replayed: Replayed,
  history: readonly EventRow[],
  standing: readonly Standing[],
): Map<number, number> {
  const livingOf = new Map(standing.flatMap(({ id, numbers }) => numbers.map((number) => [number, id] as const)));
  const locals = new Map<number, Set<number>>(standing.map(({ id }) => [id, new Set<number>()]));
  history.forEach((row, at) => locals.get(livingOf.get(row.profile)!)!.add(replayed.owners[at]!));
  for (const { id, hashes } of standing)
    for (const hash of hashes) locals.get(id)!.add(replayed.graph.profileOf(hash) ?? UNHELD);
  return new Map([...locals].flatMap(([id, set]) => (set.size === 1 ? [[id, [...set][0]!] as const] : [])));
}

/** Whether the people make up the whole of the part, so that nothing of it comes from elsewhere. */
function isSumOf(
  local: number,
  ids: number[],
  replayed: Replayed,
  history: readonly EventRow[],
  standing: readonly Standing[],
): boolean {
  const members = standing.filter(({ id }) => ids.includes(id));
  const numbers = new Set(members.flatMap((member) => member.numbers));
  const hashes = new Set(members.flatMap((member) => member.hashes));
  const holdsNoOthers = replayed.graph.holdings(local).every(({ hash }) => hashes.has(hash));
  return holdsNoOthers && history.every((row, at) => replayed.owners[at] !== local || numbers.has(row.profile));
}

/**
 * Where each old number leads from now on: to whoever got its first event, or, without any, the first of its identifiers;
 * an old id resolves for ever (law 6).
 */
export function heirs(
  replayed: Replayed,
  history: readonly EventRow[],
  standing: readonly Standing[],
): Map<number, number> {
  const heirOf = new Map<number, number>();
  history.forEach((row, at) => {
    if (!heirOf.has(row.profile)) heirOf.set(row.profile, replayed.owners[at]!);
  });
  for (const { id, numbers, hashes } of standing) {
    const fallback = heirOf.get(id) ?? hashes.map((hash) => replayed.graph.profileOf(hash)).find(Boolean);
    for (const number of numbers) if (!heirOf.has(number) && fallback) heirOf.set(number, fallback);
  }
  return heirOf;
}
