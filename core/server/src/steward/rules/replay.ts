import type { Envelope, EventType, JsonObject } from '@perennial/contract';
import { passDue, noEffects, type Program } from '../../fold/fold.js';
import {
  asAlias,
  BIND,
  Graph,
  UNBIND,
  UNHELD,
  type Claim,
  type IdentifierRef,
  type Rulebook,
} from '../../identity/index.js';
import {
  applyAll,
  collect,
  emptyOutcome,
  OPERATOR_SOURCE,
  type Claimed,
  type Outcome,
  type Workbench,
} from '../../ingest/index.js';
import { rowsOf } from '../../ingest/rules/rows.js';
import type { Evidenced } from '../../identity/store/link.store.js';
import { nextDue, type ProfileState } from '../../profile/state.js';
import type { EventRow, TagChangeRow, TransitionRow } from '../../warehouse/index.js';

/** People as a replay of their events makes them, under numbers of its own. */
export interface Replayed {
  graph: Graph;
  states: Map<number, ProfileState>;
  /** The living number of each event, in the order of the events. */
  owners: number[];
  tagChanges: TagChangeRow[];
  transitions: TransitionRow[];
  changes: Evidenced[];
}

export interface ReplayTools {
  program: Program;
  book: Rulebook;
  refs: ReadonlyMap<string, IdentifierRef>;
  /** Up to when time has passed for whoever has nothing due before `dueFrom`. */
  now: number;
  dueFrom: number;
  /** Arrival number of what time alone changed after the last event. */
  seq: number;
}

/**
 * Law 6 and law 4 of ingest: the same pure rules over the same events, in their order of arrival, each with the time that
 * had passed for its person, give what live processing would have given under this rulebook. Values that models or people
 * assigned are not part of it; models assign theirs again at their next run.
 */
export function replay(history: readonly EventRow[], tools: ReplayTools): Replayed {
  const graph = new Graph();
  const states = new Map<number, ProfileState>();
  const done: Replayed = { graph, states, owners: [], tagChanges: [], transitions: [], changes: [] };
  let last = 0;
  const nextProfile = () => (last += 1);
  for (const row of history) {
    const bench: Workbench = { ...tools, graph, states, nextProfile, passedTo: () => row.passed_to };
    const outcome = applyAll([claimOf(row, tools)], bench);
    take(outcome, row.seq, tools, done);
    done.owners.push(outcome.applied[0]!.profile);
  }
  for (const state of states.values()) take(timePassed(state, tools), tools.seq, tools, done);
  return inLivingNumbers(done);
}

function timePassed(state: ProfileState, { program, now, dueFrom }: ReplayTools): Outcome {
  const outcome = emptyOutcome();
  const effects = noEffects();
  if ((nextDue(state) ?? Infinity) >= dueFrom) passDue(state, now, program, effects);
  collect(state, effects, outcome);
  return outcome;
}

function take(outcome: Outcome, seq: number, { program }: ReplayTools, done: Replayed): void {
  const rows = rowsOf({ ...outcome, applied: [], touched: new Map(), merged: new Map() }, seq, program.tags, []);
  done.tagChanges.push(...(rows.tag_changes ?? []));
  done.transitions.push(...(rows.transitions ?? []));
  done.changes.push(...outcome.graph);
}

/** A number that was merged away within the replay leads to its living one everywhere. */
function inLivingNumbers(done: Replayed): Replayed {
  const { graph } = done;
  const living = <T extends { profile: number }>(row: T): T => ({ ...row, profile: graph.living(row.profile) });
  return {
    ...done,
    owners: done.owners.map((owner) => graph.living(owner)),
    tagChanges: done.tagChanges.map(living),
    transitions: done.transitions.map(living),
  };
}

/** A stored event as the claim that it made when it arrived. */
function claimOf(row: EventRow, { refs }: ReplayTools): Claimed {
  const stated = row.identifiers.flatMap((hash) => refs.get(hash) ?? []);
  const identifiers = row.type === 'alias' ? asAlias(stated) : stated;
  const envelope: Envelope = {
    type: row.type as EventType,
    event: row.name,
    properties: JSON.parse(row.properties) as JsonObject,
    traits: JSON.parse(row.traits) as JsonObject,
    context: JSON.parse(row.context) as JsonObject,
  };
  const event = {
    eventId: row.event_id,
    sourceId: row.source_id,
    type: envelope.type,
    name: row.name,
    at: row.at,
    receivedAt: row.received_at,
    envelope,
  };
  return { event, identifiers, rule: ruleOfRow(row, identifiers), act: actOf(row, envelope) };
}

function actOf({ name, source_id }: EventRow, { properties }: Envelope): Claim['act'] {
  if (name === UNBIND) return 'unbind';
  return source_id === OPERATOR_SOURCE && properties?.['isForced'] === true ? 'force' : undefined;
}

/** The same words as `ruleOf`, from what history keeps of the envelope. */
function ruleOfRow({ type, name, source_id, traits }: EventRow, identifiers: IdentifierRef[]): string {
  if (source_id === OPERATOR_SOURCE) return 'operator';
  if (type === 'alias' || name === BIND) return 'bind';
  if (type !== 'identify') return 'shared_event';
  return identifiers.some(({ kind }) => kind === 'user_id')
    ? 'login'
    : traits === '{}'
      ? 'shared_event'
      : 'profile_form';
}

export const holderIn = ({ graph }: Replayed, hash: string): number => graph.profileOf(hash) ?? UNHELD;
