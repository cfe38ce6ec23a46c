import type { Condition, DefinitionProblem, LifecycleDefinition, TagDefinition } from '@perennial/contract';
import { lifecycleDefinition, problemsOf } from '../../definition/index.js';
import { definitionProblems } from '../../lifecycle/index.js';
import { checkCondition } from '../../tagging/rules/check.js';

/** Everything that is wrong with a lifecycle: its form, its ways, what its conditions read and compare. */
export function checkLifecycle(definition: unknown, tags: ReadonlyMap<string, TagDefinition>): DefinitionProblem[] {
  const problems = problemsOf(lifecycleDefinition, definition);
  if (problems.length > 0) return problems;
  const whole = definition as LifecycleDefinition;
  const known = definitionProblems(whole, new Set(tags.keys()));
  const places = new Set(known.map(({ path }) => path));
  for (const [path, condition] of conditionsOf(whole))
    checkCondition(condition, path, { tags, models: new Set() }, (where, zh, en) => {
      if (!places.has(path)) known.push({ path: where, code: 'LIFECYCLE_DEFINITION_INVALID', message: { zh, en } });
    });
  return known;
}

/** Every condition of a lifecycle with its place. */
export function conditionsOf({ stages }: LifecycleDefinition): [path: string, condition: Condition][] {
  return stages.flatMap(({ when, stay, guards = [], subStages = [] }, i) => [
    ...(when ? [[`stages.${i}.when`, when] as [string, Condition]] : []),
    ...(stay ? [[`stages.${i}.stay`, stay] as [string, Condition]] : []),
    ...guards.map(({ veto }, j): [string, Condition] => [`stages.${i}.guards.${j}.veto`, veto]),
    ...subStages.map((sub, j): [string, Condition] => [`stages.${i}.subStages.${j}.when`, sub.when]),
  ]);
}
