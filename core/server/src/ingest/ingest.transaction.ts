import type { Identifier } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import type { LookUp } from '../catalogue/index.js';
import { insertRows } from '../database/index.js';
import { believing, type Program } from '../fold/fold.js';
import { groupIn, saveGroups, type GroupStatement } from '../group/index.js';
import {
  asAlias,
  IDENTITY,
  type Graph,
  identifiersOf,
  identifierText,
  ruleOf,
  UNBIND,
  type IdentifierRef,
  type KeyRing,
  type KindTable,
  type StatedIdentifier,
  type Rulebook,
} from '../identity/index.js';
import { loadGraph, saveGraph } from '../identity/store/identifier.store.js';
import type { Rulebooks } from '../identity/store/rulebook.store.js';
import { nextDue, type ProfileState } from '../profile/state.js';
import { loadStates, saveMerges, saveStates } from '../profile/store/profile.store.js';
import { DAY } from '../time/zone.js';
import { quarantine } from '../quarantine/quarantine.store.js';
import type { Quota } from '../quarantine/quota.js';
import { toPendingBatch } from '../warehouse/index.js';
import { applyAll, type Applied, type Claimed, type Outcome, type Workbench } from './rules/apply.js';
import type { Batch, IngestEvent, Refused } from './rules/event.js';
import { named, withoutPersonal, type PersonalRule } from './rules/personal.js';
import { rowsOf } from './rules/rows.js';
import { sealPersonal } from './rules/sealed.js';
import { Counters } from './store/counter.store.js';
import { positionOf, remember, savePositions, unseen } from './store/log.store.js';

/** What happens in the transaction beside the kernels: outbox and deliveries. Runs after the outcome is known. */
export type AfterApply = (manager: EntityManager, outcome: Outcome, now: number) => Promise<void>;

/** What may be kept of the events of each source. */
export interface PersonalRules {
  /** Reads the settings again when somebody has changed them since. */
  refresh: (manager: EntityManager, revision: number) => Promise<void>;
  of: (sourceId: string) => PersonalRule;
}

export interface IngestTools {
  /** What is in force now; read it within a turn, after `refresh`. */
  readonly program: Program;
  /** Reads the definitions again when another core has published since. */
  refresh: (manager: EntityManager, revision: number) => Promise<void>;
  rulebooks: Rulebooks;
  /** What is known of the objects that events name. */
  catalogue: LookUp;
  keys: KeyRing;
  personal: PersonalRules;
  /** Asked once a transaction has its turn, so that time never runs backwards from one to the next. */
  now: () => number;
  /** The earliest due instant that may be dealt with now; see `HistoryGate`. */
  dueFrom: () => number;
  afterApply: AfterApply;
  /** What refused items may take. */
  quota: Quota;
}

/** Applies batches whole in the given transaction: set-based reads, pure rules, set-based writes. */
export async function ingestBatches(manager: EntityManager, batches: Batch[], tools: IngestTools): Promise<Outcome> {
  const counters = await Counters.open(manager);
  await tools.refresh(manager, counters.peek('definition'));
  await tools.personal.refresh(manager, counters.peek('settings'));
  const book = await tools.rulebooks.at(manager, counters.revision);
  const open = await notYetApplied(manager, batches);
  const refused = open.flatMap((batch) => batch.refused);
  const fresh = await unseen(
    manager,
    open.flatMap((batch) => batch.events.map((event) => named(event, tools.personal.of(event.sourceId)))),
  );
  const plain = new Map<string, Identifier>();
  const stated = claimAll([...fresh.values()], book.kinds, tools, plain, refused);
  const claims = await withObjects(manager, stated, tools.catalogue, counters.peek('catalogue'));
  const outcome = await applyClaims(manager, claims, plain, { book, counters, tools });
  await saveGroups(manager, outcome.applied.flatMap(groupStatement));
  await remember(manager, fresh.keys(), Math.floor(tools.now() / DAY));
  const sealed = refused.map((item) => sealPersonal(item, tools.keys));
  await quarantine(manager, sealed, tools.quota);
  for (const { alsoWrite } of open) await alsoWrite?.(manager);
  await savePositions(
    manager,
    open.flatMap(({ mark }) => mark ?? []),
  );
  await counters.close();
  return outcome;
}

/** What a transaction that changes profiles holds: its turn, the rules in force and the platform's tools. */
export interface Turn {
  book: Rulebook;
  counters: Counters;
  tools: IngestTools;
}

