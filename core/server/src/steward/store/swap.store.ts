import type { EntityManager } from 'typeorm';
import { insertRows, selectIn } from '../../database/index.js';
import { mergeStates, noEffects } from '../../fold/fold.js';
import { UNHELD, type IdentifierRef } from '../../identity/index.js';
import { placeIdentifiers } from '../../identity/store/identifier.store.js';
import { replaceEvidence } from '../../identity/store/link.store.js';
import {
  collect,
  emptyOutcome,
  OPERATOR_SOURCE,
  writeOutcome,
  type IngestTools,
  type Outcome,
} from '../../ingest/index.js';
import { profileRow, tombstone } from '../../ingest/rules/rows.js';
import type { Counters } from '../../ingest/store/counter.store.js';
import { saveStates } from '../../profile/store/profile.store.js';
import { switchBatches, type BatchRows } from '../../warehouse/index.js';
import type { Plan, Regrouped } from '../regroup.js';

export interface SwapTools {
  actId: string;
  counters: Counters;
  tools: IngestTools;
}

/** Puts the replay's people in the place of today's, within the caller's transaction. */
export async function swap(manager: EntityManager, plan: Plan, swapTools: SwapTools): Promise<Regrouped> {
  const numbers = numbersOf(plan, swapTools.counters);
  const outcome = joinWhole(plan, swapTools);
  await writeOutcome(manager, outcome, swapTools.tools, swapTools.counters);
  await rebuild(manager, plan, numbers, swapTools);
  await placeAll(manager, plan, numbers);
  await replaceEvidence(
    manager,
    new Set(plan.group.refs.keys()),
    plan.replayed.changes,
    swapTools.counters.peek('seq'),
  );
  return { numbers, outcome };
}

function numbersOf({ parts }: Plan, counters: Counters): Map<number, number> {
  return new Map(
    parts.map((part) => {
      if (part.kind === 'same') return [part.local, part.id];
      return [part.local, part.kind === 'union' ? part.ids[0]! : counters.take('profile')];
    }),
  );
}

/** Whole people become one as two who share an identifier do: their states add up and their history stays where it is. */
function joinWhole({ parts, group }: Plan, { actId, tools }: SwapTools): Outcome {
  const outcome = emptyOutcome();
  for (const part of parts) {
    if (part.kind !== 'union') continue;
    const [kept, ...dropped] = part.ids.map((id) => group.states.get(id)!);
    const effects = noEffects();
    for (const state of dropped) {
      mergeStates(kept!, state, tools.program, effects, actId);
      outcome.merged.set(state.id, kept!.id);
      outcome.graph.push(mergedByAct(kept!.id, state.id, actId, tools.now()));
    }
    collect(kept!, effects, outcome);
  }
  return outcome;
}

const NOBODY: IdentifierRef = { hash: '', kind: '', namespace: '' };

/** A merge that an act caused; hooks and the live feed read it like any other. */
const mergedByAct = (kept: number, dropped: number, actId: string, at: number): Outcome['graph'][number] => ({
  change: { kind: 'merged', kept, dropped, by: NOBODY, to: NOBODY },
  event: {
    eventId: actId,
    sourceId: OPERATOR_SOURCE,
    type: 'track',
    name: '$regroup',
    at,
    receivedAt: at,
    envelope: { type: 'track' },
  },
  rule: 'operator',
});

