import type { DefinitionProblem, LifecycleDefinition, TagDefinition } from '@perennial/contract';
import { lifecycleDefinition, problemsOf } from '../../definition/index.js';
import { conditionsOf, definitionProblems, reachProblems, readingProblems } from '../../lifecycle/index.js';
import { checkCondition } from '../../tagging/rules/check.js';

/** Everything that is wrong with a lifecycle: its form, its ways, what its conditions read and compare. */
export function checkLifecycle(
  definition: unknown,
  tags: ReadonlyMap<string, TagDefinition>,
  lifecycles: ReadonlyMap<string, LifecycleDefinition>,
): DefinitionProblem[] {
  const problems = problemsOf(lifecycleDefinition, definition);
  if (problems.length > 0) return problems;
  const whole = definition as LifecycleDefinition;
  const known = [
    ...definitionProblems(whole, new Set(tags.keys())),
    ...readingProblems(whole, lifecycles),
    ...reachProblems(whole),
  ];
  const places = new Set(known.map(({ path }) => path));
  for (const [path, condition] of conditionsOf(whole))
    checkCondition(condition, path, { tags, models: new Set() }, (where, zh, en) => {
      if (!places.has(path)) known.push({ path: where, code: 'LIFECYCLE_DEFINITION_INVALID', message: { zh, en } });
    });
  return known;
}
