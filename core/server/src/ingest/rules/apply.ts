import type { Json, JsonObject } from '@perennial/contract';
import type { Passage } from '../../audience/rules/live.js';
import type { Happening } from '../../activation/index.js';
import {
  applyEvent,
  assignTags,
  beginState,
  joinKinds,
  mergeStates,
  noEffects,
  passDue,
  type Effects,
  type Program,
} from '../../fold/fold.js';
import { groupIn, joinGroups } from '../../group/index.js';
import {
  isKnownPerson,
  publicTraits,
  resolveClaim,
  type Graph,
  type GraphChange,
  type IdentifierRef,
  type Claim,
  type NextProfile,
  type Rulebook,
} from '../../identity/index.js';
import type { Move } from '../../lifecycle/index.js';
import { emptyState, type ProfileState } from '../../profile/state.js';
import type { TagChange } from '../../tag/index.js';
import type { IngestEvent } from './event.js';
import { overreachOf, type Overreach } from './overreach.js';

/** An event with its identifiers as the graph knows them. */
export interface Claimed {
  event: IngestEvent;
  identifiers: IdentifierRef[];
  act?: Claim['act'];
  /** How the event came to state them; see `ruleOf`. */
  rule: string;
}

/** An applied event and whose it was at that moment; history keeps that number though the person be merged later. */
export interface Applied extends Claimed {
  profile: number;
  /** Epoch ms up to which time had passed for the person before it; see `FoldEvent`. */
  passedTo: number;
}

export interface ProfileChange<T> {
  profile: number;
  change: T;
}

/** All that a batch did, in order; nothing of it is written yet. */
export interface Outcome {
  applied: Applied[];
  graph: { change: GraphChange; event: IngestEvent; rule: string }[];
  tags: ProfileChange<TagChange>[];
  moves: ProfileChange<Move>[];
  /** Moves of earlier versions that can still be restored; history keeps them, nobody hears of them. */
  shadowMoves: ProfileChange<Move>[];
  happenings: { profile: number; happening: Happening }[];
  /** Every profile to be written; merged ones are not among them. */
  touched: Map<number, ProfileState>;
  merged: Map<number, number>;
  passages: ProfileChange<Passage>[];
  /** People who were parted, by their number of before. */
  splits: { profile: number; parts: number[]; at: number }[];
  /** What sources said that they may not. */
  overreach: Overreach[];
}

export const emptyOutcome = (): Outcome => ({
  applied: [],
  graph: [],
  tags: [],
  moves: [],
  shadowMoves: [],
  happenings: [],
  touched: new Map(),
  merged: new Map(),
  passages: [],
  splits: [],
  overreach: [],
});

/** What a batch works on: the loaded states of every profile that its identifiers lead to. */
export interface Workbench {
  program: Program;
  book: Rulebook;
  graph: Graph;
  states: Map<number, ProfileState>;
  nextProfile: NextProfile;
  /** Up to when time has passed for the person before the event is applied. */
  passedTo: (state: ProfileState, event: IngestEvent) => number;
}

/** Applies events in order: identity first, then the person's state. Pure but for the workbench, which it changes. */
export function applyAll(claims: Claimed[], bench: Workbench): Outcome {
  const outcome = emptyOutcome();
  for (const claimed of claims) applyOne(claimed, bench, outcome);
  return outcome;
}

