import { placeKey, PlatformError, type SourceRule } from '@perennial/contract';
import { joinMemberships, passAudiences, type LiveAudience, type Passage } from '../audience/rules/live.js';
import { joinGroups } from '../group/rules/membership.js';
import { isShadow, moveStages, type LifecycleInForce, type Move } from '../lifecycle/index.js';
import { nextDue, type ProfileState } from '../profile/state.js';
import {
  allTags,
  dueTags,
  forgetTags,
  isHidden,
  joinSlices,
  observe,
  refreshTags,
  setTags,
  type Assigned,
  type Dirty,
  type Observed,
  type TagChange,
  type TagProgram,
} from '../tag/index.js';

/** Everything that is in force when an event is applied. */
export interface Program {
  tags: TagProgram;
  /** In the order in which they are decided, shadows among them. */
  lifecycles: LifecycleInForce[];
  /** Audiences in use that are kept event by event. */
  audiences: LiveAudience[];
}

/** The program with what the identity rules say of sources. */
export const believing = (
  program: Program,
  sources: ReadonlyMap<string, Pick<SourceRule, 'rank' | 'mayConsent'>>,
): Program => ({
  ...program,
  tags: {
    ...program.tags,
    ranks: new Map([...sources].map(([id, { rank }]) => [id, rank])),
    silent: new Set([...sources].flatMap(([id, { mayConsent }]) => (mayConsent === false ? [id] : []))),
  },
});

/** What became different, in the order in which it did. */
export interface Effects {
  tags: TagChange[];
  moves: Move[];
  /** Of shadows: kept for a restore, and nothing that happened to the person. */
  shadowMoves: Move[];
  passages: Passage[];
}

/** An event as the fold sees it; `ref` is its id, for provenance. */
export interface FoldEvent extends Observed {
  ref: string;
  /** Epoch ms up to which the platform's own time has passed: what was due until then happens before the event. */
  passedTo: number;
  /** It is no act of the person's, and so neither seen nor counted to a source. */
  isQuiet?: boolean;
}

type Cause = { cause: 'event' | 'time' | 'merge' | 'definition'; ref?: string };

export const noEffects = (): Effects => ({ tags: [], moves: [], shadowMoves: [], passages: [] });

/**
 * Applies one event. The profile's clock first goes to the event's instant, so that whatever was due before happened
 * before; a late event finds the clock ahead of it and is counted into its own day without turning time back.
 */
export function applyEvent(state: ProfileState, event: FoldEvent, program: Program, effects: Effects): void {
  passDue(state, event.passedTo, program, effects);
  advance(state, event.at, program, effects);
  const isFirst = state.events === 0;
  state.events += 1;
  if (!event.isQuiet) see(state, event);
  const touched = observe(program.tags, state, event, state.clock);
  // Rules that hold of somebody who has done nothing hold from the first event on, though none of their inputs changed.
  const dirty = isFirst ? allTags(program.tags) : touched;
  // Rules may read traits, which are no tags and so are not among the changes.
  const isTraitStated = Object.keys(event.traits).length > 0;
  settle(state, dirty, program, effects, { cause: 'event', ref: event.ref }, isTraitStated);
}

function see(state: ProfileState, { at, sourceId }: FoldEvent): void {
  state.firstSeenAt = Math.min(state.firstSeenAt, at);
  state.lastSeenAt = Math.max(state.lastSeenAt, at);
  state.sources[sourceId] = (state.sources[sourceId] ?? 0) + 1;
}

/** Lets time pass up to `to`: every due instant on the way is dealt with at that instant, in order. Never goes back. */
export function advance(state: ProfileState, to: number, program: Program, effects: Effects): void {
  passDue(state, to, program, effects);
  state.clock = Math.max(state.clock, to);
}

/**
 * Deals with what is due up to `to` and leaves the clock at the last such instant. Whether a timer did it or the next
 * event, the state is the same: this is what makes a replay give what live processing gave.
 */
export function passDue(state: ProfileState, to: number, program: Program, effects: Effects): void {
  for (let due = nextDue(state); due !== undefined && due <= to; due = laterDue(state, due)) {
    state.clock = Math.max(state.clock, due);
    forgetUndefined(state, program, effects, 'definition');
    const dirty = dueTags(program.tags, state, state.clock);
    settle(state, dirty, program, effects, { cause: 'time' }, isAudienceDue(state));
  }
}

/** A rule that is due again at the instant at which it was dealt with would hold the profile there for ever. */
function laterDue(state: ProfileState, due: number): number | undefined {
  const next = nextDue(state);
  if (next !== undefined && next <= due)
    throw new PlatformError('FOLD_TIME_STUCK', 'a rule stays due after it was dealt with', {
      details: { profile: state.id, due },
    });
  return next;
}

