import type { LifecycleDefinition } from '@perennial/contract';
import { referencesOf } from '../../tag/index.js';

/** What is wrong with a definition, in sentences an operator can act on; empty when nothing is. */
export function definitionProblems(definition: LifecycleDefinition, tagKeys: ReadonlySet<string>): string[] {
  const keys = definition.stages.map((stage) => stage.key);
  const known = new Set(keys);
  const references = definition.stages
    .flatMap((stage) => [stage.when, ...(stage.subStages ?? []).map((sub) => sub.when)])
    .filter((when) => when !== undefined)
    .flatMap((when) => referencesOf(when).tags);
  return [
    ...(known.size === keys.length ? [] : ['two stages have the same key']),
    ...(known.has(definition.initial) ? [] : [`the initial stage ${definition.initial} does not exist`]),
    ...definition.stages.flatMap((stage) =>
      (stage.next ?? [])
        .filter((next) => !known.has(next))
        .map((next) => `${stage.key} leads to ${next}, which does not exist`),
    ),
    ...definition.stages
      .filter((stage) => !stage.when && stage.key !== definition.initial)
      .map((stage) => `${stage.key} has no condition and can never be entered`),
    ...[...new Set(references)]
      .filter((key) => !tagKeys.has(key))
      .map((key) => `tag ${key} is read and does not exist`),
  ];
}
