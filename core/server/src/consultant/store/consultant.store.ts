import type { WorkingHours } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import { upsertRows } from '../../database/index.js';
import type { Zone } from '../../time/zone.js';
import type { Hand } from '../rules/choose.js';
import { Crew } from '../rules/crew.js';
import { isWithin } from '../rules/hours.js';
import { peekNumber, takeNumbers } from './assignment.store.js';

export interface StoredConsultant {
  id: string;
  name: string;
  shop: string;
  capacity: number;
  is_on_duty: number;
  hours: string | null;
  user_id: string | null;
  created_at: number;
  removed_at: number | null;
}

/** In the order in which they came, which is the order of ties. */
export const readConsultants = (manager: EntityManager): Promise<StoredConsultant[]> =>
  manager.query<StoredConsultant[]>('SELECT * FROM consultant WHERE removed_at IS NULL ORDER BY created_at, id');

/** How many assignments each has. */
export async function readLoads(manager: EntityManager): Promise<Map<string, number>> {
  const sql = 'SELECT holder, COUNT(*) AS n FROM assignment WHERE holder IS NOT NULL GROUP BY holder';
  const rows = await manager.query<{ holder: string; n: number | string }[]>(sql);
  return new Map(rows.map(({ holder, n }) => [holder, Number(n)]));
}

export const hoursOf = ({ hours }: StoredConsultant): WorkingHours | undefined =>
  hours === null ? undefined : (JSON.parse(hours) as WorkingHours);

export function handOf(row: StoredConsultant, load: number, now: number, zone: Zone): Hand {
  const { id, name, shop, capacity } = row;
  const hours = hoursOf(row);
  const isPresent = row.is_on_duty === 1 && isWithin(hours, now, zone);
  return { id, name, shop, capacity, load, isPresent, hours, userId: row.user_id ?? undefined };
}

export async function readHands(manager: EntityManager, now: number, zone: Zone): Promise<Hand[]> {
  const loads = await readLoads(manager);
  return (await readConsultants(manager)).map((row) => handOf(row, loads.get(row.id) ?? 0, now, zone));
}

export async function readCrew(manager: EntityManager, now: number, zone: Zone): Promise<Crew> {
  const hands = await readHands(manager, now, zone);
  const turns = await manager.query<{ rule: string; consultant: string; turn: number }[]>(
    'SELECT rule_id AS rule, consultant_id AS consultant, turn FROM assignment_turn',
  );
  return new Crew(hands, turns, (await peekNumber(manager, 'assignment_turn')) ?? 1);
}

/** Whose turn it was is written with what was given. */
export async function saveTurns(manager: EntityManager, { taken }: Crew): Promise<void> {
  if (taken.length === 0) return;
  await takeNumbers(manager, 'assignment_turn', taken.length);
  const latest = new Map(taken.map((turn) => [`${turn.rule} ${turn.consultant}`, turn]));
  const rows = [...latest.values()].map(({ rule, consultant, turn }) => [rule, consultant, turn]);
  const columns = ['rule_id', 'consultant_id', 'turn'];
  await upsertRows(manager, 'assignment_turn', ['rule_id', 'consultant_id'], columns, rows);
}