/** Folds `dropped` into `kept`. Aggregates add up, the newer statement of each trait wins, the earlier first day stays. */
export function mergeStates(
  kept: ProfileState,
  dropped: ProfileState,
  program: Program,
  effects: Effects,
  ref: string,
): void {
  const to = Math.max(kept.clock, dropped.clock);
  advance(kept, to, program, effects);
  kept.createdAt = Math.min(kept.createdAt, dropped.createdAt);
  kept.firstSeenAt = Math.min(kept.firstSeenAt, dropped.firstSeenAt);
  kept.lastSeenAt = Math.max(kept.lastSeenAt, dropped.lastSeenAt);
  kept.events += dropped.events;
  kept.isIdentified ||= dropped.isIdentified;
  kept.kinds = joinKinds(kept.kinds, dropped.kinds ?? []);
  joinGroups(kept, dropped.groups ?? []);
  for (const [source, times] of Object.entries(dropped.sources))
    kept.sources[source] = (kept.sources[source] ?? 0) + times;
  joinSlices(program.tags, kept, dropped);
  joinMemberships(kept, dropped);
  settle(kept, allTags(program.tags), program, effects, { cause: 'merge', ref }, true);
}

/** The same list when nothing is new, which is nearly always. */
export function joinKinds(known: string[] | undefined, more: string[]): string[] {
  const fresh = more.filter((kind) => !known?.includes(kind));
  return fresh.length === 0 && known ? known : [...new Set([...(known ?? []), ...fresh])].sort();
}

/** Gives a profile that has no event of its own its first tags and stages. */
export function beginState(state: ProfileState, program: Program, effects: Effects, ref: string): void {
  settle(state, allTags(program.tags), program, effects, { cause: 'event', ref });
}

/** Sets tags from outside the rules at `now`. */
export function assignTags(
  state: ProfileState,
  assigned: Assigned,
  now: number,
  program: Program,
  effects: Effects,
): void {
  advance(state, now, program, effects);
  const { changes, dirty } = setTags(program.tags, state, assigned, state.clock);
  effects.tags.push(...changes);
  settle(state, dirty, program, effects, { cause: 'event', ref: assigned.evidence }, changes.length > 0);
}

/** New definitions are in force: what they change, and what is no longer defined, is settled at `now`. */
export function redefine(
  state: ProfileState,
  dirty: Dirty,
  now: number,
  program: Program,
  effects: Effects,
  ref: string,
): void {
  advance(state, now, program, effects);
  forgetUndefined(state, program, effects, `definition:${ref}`);
  settle(state, dirty, program, effects, { cause: 'definition', ref }, true);
}

/**
 * What is no longer defined is never computed again: were it left, whatever of it falls due before the run has come to the
 * person would stay due for ever, and hold her there.
 */
function forgetUndefined(state: ProfileState, program: Program, effects: Effects, evidence: string): void {
  effects.tags.push(...forgetTags(program.tags, state, state.clock, evidence));
  forgetPlaces(state, program);
}

/** Nobody stands anywhere in a lifecycle that is no more; what is about to be taken over is still needed. */
function forgetPlaces({ places }: ProfileState, { lifecycles }: Program): void {
  for (const key in places)
    if (!lifecycles.some((lifecycle) => lifecycle.key === key || lifecycle.takesOver?.shadow === key))
      delete places[key];
}

/** Tags first, then stages. Stages are decided only when something that they may read has changed or is due. */
function settle(
  state: ProfileState,
  dirty: Dirty,
  program: Program,
  effects: Effects,
  cause: Cause,
  isForced = false,
): void {
  const evidence = evidenceOf(cause);
  const changes = refreshTags(program.tags, state, dirty, state.clock, evidence);
  effects.tags.push(...changes.filter(({ tag }) => !isHidden(tag)));
  if (!isForced && changes.length === 0 && !mustDecide(state, program)) return;
  for (const move of moveStages(program.lifecycles, state, state.clock, cause))
    (isShadow(move.lifecycle) ? effects.shadowMoves : effects.moves).push(move);
  effects.passages.push(...passAudiences(program.audiences, state, state.clock, (key) => placeText(state, key)));
}

function placeText({ places }: ProfileState, lifecycle: string): string | undefined {
  const place = places[lifecycle];
  return place && placeKey(place);
}

function isAudienceDue({ audiences, clock }: ProfileState): boolean {
  for (const key in audiences) if ((audiences[key]!.due ?? Infinity) <= clock) return true;
  return false;
}

function evidenceOf({ cause, ref }: Cause): string {
  if (cause === 'time') return 'time';
  return cause === 'event' ? ref! : `${cause}:${ref}`;
}

function mustDecide(state: ProfileState, { lifecycles }: Program): boolean {
  return lifecycles.some(({ key, takesOver }) => {
    const place = state.places[key];
    if (!place || (takesOver && takesOver.shadow in state.places)) return true;
    return place.due !== undefined && place.due <= state.clock;
  });
}
