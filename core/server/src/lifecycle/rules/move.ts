import { placeKey, type LifecycleDefinition, type StagePlace, type TransitionReason } from '@perennial/contract';
import { factsOf, referencesOf, type TagSlice } from '../../tag/index.js';
import type { LifecycleSlice, StatePlace } from '../lifecycle.state.js';
import { decide, isSamePlace, type Decision } from './decide.js';

/** A recorded move; `from` is absent for the first place a profile ever had. */
export interface Move {
  lifecycle: string;
  from: StagePlace | undefined;
  to: StagePlace;
  at: number;
  reason: TransitionReason;
}

/** Decides every lifecycle anew at `now` and moves whoever belongs elsewhere. Mutates `slice`, gives the moves. */
export function moveStages(
  definitions: LifecycleDefinition[],
  slice: TagSlice & LifecycleSlice,
  now: number,
  cause: Pick<TransitionReason, 'cause' | 'ref'>,
): Move[] {
  return definitions.flatMap((definition) => moveOne(definition, slice, now, cause) ?? []);
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
  slice.places[definition.key] = placeOf(decision, place, now, definition.version);
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

function keepPlace(place: StatePlace, { due }: Decision, version: number): void {
  place.version = version;
  if (due === undefined) delete place.due;
  else place.due = due;
}

/** A change of sub-stage alone does not restart the stay in the stage. */
function placeOf(
  { stage, subStage, due }: Decision,
  from: StatePlace | undefined,
  now: number,
  version: number,
): StatePlace {
  const since = from?.stage === stage ? from.since : now;
  return { stage, ...(subStage && { subStage }), since, version, ...(due !== undefined && { due }) };
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
