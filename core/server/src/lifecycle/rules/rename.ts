import type { Condition, LifecycleDefinition, Stage } from '@perennial/contract';

/** The lifecycle under another key, so that two versions can be lived side by side. */
export function renamed(definition: LifecycleDefinition, key: string): LifecycleDefinition {
  const rename = (condition: Condition): Condition => {
    if ('all' in condition) return { all: condition.all.map(rename) };
    if ('any' in condition) return { any: condition.any.map(rename) };
    if ('not' in condition) return { not: rename(condition.not) };
    return 'stage' in condition && condition.stage === definition.key ? { ...condition, stage: key } : condition;
  };
  const stageOf = (stage: Stage): Stage => ({
    ...stage,
    ...(stage.when && { when: rename(stage.when) }),
    ...(stage.stay && { stay: rename(stage.stay) }),
    ...(stage.guards && { guards: stage.guards.map((guard) => ({ ...guard, veto: rename(guard.veto) })) }),
    ...(stage.subStages && { subStages: stage.subStages.map((sub) => ({ ...sub, when: rename(sub.when) })) }),
  });
  return { ...definition, key, stages: definition.stages.map(stageOf) };
}