function applyOne(claimed: Claimed, bench: Workbench, outcome: Outcome): void {
  const { event, identifiers, act } = claimed;
  const claim = { sourceId: event.sourceId, at: event.at, identifiers, act };
  const resolution = resolveClaim(claim, bench.graph, bench.book, bench.nextProfile);
  const { profile, changes, withheld } = resolution;
  outcome.overreach.push(...overreachOf(claimed, resolution, bench.book));
  for (const change of changes) takeGraphChange(change, profile, claimed, bench, outcome);
  const state = stateOf(profile, event, bench);
  const heard = identifiers.filter((identifier) => !withheld.includes(identifier));
  state.isIdentified ||= isKnownPerson(bench.book.kinds, heard);
  state.kinds = joinKinds(
    state.kinds,
    heard.filter(({ isFormer }) => !isFormer).map(({ kind }) => kind),
  );
  const group = groupIn(event.type, event.envelope.properties);
  if (group !== undefined) joinGroups(state, [{ id: group, since: event.at, lastAt: event.at }]);
  const passedTo = bench.passedTo(state, event);
  const effects = noEffects();
  applyEvent(state, { ...foldEvent(event), passedTo }, bench.program, effects);
  outcome.applied.push({ ...claimed, profile, passedTo });
  outcome.happenings.push({
    profile,
    happening: { on: 'event.applied', name: event.name, eventId: event.eventId, at: event.at },
  });
  collect(state, effects, outcome);
}

function takeGraphChange(
  change: GraphChange,
  owner: number,
  { event, rule }: Claimed,
  bench: Workbench,
  outcome: Outcome,
): void {
  outcome.graph.push({ change, event, rule });
  if (change.kind === 'created') begin(change.profile, owner, event, bench, outcome);
  if (change.kind !== 'merged') return;
  const [kept, dropped] = [change.kept, change.dropped].map((id) => upToNow(id, event, bench, outcome)) as [
    ProfileState,
    ProfileState,
  ];
  const effects = noEffects();
  mergeStates(kept, dropped, bench.program, effects, event.eventId);
  bench.states.delete(change.dropped);
  outcome.touched.delete(change.dropped);
  outcome.merged.set(change.dropped, change.kept);
  collect(kept, effects, outcome);
}

/** What was due for a person happens before the person is merged, whether or not a timer has come to it. */
function upToNow(id: number, event: IngestEvent, bench: Workbench, outcome: Outcome): ProfileState {
  const state = stateOf(id, event, bench);
  const effects = noEffects();
  passDue(state, bench.passedTo(state, event), bench.program, effects);
  collect(state, effects, outcome);
  return state;
}

/** A profile that an event brought about without being its own (a parted identifier's) has its tags and stages as well. */
function begin(profile: number, owner: number, event: IngestEvent, bench: Workbench, outcome: Outcome): void {
  const state = emptyState(profile, event.at);
  bench.states.set(profile, state);
  if (profile === owner || bench.graph.living(profile) === owner) return;
  state.isIdentified = isKnownPerson(bench.book.kinds, bench.graph.holdings(profile));
  const effects = noEffects();
  beginState(state, bench.program, effects, event.eventId);
  collect(state, effects, outcome);
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
  return { ref: eventId, name, at, sourceId, properties, traits, isQuiet: QUIET.has(sourceId) };
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
  for (const change of effects.shadowMoves) outcome.shadowMoves.push({ profile: state.id, change });
  for (const passage of effects.passages) {
    const { kind, audience, at } = passage;
    outcome.passages.push({ profile: state.id, change: passage });
    outcome.happenings.push({ profile: state.id, happening: { on: `audience.${kind}`, audience, at } });
  }
}

/** The source of what operators do to the graph: part of a person's history and no sign of life. */
export const OPERATOR_SOURCE = 'operator';
/** The source of what consultants did about a person: her history, which tags and stages may read, and no act of hers. */
export const CONSULTANT_SOURCE = 'consultant';
const QUIET: ReadonlySet<string> = new Set([OPERATOR_SOURCE, CONSULTANT_SOURCE]);

/** Lets time pass for profiles that are due. */
export function passTime(states: ProfileState[], to: number, program: Program): Outcome {
  return each(states, (state, effects) => passDue(state, to, program, effects));
}

/** Writes values that a model or a person set. */
export function assignAll(
  states: ProfileState[],
  valuesOf: (profile: number) => Record<string, Json>,
  now: number,
  evidence: string,
  program: Program,
  expiryOf: (profile: number) => number | undefined = () => undefined,
): Outcome {
  return each(states, (state, effects) =>
    assignTags(state, { values: valuesOf(state.id), evidence, expiresAt: expiryOf(state.id) }, now, program, effects),
  );
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
