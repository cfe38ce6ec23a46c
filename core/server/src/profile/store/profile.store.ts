import type { EntityManager } from 'typeorm';
import { forUpdate, selectIn, upsertRows } from '../../database/index.js';
import { nextDue, type ProfileState } from '../state.js';

interface StoredProfile {
  id: number;
  doc: string | null;
}

/** The states of living profiles, locked until the transaction ends where the database can. */
export async function loadStates(manager: EntityManager, ids: number[]): Promise<Map<number, ProfileState>> {
  const rows = await selectIn<StoredProfile>(manager, {
    table: 'profile',
    columns: ['id', 'doc'],
    where: 'id',
    values: ids,
    suffix: forUpdate(manager),
  });
  const living = rows.filter((row): row is { id: number; doc: string } => row.doc !== null);
  return new Map(living.map(({ id, doc }) => [id, JSON.parse(doc) as ProfileState]));
}

const COLUMNS = ['id', 'last_seen_at', 'due_at', 'doc'];

/** Writes states whole; every write is a new revision. */
export async function saveStates(manager: EntityManager, states: Iterable<ProfileState>): Promise<void> {
  const rows = [...states].map((state) => {
    state.revision += 1;
    return [state.id, state.lastSeenAt, nextDue(state) ?? null, JSON.stringify(state)];
  });
  await upsertRows(manager, 'profile', ['id'], COLUMNS, rows);
}

/**
 * Marks profiles as merged: their documents go, their ids lead to the living profile for ever, also through chains, those
 * of one batch included. Gives the pairs of a number with history and where that leads now.
 */
export async function saveMerges(
  manager: EntityManager,
  merged: Map<number, number>,
  at: number,
): Promise<[number, number][]> {
  const now = [...merged.keys()].map((dropped): [number, number] => [dropped, livingIn(merged, dropped)]);
  const before: [number, number][] = [];
  for (const [dropped, kept] of now) {
    const earlier = await manager.query<{ id: number; is_void: number | null }[]>(
      'SELECT id, is_void FROM profile WHERE merged_into = ?',
      [dropped],
    );
    if (earlier.length === 0) continue;
    await manager.query('UPDATE profile SET merged_into = ? WHERE merged_into = ?', [kept, dropped]);
    before.push(...earlier.filter((row) => !row.is_void).map(({ id }): [number, number] => [id, kept]));
  }
  const rows = now.map(([dropped, kept]) => [dropped, kept, at, at, null, null]);
  await upsertRows(
    manager,
    'profile',
    ['id'],
    ['id', 'merged_into', 'merged_at', 'last_seen_at', 'due_at', 'doc'],
    rows,
  );
  return [...now, ...before];
}

function livingIn(merged: ReadonlyMap<number, number>, number: number): number {
  let at = number;
  for (let next = merged.get(at); next !== undefined; next = merged.get(at)) at = next;
  return at;
}

/** The living profile that a number leads to; undefined when there never was one. */
export async function livingId(manager: EntityManager, id: number): Promise<number | undefined> {
  const [row] = await manager.query<{ id: number; merged_into: number | null }[]>(
    'SELECT id, merged_into FROM profile WHERE id = ?',
    [id],
  );
  return row && (row.merged_into ?? row.id);
}
