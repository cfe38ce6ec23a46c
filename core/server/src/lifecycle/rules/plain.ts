import type { Condition, LifecycleDefinition, Stage } from '@perennial/contract';
import { plainCondition, type Hidden } from '../../tag/index.js';

/** The definition with hidden tags in place of behaviour, so that a stage is decided from the profile's state alone. */
export function plainLifecycle<T extends LifecycleDefinition>(definition: T, hidden: Hidden): T {
  const plain = (when: Condition) => plainCondition(when, hidden);
  const stageOf = (stage: Stage): Stage => ({
    ...stage,
    ...(stage.when && { when: plain(stage.when) }),
    ...(stage.stay && { stay: plain(stage.stay) }),
    ...(stage.guards && { guards: stage.guards.map((guard) => ({ ...guard, veto: plain(guard.veto) })) }),
    ...(stage.subStages && { subStages: stage.subStages.map((sub) => ({ ...sub, when: plain(sub.when) })) }),
  });
  return { ...definition, stages: definition.stages.map(stageOf) };
}
