import type { EntityManager } from 'typeorm';
import { deleteIn, insertIgnoreRows, selectIn, upsertRows } from '../../database/index.js';
import type { IdentifierRef } from '../rules/identifier.ref.js';
import type { GraphChange } from '../rules/resolve.js';

/** A change with the event that made it. */
export interface Evidenced {
  change: GraphChange;
  event: { eventId: string; sourceId: string; at: number };
  /** How the event came to state it; see `ruleOf`. */
  rule: string;
}

const LINK_COLUMNS = ['a', 'b', 'source_id', 'event_id', 'rule', 'at', 'outcome', 'learned'];

/** Law 1. A pair that comes out differently later (a conflict settled, a device handed on) keeps the newest evidence. */
export async function saveLinks(manager: EntityManager, changes: Evidenced[], learned: number): Promise<void> {
  const rows = new Map<string, unknown[]>();
  for (const { change, event, rule } of changes) {
    const link = linkOf(change);
    if (!link) continue;
    const [a, b] = [link.ends[0].hash, link.ends[1].hash].sort();
    rows.set(`${a} ${b}`, [a, b, event.sourceId, event.eventId, rule, event.at, link.outcome, learned]);
  }
  await upsertRows(manager, 'identity_link', ['a', 'b'], LINK_COLUMNS, [...rows.values()]);
}

function linkOf(change: GraphChange): { ends: [IdentifierRef, IdentifierRef]; outcome: string } | undefined {
  switch (change.kind) {
    case 'merged':
      return { ends: [change.by, change.to], outcome: 'joined' };
    case 'attached':
      return change.to && { ends: [change.identifier, change.to], outcome: 'joined' };
    case 'moved':
      return { ends: [change.identifier, change.to], outcome: 'switched' };
    case 'refused':
      return { ends: [change.identifier, change.to], outcome: 'refused' };
    default:
      return undefined;
  }
}

/** By which identifiers people became one. */
export const saveMergeEvidence = (manager: EntityManager, changes: Evidenced[]): Promise<void> =>
  upsertRows(
    manager,
    'profile_merge',
    ['dropped'],
    ['dropped', 'kept', 'identifier', 'source_id', 'event_id', 'at'],
    changes.flatMap(({ change, event }) =>
      change.kind === 'merged'
        ? [[change.dropped, change.kept, change.by.hash, event.sourceId, event.eventId, event.at]]
        : [],
    ),
  );

const CONFLICT_COLUMNS = [
  'id',
  'identifier',
  'partner',
  'limit_kind',
  'profile_id',
  'other_id',
  'source_id',
  'event_id',
  'at',
];

/** One record a pair of identifiers, however often the events repeat it; what follows from another is settled with it. */
export const saveConflicts = (manager: EntityManager, changes: Evidenced[]): Promise<void> =>
  insertIgnoreRows(
    manager,
    'identity_conflict',
    CONFLICT_COLUMNS,
    changes.flatMap(({ change, event }) => {
      if (change.kind !== 'refused' || !change.isAsked || change.identifier.isDerived) return [];
      const { identifier, to, limit, owner, holder } = change;
      const who = [identifier.hash, to.hash, limit, owner, holder];
      return [[`${identifier.hash}.${to.hash}`, ...who, event.sourceId, event.eventId, event.at]];
    }),
  );

/** Puts the links and open conflicts among these identifiers as a replay of their events has them. */
export async function replaceEvidence(
  manager: EntityManager,
  hashes: ReadonlySet<string>,
  changes: Evidenced[],
  learned: number,
): Promise<void> {
  const values = [...hashes];
  const links = await selectIn<{ a: string; b: string }>(manager, {
    table: 'identity_link',
    columns: ['a', 'b'],
    where: 'a',
    values,
  });
  await deleteLinks(
    manager,
    links.filter(({ b }) => hashes.has(b)),
  );
  const conflicts = await selectIn<{ id: string; partner: string | null; settled_at: number | null }>(manager, {
    table: 'identity_conflict',
    columns: ['id', 'partner', 'settled_at'],
    where: 'identifier',
    values,
  });
  const open = conflicts.filter(({ partner, settled_at }) => settled_at === null && hashes.has(partner ?? ''));
  await deleteIn(manager, { table: 'identity_conflict', where: 'id', values: open.map(({ id }) => id) });
  await saveLinks(manager, changes, learned);
  await saveConflicts(manager, changes);
}

const PAIRS_PER_STATEMENT = 200;

async function deleteLinks(manager: EntityManager, pairs: { a: string; b: string }[]): Promise<void> {
  for (let from = 0; from < pairs.length; from += PAIRS_PER_STATEMENT) {
    const part = pairs.slice(from, from + PAIRS_PER_STATEMENT);
    const test = part.map(() => '(a = ? AND b = ?)').join(' OR ');
    await manager.query(
      `DELETE FROM identity_link WHERE ${test}`,
      part.flatMap(({ a, b }) => [a, b]),
    );
  }
}
