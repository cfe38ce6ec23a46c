import type { IdentityAct, LinkEvidence } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import { insertIgnoreRows, insertRows } from '../../database/index.js';

/** An act as the record keeps it. */
export interface StoredAct {
  id: string;
  kind: IdentityAct['kind'];
  at: number;
  by: string;
  reason: string;
  profiles: number[];
  identifiers: string[];
  evidence?: LinkEvidence;
  undoneAt?: number;
}

interface Row {
  id: string;
  kind: IdentityAct['kind'];
  at: number;
  done_by: string;
  doc: string;
  undone_at: number | null;
}

type ActDoc = Pick<StoredAct, 'reason' | 'profiles' | 'identifiers' | 'evidence'>;

export async function saveAct(manager: EntityManager, act: StoredAct): Promise<void> {
  const { reason, profiles, identifiers, evidence } = act;
  const doc: ActDoc = { reason, profiles, identifiers, ...(evidence && { evidence }) };
  const columns = ['id', 'kind', 'at', 'done_by', 'doc'];
  await insertRows(manager, 'identity_act', columns, [[act.id, act.kind, act.at, act.by, JSON.stringify(doc)]]);
  const links = [...new Set(profiles)].map((profile) => [profile, act.id]);
  await insertIgnoreRows(manager, 'identity_act_profile', ['profile_id', 'act_id'], links);
}

export const markUndone = (manager: EntityManager, id: string, at: number): Promise<unknown> =>
  manager.query('UPDATE identity_act SET undone_at = ? WHERE id = ?', [at, id]);

export async function readAct(manager: EntityManager, id: string): Promise<StoredAct | undefined> {
  const [row] = await manager.query<Row[]>('SELECT * FROM identity_act WHERE id = ?', [id]);
  return row && actOf(row);
}

/** Newest first, before `[at, id]`. */
export async function listActs(
  manager: EntityManager,
  limit: number,
  [at, id]: [number, string] = [Number.MAX_SAFE_INTEGER, ''],
): Promise<StoredAct[]> {
  const sql = 'SELECT * FROM identity_act WHERE at < ? OR (at = ? AND id > ?) ORDER BY at DESC, id LIMIT ?';
  const rows = await manager.query<Row[]>(sql, [at, at, id, limit]);
  return rows.map(actOf);
}

/** All acts that touched one of the numbers, newest first. */
export async function actsOf(manager: EntityManager, numbers: number[]): Promise<StoredAct[]> {
  const marks = numbers.map(() => '?').join(',');
  const sql = `SELECT DISTINCT a.id, a.kind, a.at, a.done_by, a.doc, a.undone_at FROM identity_act a
    JOIN identity_act_profile p ON p.act_id = a.id WHERE p.profile_id IN (${marks}) ORDER BY a.at DESC, a.id`;
  return (await manager.query<Row[]>(sql, numbers)).map(actOf);
}

function actOf({ id, kind, at, done_by: by, doc, undone_at }: Row): StoredAct {
  const { reason, profiles, identifiers, evidence } = JSON.parse(doc) as ActDoc;
  return {
    id,
    kind,
    at,
    by,
    reason,
    profiles,
    identifiers,
    ...(evidence && { evidence }),
    ...(undone_at !== null && { undoneAt: undone_at }),
  };
}
