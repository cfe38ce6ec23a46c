import type { Identifier } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import { insertRows } from '../database/index.js';
import type { Program } from '../fold/fold.js';
import { IDENTITY, identifiersOf, type IdentifierRef, type KeyRing, type KindTable } from '../identity/index.js';
import { loadGraph, saveGraph } from '../identity/store/identifier.store.js';
import { loadStates, saveMerges, saveStates } from '../profile/store/profile.store.js';
import { DAY } from '../time/zone.js';
import { toPendingBatch } from '../warehouse/index.js';
import { applyAll, type Claimed, type Outcome } from './rules/apply.js';
import type { Batch, IngestEvent, Refused } from './rules/event.js';
import { rowsOf } from './rules/rows.js';
import { Counter } from './store/counter.store.js';
import { positionOf, quarantine, remember, savePositions, unseen } from './store/log.store.js';

/** What happens in the transaction beside the kernels: outbox and deliveries. Runs after the outcome is known. */
export type AfterApply = (manager: EntityManager, outcome: Outcome, now: number) => Promise<void>;

export interface IngestTools {
  program: Program;
  kinds: KindTable;
  keys: KeyRing;
  now: number;
  afterApply: AfterApply;
}

/** Applies batches whole in the given transaction: set-based reads, pure rules, set-based writes. */
export async function ingestBatches(manager: EntityManager, batches: Batch[], tools: IngestTools): Promise<Outcome> {
  const open = await notYetApplied(manager, batches);
  const refused = open.flatMap((batch) => batch.refused);
  const fresh = await unseen(
    manager,
    open.flatMap((batch) => batch.events),
  );
  const { claims, plain } = claimAll([...fresh.values()], tools, refused);
  const graph = await loadGraph(
    manager,
    claims.map(({ identifiers }) => identifiers),
  );
  const states = await loadStates(manager, graph.profiles());
  const profiles = await Counter.open(manager, 'profile');
  const outcome = applyAll(claims, {
    program: tools.program,
    kinds: tools.kinds,
    graph,
    states,
    nextProfile: () => profiles.take(),
  });
  await profiles.close();
  await saveGraph(manager, outcome.graph, graph, {
    plain: (hash) => plain.get(hash)!,
    seal: (text) => tools.keys.encrypt(text),
  });
  await writeOutcome(manager, outcome, tools);
  await remember(manager, fresh.keys(), Math.floor(tools.now / DAY));
  await quarantine(manager, refused);
  for (const { alsoWrite } of open) await alsoWrite?.(manager);
  await savePositions(
    manager,
    open.flatMap(({ mark }) => mark ?? []),
  );
  return outcome;
}

async function notYetApplied(manager: EntityManager, batches: Batch[]): Promise<Batch[]> {
  const open: Batch[] = [];
  for (const batch of batches)
    if (!batch.mark || batch.mark.to > (await positionOf(manager, batch.mark.logId))) open.push(batch);
  return open;
}

/** Writes states, history and what follows from them; shared by ingest, timers and models. */
export async function writeOutcome(
  manager: EntityManager,
  outcome: Outcome,
  { program, now, afterApply }: IngestTools,
): Promise<void> {
  const seq = await Counter.open(manager, 'seq');
  const first = seq.take(Math.max(1, outcome.applied.length));
  await seq.close();
  const pairs = await saveMerges(manager, outcome.merged, now);
  await saveStates(manager, outcome.touched.values());
  const aliases = pairs.map(([src, dst]) => ({ src: src!, dst: dst!, revision: first }));
  const pending = toPendingBatch(rowsOf(outcome, first, program.tags, aliases));
  if (pending)
    await insertRows(
      manager,
      'warehouse_pending',
      ['payload', 'rows', 'bytes'],
      [[pending.payload, pending.rows, pending.bytes]],
    );
  await afterApply(manager, outcome, now);
}

/** Names each event's person; an event that names nobody joins the refused. Plain values stay in memory only. */
function claimAll(
  events: IngestEvent[],
  { kinds, keys }: IngestTools,
  refused: Refused[],
): { claims: Claimed[]; plain: Map<string, Identifier> } {
  const plain = new Map<string, Identifier>();
  const hashes = new Map<string, string>();
  const hashOf = (identifier: Identifier): IdentifierRef => {
    const text = `${identifier.kind}\n${identifier.namespace}\n${identifier.value}`;
    const hash = hashes.get(text) ?? keys.hash(text);
    hashes.set(text, hash);
    plain.set(hash, identifier);
    return { hash, kind: identifier.kind, namespace: identifier.namespace };
  };
  const claims: Claimed[] = [];
  for (const event of events) {
    const identifiers = identifiersOf(event.envelope, kinds).map(hashOf);
    if (identifiers.length > 0) claims.push({ event, identifiers });
    else refused.push(namesNobody(event));
  }
  return { claims, plain };
}

const namesNobody = ({ sourceId, receivedAt, eventId, envelope }: IngestEvent): Refused => ({
  sourceId,
  receivedAt,
  endpoint: envelope.type,
  code: IDENTITY.NOBODY,
  message: 'none of its identifiers is of a known kind and identifies somebody',
  body: JSON.stringify(envelope),
  place: `${sourceId}:${eventId}`,
});
