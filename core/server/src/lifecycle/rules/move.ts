import { placeKey, type LifecycleDefinition, type StagePlace, type TransitionReason } from '@perennial/contract';
import { factsOf, referencesOf, type TagSlice } from '../../tag/index.js';
import type { LifecycleSlice, StatePlace } from '../lifecycle.state.js';
import { decide, isSamePlace, type Decision } from './decide.js';
import { carryPlaces, type LifecycleInForce } from './shadow.js';

/** A recorded move; `from` is absent for the first place a profile ever had. */
export interface Move {
  lifecycle: string;
  from: StagePlace | undefined;
  to: StagePlace;
  at: number;
  reason: TransitionReason;
}

/** Decides every lifecycle anew at `now` and moves whoever belongs elsewhere. Mutates `slice`, gives the moves in order. */
export function moveStages(
  definitions: LifecycleInForce[],
  slice: TagSlice & LifecycleSlice,
  now: number,
  cause: Pick<TransitionReason, 'cause' | 'ref'>,
): Move[] {
  carryPlaces(definitions, slice);
  return definitions.flatMap((definition) => moveIn(definition, slice, now, cause));
}

/**
 * Moves until the person is where she belongs: what may be entered depends on where one stands, so one move may open the
 * next. Each goes to a stage before the last in order or to where nothing else holds, so there is an end.
 */
function moveIn(
  definition: LifecycleDefinition,
  slice: TagSlice & LifecycleSlice,
  now: number,
  cause: Pick<TransitionReason, 'cause' | 'ref'>,
): Move[] {
  if (isWaiting(slice.places[definition.key], definition, cause)) return [];
  const moves: Move[] = [];
  for (let step = 0; step <= definition.stages.length; step++) {
    const move = moveOne(definition, slice, now, cause);
    if (!move) break;
    moves.push(move);
  }
  return moves;
}

/**
 * A person who stands where another version put her moves when the run that brings the new one comes to her, not before:
 * what it measures anew has not been counted for her yet.
 */
function isWaiting(
  place: StatePlace | undefined,
  { version }: LifecycleDefinition,
  { cause }: Pick<TransitionReason, 'cause'>,
): boolean {
  if (!place || place.version === version || cause === 'definition') return false;
  delete place.due;
  return true;
}

function moveOne(
  definition: LifecycleDefinition,
  slice: TagSlice & LifecycleSlice,
  now: number,
  cause: Pick<TransitionReason, 'cause' | 'ref'>,
): Move | undefined {
  const place = slice.places[definition.key];
  const decision = decide(definition, place, { ...factsOf(slice, now), stage: (key) => placeText(slice.places[key]) });
  if (place && isSamePlace(place, decision)) {
    keepPlace(place, decision, definition.version);
    return undefined;
  }
  slice.places[definition.key] = placeOf(decision, place, now, definition);
  const reason = { ...cause, definitionVersion: definition.version, tags: tagsRead(definition, decision.stage, slice) };
  return {
    lifecycle: definition.key,
    from: place && plain(place),
    to: plain(slice.places[definition.key]!),
    at: now,
    reason,
  };
}

const placeText = (place: StatePlace | undefined): string | undefined => place && placeKey(place);

function keepPlace(place: StatePlace, { due, vetoed }: Decision, version: number): void {
  place.version = version;
  if (due === undefined) delete place.due;
  else place.due = due;
  if (vetoed) place.vetoed = vetoed;
  else delete place.vetoed;
}

/** A change of sub-stage alone does not restart the stay in the stage. */
function placeOf(
  { stage, subStage, due, vetoed }: Decision,
  from: StatePlace | undefined,
  now: number,
  definition: LifecycleDefinition,
): StatePlace {
  const left = leftAt(from, stage, now, definition);
  return {
    stage,
    ...(subStage && { subStage }),
    since: from?.stage === stage ? from.since : now,
    version: definition.version,
    ...(due !== undefined && { due }),
    ...(left && { left }),
    ...(vetoed && { vetoed }),
  };
}

/** Stages that care when they were left are remembered. */
function leftAt(
  from: StatePlace | undefined,
  to: string,
  now: number,
  { stages }: LifecycleDefinition,
): Record<string, number> | undefined {
  if (!from || from.stage === to) return from?.left;
  const stage = stages.find(({ key }) => key === from.stage);
  const cares = stage && (stage.coolDownDays !== undefined || stage.reEntry === 'never');
  return cares ? { ...from.left, [from.stage]: now } : from.left;
}

const plain = ({ stage, subStage, since }: StatePlace): StagePlace => ({ stage, ...(subStage && { subStage }), since });

/** The values that the entered stage's condition read: the reason in the operator's own terms. */
function tagsRead(definition: LifecycleDefinition, stageKey: string, slice: TagSlice): Record<string, unknown> {
  const stage = definition.stages.find(({ key }) => key === stageKey);
  const conditions = [stage?.when, ...(stage?.subStages ?? []).map((sub) => sub.when)].filter(
    (when) => when !== undefined,
  );
  const keys = new Set(conditions.flatMap((when) => referencesOf(when).tags));
  return Object.fromEntries([...keys].map((key) => [key, slice.tags[key]?.value ?? null]));
}