/** People made of pieces get numbers of their own; the numbers that they had lead to them and hold nothing any more. */
async function rebuild(
  manager: EntityManager,
  plan: Plan,
  numbers: Map<number, number>,
  { actId, tools, counters }: SwapTools,
): Promise<void> {
  const rebuilt = new Set(plan.parts.filter(({ kind }) => kind === 'rebuilt').map(({ local }) => local));
  if (rebuilt.size === 0) return;
  const states = [...rebuilt].map((local) => ({
    ...plan.replayed.states.get(local)!,
    id: numbers.get(local)!,
    revision: 0,
  }));
  await saveStates(manager, states);
  const kept = new Set(
    plan.parts.flatMap((part) => (part.kind === 'same' ? [part.id] : part.kind === 'union' ? part.ids : [])),
  );
  const voided = plan.group.standing.filter(({ id }) => !kept.has(id));
  const changed = emptyOutcome();
  for (const person of voided) {
    await leadTo(manager, person.numbers, plan, numbers, tools.now());
    const parts = partsOfPerson(person.numbers, plan, numbers);
    if (parts.length > 1) changed.splits.push({ profile: person.id, parts, at: tools.now() });
    else if (parts[0]) changed.graph.push(mergedByAct(parts[0], person.id, actId, tools.now()));
  }
  const gone = voided.flatMap((person) => person.numbers);
  const rows = copies(plan, rebuilt, numbers);
  rows.profiles = [...states.map(profileRow), ...voided.map(({ id }) => tombstone(id, tools.now()))];
  const pending = switchBatches({
    rows,
    from: gone,
    to: states.map(({ id }) => id),
    revision: counters.take('seq', 2),
  });
  await insertRows(
    manager,
    'warehouse_pending',
    ['payload', 'rows', 'bytes', 'is_barrier'],
    pending.map(({ payload, rows: count, bytes, barrier }) => [payload, count, bytes, barrier || null]),
  );
  await tools.afterApply(manager, changed, tools.now());
}

/** Law 6: an old number leads for ever to whoever got its first event. */
async function leadTo(
  manager: EntityManager,
  olds: number[],
  { heirs }: Plan,
  numbers: Map<number, number>,
  now: number,
): Promise<void> {
  for (const old of olds) {
    const heir = numbers.get(heirs.get(old) ?? 0) ?? null;
    await manager.query(
      'UPDATE profile SET merged_into = ?, merged_at = ?, doc = NULL, due_at = NULL, is_void = 1 WHERE id = ?',
      [heir, now, old],
    );
  }
}

const partsOfPerson = (olds: number[], { group, replayed }: Plan, numbers: Map<number, number>): number[] => {
  const mine = new Set(olds);
  const locals = group.history.flatMap((row, at) => (mine.has(row.profile) ? [replayed.owners[at]!] : []));
  return [...new Set(locals)].map((local) => numbers.get(local)!);
};

/** The history of rebuilt people as the replay gives it, under their new numbers. */
function copies({ group, replayed, heirs }: Plan, rebuilt: Set<number>, numbers: Map<number, number>): BatchRows {
  const under = <T extends { profile: number }>(row: T, local: number | undefined): T[] =>
    local !== undefined && rebuilt.has(local) ? [{ ...row, profile: numbers.get(local)! }] : [];
  return {
    events: group.history.flatMap((row, at) => under(row, replayed.owners[at])),
    tag_changes: replayed.tagChanges.flatMap((row) => under(row, row.profile)),
    transitions: replayed.transitions.flatMap((row) => under(row, row.profile)),
    deliveries: group.deliveries.flatMap((row) => under(row, heirs.get(row.profile))),
  };
}

/** Every identifier of the group goes where the replay has it; what somebody outside the group holds stays there. */
async function placeAll(manager: EntityManager, plan: Plan, numbers: Map<number, number>): Promise<void> {
  const own = new Set([UNHELD, ...plan.group.standing.map(({ id }) => id)]);
  const rows = await selectIn<{ hash: string; profile_id: number }>(manager, {
    table: 'identifier',
    columns: ['hash', 'profile_id'],
    where: 'hash',
    values: [...new Set([...plan.group.refs.keys(), ...plan.group.standing.flatMap(({ hashes }) => hashes)])],
  });
  const byHolder = new Map<number, string[]>();
  for (const { hash, profile_id } of rows) {
    const local = plan.replayed.graph.profileOf(hash);
    const holder = local === undefined ? UNHELD : numbers.get(local)!;
    if (own.has(profile_id) && holder !== profile_id) byHolder.set(holder, [...(byHolder.get(holder) ?? []), hash]);
  }
  await placeIdentifiers(manager, byHolder);
}
