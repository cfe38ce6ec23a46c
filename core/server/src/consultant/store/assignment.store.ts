import type { AssignmentActKind, AssignmentEnd, AssignmentStatus } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import { insertRows, selectIn, upsertRows } from '../../database/index.js';
import { ASSIGNMENT } from './consultant.tables.js';

export interface StoredAssignment {
  id: number;
  rule_id: string;
  profile_id: number;
  origin_id: number;
  status: AssignmentStatus;
  shop: string;
  lane: string | null;
  consultant_id: string | null;
  holder: string | null;
  hops: number;
  cause: string;
  created_at: number;
  given_at: number | null;
  due_at: number | null;
  wake_at: number | null;
  escalated_at: number | null;
  contacted_at: number | null;
  sort_at: number | null;
  closed_at: number | null;
  result: AssignmentEnd | null;
  note: string | null;
  amount: string | null;
}

/** One entry of an assignment's history. */
export interface Act {
  assignment: number;
  at: number;
  kind: AssignmentActKind;
  by: string;
  from?: string | null;
  to?: string | null;
  reason?: string | undefined;
}

/** Who did what nobody did. */
export const PLATFORM = 'platform';

export const laneOf = (rule: string, shop: string): string => `${rule}|${shop}`;

const COLUMNS = Object.keys(ASSIGNMENT.columns) as (keyof StoredAssignment)[];

/** Rows are read whole and written whole: whoever does it has the turn. */
export async function saveAssignments(manager: EntityManager, rows: StoredAssignment[]): Promise<void> {
  const values = rows.map((row) => COLUMNS.map((column) => row[column]));
  await upsertRows(manager, ASSIGNMENT.name, ['id'], COLUMNS, values);
}

export async function saveActs(manager: EntityManager, acts: Act[]): Promise<void> {
  const columns = ['assignment_id', 'at', 'kind', 'done_by', 'from_id', 'to_id', 'reason'];
  const rows = acts.map(({ assignment, at, kind, by, from = null, to = null, reason = null }) => [
    assignment,
    at,
    kind,
    by,
    from,
    to,
    reason,
  ]);
  await insertRows(manager, 'assignment_act', columns, rows);
}

export async function assignmentById(manager: EntityManager, id: number): Promise<StoredAssignment | undefined> {
  const [row] = await manager.query<StoredAssignment[]>('SELECT * FROM assignment WHERE id = ?', [id]);
  return row;
}

/** Of some profiles, oldest first. */
export async function assignmentsOf(manager: EntityManager, profiles: number[]): Promise<StoredAssignment[]> {
  const found = await selectIn<StoredAssignment>(manager, {
    table: ASSIGNMENT.name,
    columns: COLUMNS,
    where: 'profile_id',
    values: profiles,
  });
  return found.sort((a, b) => a.id - b.id);
}

/** The lanes in which somebody waits: one seek in the index for each, however long they are. */
export async function lanesOf(manager: EntityManager): Promise<string[]> {
  const lanes: string[] = [];
  for (;;) {
    const sql = 'SELECT lane FROM assignment WHERE lane > ? ORDER BY lane LIMIT 1';
    const [next] = await manager.query<{ lane: string }[]>(sql, [lanes.at(-1) ?? '']);
    if (!next) return lanes;
    lanes.push(next.lane);
  }
}

/** The head of the queue through some lanes, in the order of coming. */
export async function waitingIn(manager: EntityManager, lanes: string[], limit: number): Promise<StoredAssignment[]> {
  const heads: number[] = [];
  for (const lane of lanes) {
    const sql = 'SELECT id FROM assignment WHERE lane = ? ORDER BY id LIMIT ?';
    heads.push(...(await manager.query<{ id: number }[]>(sql, [lane, limit])).map(({ id }) => id));
  }
  const values = heads.sort((a, b) => a - b).slice(0, limit);
  const rows = await selectIn<StoredAssignment>(manager, {
    table: ASSIGNMENT.name,
    columns: COLUMNS,
    where: 'id',
    values,
  });
  return rows.sort((a, b) => a.id - b.id);
}

export function dueBy(manager: EntityManager, now: number, limit: number): Promise<StoredAssignment[]> {
  const sql = 'SELECT * FROM assignment WHERE wake_at <= ? ORDER BY wake_at, id LIMIT ?';
  return manager.query<StoredAssignment[]>(sql, [now, limit]);
}

export const heldBy = (manager: EntityManager, consultant: string): Promise<StoredAssignment[]> =>
  manager.query<StoredAssignment[]>('SELECT * FROM assignment WHERE holder = ? ORDER BY id', [consultant]);

export const waitingOfRule = (manager: EntityManager, rule: string, limit: number): Promise<StoredAssignment[]> =>
  manager.query<StoredAssignment[]>(
    'SELECT * FROM assignment WHERE lane >= ? AND lane < ? ORDER BY lane, id LIMIT ?',
    // `}` is the character after `|`.
    [`${rule}|`, `${rule}}`, limit],
  );

/** Everybody who has had an assignment and missed its first contact, by assignment. */
export async function passedOf(manager: EntityManager, ids: number[]): Promise<Map<number, string[]>> {
  const acts = await selectIn<{ assignment_id: number; kind: string; from_id: string | null }>(manager, {
    table: 'assignment_act',
    columns: ['assignment_id', 'kind', 'from_id'],
    where: 'assignment_id',
    values: ids,
  });
  const passed = new Map<number, string[]>();
  for (const { assignment_id: id, kind, from_id: from } of acts)
    if (kind === 'overdue' && from) passed.set(id, [...(passed.get(id) ?? []), from]);
  return passed;
}

/** Numbers that the room gives out. Only within the platform's turn, so nothing else takes one meanwhile. */
export async function takeNumbers(
  manager: EntityManager,
  name: 'assignment' | 'assignment_turn' | 'assignment_rules',
  amount: number,
): Promise<number> {
  const first = (await peekNumber(manager, name)) ?? 0;
  if (first === 0) await manager.query('INSERT INTO counter (name, next) VALUES (?, ?)', [name, 1 + amount]);
  else await manager.query('UPDATE counter SET next = ? WHERE name = ?', [first + amount, name]);
  return Math.max(first, 1);
}

export async function peekNumber(manager: EntityManager, name: string): Promise<number | undefined> {
  const [row] = await manager.query<{ next: number }[]>('SELECT next FROM counter WHERE name = ?', [name]);
  return row?.next;
}
