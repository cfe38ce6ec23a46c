import { placeKey, type LifecycleDefinition, type Stage } from '@perennial/contract';
import { earliest, evaluate, type Facts } from '../../tag/index.js';
import { DAY } from '../../time/zone.js';
import type { StatePlace } from '../lifecycle.state.js';

export interface Decision {
  stage: string;
  subStage?: string;
  /** Epoch ms at which the decision may turn out otherwise though nothing happened. */
  due?: number;
}

/**
 * Where a profile belongs at `facts.now`, given where it stands: the first stage in order that may be entered from
 * there and whose condition holds. A stage is not left before its minimum stay is over. Always gives a stage (law 1).
 */
export function decide(definition: LifecycleDefinition, place: StatePlace | undefined, facts: Facts): Decision {
  const here = place && definition.stages.find((stage) => stage.key === place.stage);
  const stayEnds = here && place.since + (here.minimumStayDays ?? 0) * DAY;
  if (here && stayEnds! > facts.now) return settle(here, facts, [stayEnds]);
  return firstThatHolds(definition, here, facts);
}

function firstThatHolds(definition: LifecycleDefinition, here: Stage | undefined, facts: Facts): Decision {
  const dues: (number | undefined)[] = [];
  for (const stage of definition.stages) {
    if (!mayEnter(definition, here, stage)) continue;
    const verdict = stage.when ? evaluate(stage.when, facts) : { holds: stage.key === definition.initial };
    dues.push(verdict.due);
    if (verdict.holds) return settle(stage, facts, dues);
  }
  const initial = definition.stages.find((stage) => stage.key === definition.initial)!;
  return settle(here ?? initial, facts, dues);
}

const mayEnter = (definition: LifecycleDefinition, here: Stage | undefined, stage: Stage): boolean =>
  !here || here.key === stage.key || !here.next || here.next.includes(stage.key);

function settle(stage: Stage, facts: Facts, dues: (number | undefined)[]): Decision {
  const all = [...dues];
  const subStage = stage.subStages?.find((sub) => {
    const verdict = evaluate(sub.when, facts);
    all.push(verdict.due);
    return verdict.holds;
  });
  const due = earliest(all);
  return { stage: stage.key, ...(subStage && { subStage: subStage.key }), ...(due !== undefined && { due }) };
}

export const isSamePlace = (place: StatePlace | undefined, decision: Decision): boolean =>
  place !== undefined && placeKey(place) === placeKey(decision);
