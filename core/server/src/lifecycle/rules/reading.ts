import type { Condition, DefinitionProblem, LifecycleDefinition } from '@perennial/contract';
import { referencesOf } from '../../tag/index.js';

/** Every condition of a lifecycle with its place. */
export function conditionsOf({ stages }: LifecycleDefinition): [path: string, condition: Condition][] {
  return stages.flatMap(({ when, stay, guards = [], subStages = [] }, i) => [
    ...(when ? [[`stages.${i}.when`, when] as [string, Condition]] : []),
    ...(stay ? [[`stages.${i}.stay`, stay] as [string, Condition]] : []),
    ...guards.map(({ veto }, j): [string, Condition] => [`stages.${i}.guards.${j}.veto`, veto]),
    ...subStages.map((sub, j): [string, Condition] => [`stages.${i}.subStages.${j}.when`, sub.when]),
  ]);
}

/** The lifecycles whose stages the conditions of one ask for. */
export const lifecyclesRead = (definition: LifecycleDefinition): string[] => [
  ...new Set(conditionsOf(definition).flatMap(([, condition]) => referencesOf(condition).stages)),
];

/**
 * What is wrong with the stages that a lifecycle reads. A rule that asked for the person's stage in its own lifecycle, or
 * by way of another, would be true because it is not: she would move for ever.
 */
export function readingProblems(
  definition: LifecycleDefinition,
  others: ReadonlyMap<string, LifecycleDefinition>,
): DefinitionProblem[] {
  const all = new Map([...others, [definition.key, definition]]);
  return conditionsOf(definition).flatMap(([path, condition]) =>
    [...new Set(referencesOf(condition).stages)].flatMap((read): DefinitionProblem[] => {
      const message = problemOf(read, definition.key, all);
      return message ? [{ path, code: 'LIFECYCLE_DEFINITION_INVALID', message }] : [];
    }),
  );
}

function problemOf(
  read: string,
  key: string,
  all: ReadonlyMap<string, LifecycleDefinition>,
): DefinitionProblem['message'] | undefined {
  if (!all.has(read)) return { zh: `没有生命周期 ${read}`, en: `there is no lifecycle ${read}` };
  if (read === key)
    return {
      zh: '条件不能读取本生命周期自己的阶段，否则会来回流转；请用“可进入”、停留条件或冷却期表达从哪里来',
      en: 'a condition cannot read the stage of its own lifecycle, or people would move to and fro; say where they come from by the ways between stages, a stay or a cool-down',
    };
  const circle = wayTo(key, read, all);
  if (!circle) return undefined;
  const told = [key, ...circle].join(' → ');
  return {
    zh: `生命周期互相读取成环：${told}；请去掉其中一处`,
    en: `lifecycles read each other in a circle: ${told}; take one of them out`,
  };
}

/** How one lifecycle reads another, directly or through more of them. */
function wayTo(
  key: string,
  from: string,
  all: ReadonlyMap<string, LifecycleDefinition>,
  seen = new Set<string>(),
): string[] | undefined {
  if (from === key) return [key];
  const definition = all.get(from);
  if (!definition || seen.has(from)) return undefined;
  seen.add(from);
  for (const next of lifecyclesRead(definition)) {
    const way = wayTo(key, next, all, seen);
    if (way) return [from, ...way];
  }
  return undefined;
}

/** One that reads the stage of another is decided after it, so that it sees where the person stands by then. */
export function inReadingOrder<T extends LifecycleDefinition>(definitions: readonly T[]): T[] {
  const byKey = new Map(definitions.map((definition) => [definition.key, definition]));
  const ordered = new Set<T>();
  const place = (definition: T, path: ReadonlySet<string>): void => {
    if (ordered.has(definition) || path.has(definition.key)) return;
    for (const read of lifecyclesRead(definition)) {
      const other = byKey.get(read);
      if (other) place(other, new Set([...path, definition.key]));
    }
    ordered.add(definition);
  };
  for (const definition of definitions) place(definition, new Set());
  return [...ordered];
}

/** These and, before them, whichever of the others they read, directly or through more of them. */
export function withThoseRead(
  definitions: readonly LifecycleDefinition[],
  others: readonly LifecycleDefinition[],
): LifecycleDefinition[] {
  const found = new Set(definitions);
  for (const definition of found)
    for (const read of lifecyclesRead(definition)) for (const other of others) if (other.key === read) found.add(other);
  return inReadingOrder([...found]);
}