/** Resolves and applies claims; `plain` holds the values of identifiers that nobody may have stated before. */
export async function applyClaims(
  manager: EntityManager,
  claims: Claimed[],
  plain: ReadonlyMap<string, Identifier>,
  { book, counters, tools }: Turn,
): Promise<Outcome> {
  const graph = await loadGraph(
    manager,
    claims.map(({ identifiers }) => identifiers),
  );
  const outcome = applyAll(
    claims.map((claim) => withoutUnknownForms(claim, graph)),
    {
      program: believing(tools.program, book.sources),
      book,
      graph,
      states: await loadStates(manager, graph.profiles()),
      nextProfile: () => counters.take('profile'),
      passedTo: passedToNow(tools),
    },
  );
  const sealing = { plain: (hash: string) => plain.get(hash)!, seal: (text: string) => tools.keys.encrypt(text) };
  await saveGraph(manager, outcome.graph, graph, sealing, counters.peek('seq'));
  await writeOutcome(manager, outcome, tools, counters);
  return outcome;
}

/** New people have no former ids, so nobody is kept apart by them; those of before are found by theirs. */
function withoutUnknownForms(claim: Claimed, graph: Graph): Claimed {
  if (!claim.identifiers.some(({ isOldForm }) => isOldForm)) return claim;
  return { ...claim, identifiers: claim.identifiers.filter(({ hash, isOldForm }) => !isOldForm || graph.find(hash)) };
}

/** The platform's time has passed for whoever has nothing due from before a load of history that is under way. */
function passedToNow({ now, dueFrom }: IngestTools): Workbench['passedTo'] {
  const [to, from] = [now(), dueFrom()];
  return (state: ProfileState) => ((nextDue(state) ?? Infinity) >= from ? to : 0);
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
  counters: Counters,
): Promise<void> {
  const first = counters.take('seq', Math.max(1, outcome.applied.length));
  const pairs = await saveMerges(manager, outcome.merged, now());
  await saveStates(manager, outcome.touched.values());
  const aliases = pairs.map(([src, dst]) => ({ src, dst, revision: first }));
  const pending = toPendingBatch(rowsOf(outcome, first, program.tags, aliases));
  if (pending)
    await insertRows(
      manager,
      'warehouse_pending',
      ['payload', 'rows', 'bytes', 'first_seq', 'events'],
      [[pending.payload, pending.rows, pending.bytes, first, outcome.applied.length]],
    );
  await afterApply(manager, outcome, now());
}

/** Names each event's person; an event that names nobody joins the refused. Plain values stay in memory only. */
function claimAll(
  events: IngestEvent[],
  kinds: KindTable,
  { keys, personal }: IngestTools,
  plain: Map<string, Identifier>,
  refused: Refused[],
): Claimed[] {
  const refs = new Map<string, IdentifierRef>();
  const refOf = ({ isDerived, isOldForm, ...identifier }: StatedIdentifier): IdentifierRef => {
    const text = identifierText(identifier);
    const key = isOldForm ? `old\n${text}` : text;
    const known = refs.get(key);
    if (known) return known;
    const { kind, namespace } = identifier;
    const ref = {
      hash: keys.hash(text),
      kind,
      namespace,
      ...(isDerived && { isDerived }),
      ...(isOldForm && { isOldForm }),
    };
    refs.set(key, ref);
    plain.set(ref.hash, identifier);
    return ref;
  };
  const claims: Claimed[] = [];
  for (const event of events) {
    const rule = personal.of(event.sourceId);
    const stated = identifiersOf(event.envelope, kinds, rule.ids).map(refOf);
    const identifiers = event.type === 'alias' ? asAlias(stated) : stated;
    if (identifiers.length > 0)
      claims.push({ event: withoutPersonal(event, rule), identifiers, rule: ruleOf(event.envelope), ...actOf(event) });
    else refused.push(namesNobody(event));
  }
  return claims;
}

/** Events keep what was known of the objects they name when they were applied, so that a replay gives the same. */
async function withObjects(
  manager: EntityManager,
  claims: Claimed[],
  catalogue: LookUp,
  revision: number,
): Promise<Claimed[]> {
  const envelopes = await catalogue.join(
    manager,
    claims.map(({ event }) => event.envelope),
    revision,
  );
  return claims.map((claim, i) => ({ ...claim, event: { ...claim.event, envelope: envelopes[i]! } }));
}

function groupStatement({ event: { type, at, sourceId, envelope } }: Applied): GroupStatement[] {
  const id = groupIn(type, envelope.properties);
  return id === undefined ? [] : [{ id, at, sourceId, traits: envelope.traits ?? {} }];
}

const actOf = ({ name }: IngestEvent): Pick<Claimed, 'act'> => (name === UNBIND ? { act: 'unbind' } : {});

const namesNobody = ({ sourceId, receivedAt, eventId, envelope }: IngestEvent): Refused => ({
  sourceId,
  receivedAt,
  endpoint: envelope.type,
  code: IDENTITY.NOBODY,
  message: 'none of its identifiers is of a known kind and identifies somebody',
  body: JSON.stringify(envelope),
  place: `${sourceId}:${eventId}`,
});
