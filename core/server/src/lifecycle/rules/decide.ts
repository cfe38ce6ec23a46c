import { placeKey, type LifecycleDefinition, type Stage } from '@perennial/contract';
import { earliest, evaluate, type Facts } from '../../tag/index.js';
import { DAY } from '../../time/zone.js';
import type { StatePlace } from '../lifecycle.state.js';

export interface Decision {
  stage: string;
  subStage?: string;
  /** Epoch ms at which the decision may turn out otherwise though nothing happened. */
  due?: number;
  /** The first stage that a guard kept from being entered. */
  vetoed?: { stage: string; guard: string };
}

/** What was found on the way to a decision. */
interface Found {
  dues: (number | undefined)[];
  vetoed?: { stage: string; guard: string };
}

/**
 * Where a profile belongs at `facts.now`, given where it stands: the first stage in order that may be entered from
 * there and whose condition holds. A stage is not left before its minimum stay is over. Always gives a stage (law 1).
 */
export function decide(definition: LifecycleDefinition, place: StatePlace | undefined, facts: Facts): Decision {
  const here = place && definition.stages.find((stage) => stage.key === place.stage);
  const stayEnds = here && place.since + (here.minimumStayDays ?? 0) * DAY;
  if (here && stayEnds! > facts.now) return settle(here, facts, { dues: [stayEnds] });
  const found: Found = { dues: [] };
  const entered = definition.stages.find((stage) => belongs(stage, definition, place, here, facts, found));
  const initial = definition.stages.find((stage) => stage.key === definition.initial)!;
  return settle(entered ?? here ?? initial, facts, found);
}

function belongs(
  stage: Stage,
  definition: LifecycleDefinition,
  place: StatePlace | undefined,
  here: Stage | undefined,
  facts: Facts,
  found: Found,
): boolean {
  if (stage === here) return stays(stage, definition, facts, found);
  if (here?.next && !here.next.includes(stage.key)) return false;
  const barredUntil = barred(stage, place);
  if (barredUntil > facts.now) {
    if (barredUntil < Infinity) found.dues.push(barredUntil);
    return false;
  }
  return holds(stage, definition, facts, found) && !isVetoed(stage, facts, found);
}

function stays(stage: Stage, definition: LifecycleDefinition, facts: Facts, found: Found): boolean {
  if (holds(stage, definition, facts, found)) return true;
  if (!stage.stay) return false;
  const verdict = evaluate(stage.stay, facts);
  found.dues.push(verdict.due);
  return verdict.holds;
}

function holds(stage: Stage, definition: LifecycleDefinition, facts: Facts, found: Found): boolean {
  if (!stage.when) return stage.key === definition.initial;
  const verdict = evaluate(stage.when, facts);
  found.dues.push(verdict.due);
  return verdict.holds;
}

/** Until when a stage that was left is closed. */
export function barred({ key, coolDownDays = 0, reEntry }: Stage, place: StatePlace | undefined): number {
  const left = place?.left?.[key];
  if (left === undefined) return 0;
  return reEntry === 'never' ? Infinity : left + coolDownDays * DAY;
}

function isVetoed(stage: Stage, facts: Facts, found: Found): boolean {
  const guard = stage.guards?.find(({ veto }) => {
    const verdict = evaluate(veto, facts);
    found.dues.push(verdict.due);
    return verdict.holds;
  });
  if (guard) found.vetoed ??= { stage: stage.key, guard: guard.key };
  return guard !== undefined;
}

function settle(stage: Stage, facts: Facts, { dues, vetoed }: Found): Decision {
  const all = [...dues];
  const subStage = stage.subStages?.find((sub) => {
    const verdict = evaluate(sub.when, facts);
    all.push(verdict.due);
    return verdict.holds;
  });
  const due = earliest(all);
  return {
    stage: stage.key,
    ...(subStage && { subStage: subStage.key }),
    ...(due !== undefined && { due }),
    ...(vetoed && { vetoed }),
  };
}

export const isSamePlace = (place: StatePlace | undefined, decision: Decision): boolean =>
  place !== undefined && placeKey(place) === placeKey(decision);
