import type { Json, JsonObject } from '@perennial/contract';
import type { Happening } from '../../activation/index.js';
import {
  advance,
  applyEvent,
  assignTags,
  mergeStates,
  noEffects,
  type Effects,
  type Program,
} from '../../fold/fold.js';
import {
  isIdentifying,
  publicTraits,
  resolveClaim,
  type Graph,
  type GraphChange,
  type IdentifierRef,
  type KindTable,
  type NextProfile,
} from '../../identity/index.js';
import type { Move } from '../../lifecycle/index.js';
import { emptyState, type ProfileState } from '../../profile/state.js';
import type { TagChange } from '../../tag/index.js';
import type { IngestEvent } from './event.js';

/** An event with its identifiers as the graph knows them. */
export interface Claimed {
  event: IngestEvent;
  identifiers: IdentifierRef[];
}

/** An applied event and whose it was at that moment; history keeps that number though the person be merged later. */
export interface Applied extends Claimed {
  profile: number;
}

export interface ProfileChange<T> {
  profile: number;
  change: T;
}

/** All that a batch did, in order; nothing of it is written yet. */
export interface Outcome {
  applied: Applied[];
  graph: { change: GraphChange; event: IngestEvent }[];
  tags: ProfileChange<TagChange>[];
  moves: ProfileChange<Move>[];
  happenings: { profile: number; happening: Happening }[];
  /** Every profile to be written; merged ones are not among them. */
  touched: Map<number, ProfileState>;
  merged: Map<number, number>;
}

export const emptyOutcome = (): Outcome => ({
  applied: [],
  graph: [],
  tags: [],
  moves: [],
  happenings: [],
  touched: new Map(),
  merged: new Map(),
});

/** What a batch works on: the loaded states of every profile that its identifiers lead to. */
export interface Workbench {
  program: Program;
  kinds: KindTable;
  graph: Graph;
  states: Map<number, ProfileState>;
  nextProfile: NextProfile;
}

/** Applies events in order: identity first, then the person's state. Pure but for the workbench, which it changes. */
export function applyAll(claims: Claimed[], bench: Workbench): Outcome {
  const outcome = emptyOutcome();
  for (const claimed of claims) applyOne(claimed, bench, outcome);
  return outcome;
}

function applyOne(claimed: Claimed, bench: Workbench, outcome: Outcome): void {
  const { event, identifiers } = claimed;
  const claim = { ref: event.eventId, sourceId: event.sourceId, at: event.at, identifiers };
  const { profile, changes } = resolveClaim(claim, bench.graph, bench.kinds, bench.nextProfile);
  for (const change of changes) takeGraphChange(change, event, bench, outcome);
  const state = stateOf(profile, event, bench);
  state.isIdentified ||= identifiers.some(({ kind }) => isIdentifying(bench.kinds.get(kind)));
  const effects = noEffects();
  applyEvent(state, foldEvent(event), bench.program, effects);
  outcome.applied.push({ ...claimed, profile });
  outcome.happenings.push({
    profile,
    happening: { on: 'event.applied', name: event.name, eventId: event.eventId, at: event.at },
  });
  collect(state, effects, outcome);
}

function takeGraphChange(change: GraphChange, event: IngestEvent, bench: Workbench, outcome: Outcome): void {
  outcome.graph.push({ change, event });
  if (change.kind === 'created') bench.states.set(change.profile, emptyState(change.profile, event.at));
  if (change.kind !== 'merged') return;
  const kept = stateOf(change.kept, event, bench);
  const effects = noEffects();
  mergeStates(kept, stateOf(change.dropped, event, bench), bench.program, effects, event.eventId);
  bench.states.delete(change.dropped);
  outcome.touched.delete(change.dropped);
  outcome.merged.set(change.dropped, change.kept);
  collect(kept, effects, outcome);
}

/** Every profile that the graph knows has its state loaded; one that has none was never written and starts empty. */
function stateOf(profile: number, event: IngestEvent, { states }: Workbench): ProfileState {
  const known = states.get(profile) ?? emptyState(profile, event.at);
  states.set(profile, known);
  return known;
}

function foldEvent({ eventId, name, at, sourceId, type, envelope }: IngestEvent) {
  const properties: JsonObject = { ...envelope.properties, ...named(envelope.name, envelope.category) };
  const traits = type === 'identify' ? publicTraits(envelope.traits) : {};
  return { ref: eventId, name, at, sourceId, properties, traits };
}

const named = (name: string | undefined, category: string | undefined): Record<string, Json> => ({
  ...(name !== undefined && { name }),
  ...(category !== undefined && { category }),
});

export function collect(state: ProfileState, effects: Effects, outcome: Outcome): void {
  outcome.touched.set(state.id, state);
  for (const change of effects.tags) {
    outcome.tags.push({ profile: state.id, change });
    outcome.happenings.push({ profile: state.id, happening: { on: 'tag.changed', change } });
  }
  for (const move of effects.moves) {
    outcome.moves.push({ profile: state.id, change: move });
    outcome.happenings.push({ profile: state.id, happening: { on: 'stage.moved', move } });
  }
}

/** Lets time pass for profiles that are due. */
export function passTime(states: ProfileState[], to: number, program: Program): Outcome {
  return each(states, (state, effects) => advance(state, to, program, effects));
}

/** Writes values that a model or a person set. */
export function assignAll(
  states: ProfileState[],
  valuesOf: (profile: number) => Record<string, Json>,
  now: number,
  evidence: string,
  program: Program,
): Outcome {
  return each(states, (state, effects) => assignTags(state, valuesOf(state.id), now, evidence, program, effects));
}

function each(states: ProfileState[], work: (state: ProfileState, effects: Effects) => void): Outcome {
  const outcome = emptyOutcome();
  for (const state of states) {
    const effects = noEffects();
    work(state, effects);
    collect(state, effects, outcome);
  }
  return outcome;
}
