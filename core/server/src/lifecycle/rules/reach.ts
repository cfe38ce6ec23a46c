import type { DefinitionProblem, LifecycleDefinition, Stage } from '@perennial/contract';
import { implies, isNever } from './implies.js';

/**
 * Stages and sub-stages that nobody can ever enter, as far as the conditions alone tell: ones that contradict themselves,
 * that a guard keeps everybody out of, or before which another takes everybody.
 */
export function reachProblems(definition: LifecycleDefinition): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  const say = (path: string, zh: string, en: string) =>
    problems.push({ path, code: 'LIFECYCLE_DEFINITION_INVALID', message: { zh, en } });
  const { stages, initial } = definition;
  stages.forEach((stage, i) => {
    const { key, when, guards = [], subStages = [] } = stage;
    const path = `stages.${i}`;
    if (!when && key === initial && i < stages.length - 1)
      say(
        path,
        `${key} 没有条件，会接住所有人，请放到最后`,
        `${key} has no condition and takes everybody; put it last`,
      );
    for (const [where, condition] of conditionsThatLetIn(stage))
      if (isNever(condition))
        say(
          `${path}.${where}`,
          '这些条件互相矛盾，不可能同时成立',
          'these conditions contradict each other and never hold together',
        );
    guards.forEach(({ veto }, j) => {
      if (when && JSON.stringify(veto) !== JSON.stringify(when) && implies(when, veto))
        say(
          `${path}.guards.${j}`,
          '凡满足进入条件的客户都会被这条门禁拦下，请放宽其中之一',
          `whoever fulfils the condition of ${key} is forbidden by this guard; loosen one of them`,
        );
    });
    const before = when && stages.slice(0, i).find((earlier) => takesAllOf(earlier, stage, stages));
    if (before)
      say(
        `${path}.when`,
        `凡满足这个条件的客户都先进入前面的 ${before.key}，请把它移到 ${before.key} 之前或收紧 ${before.key}`,
        `whoever fulfils this goes into ${before.key} first; move it before ${before.key}, or make that one stricter`,
      );
    subStages.forEach((sub, j) => {
      const first = subStages.slice(0, j).find((earlier) => implies(sub.when, earlier.when));
      if (first)
        say(
          `${path}.subStages.${j}.when`,
          `凡满足这个条件的客户都先归入前面的 ${first.key}，请调整顺序`,
          `whoever fulfils this belongs to ${first.key} first; put it before`,
        );
    });
  });
  return problems;
}

const conditionsThatLetIn = ({ when, subStages = [] }: Stage): [string, NonNullable<Stage['when']>][] => [
  ...(when ? [['when', when] as [string, typeof when]] : []),
  ...subStages.map((sub, j): [string, typeof sub.when] => [`subStages.${j}.when`, sub.when]),
];

/** Whether an earlier stage is open to everybody who could come into a later one. */
function takesAllOf(earlier: Stage, later: Stage, stages: readonly Stage[]): boolean {
  const isOpen = !earlier.guards?.length && earlier.coolDownDays === undefined && earlier.reEntry !== 'never';
  const isOnTheWay = stages.every(
    ({ key, next }) => key === earlier.key || !next?.includes(later.key) || next.includes(earlier.key),
  );
  return isOpen && isOnTheWay && earlier.when !== undefined && implies(later.when!, earlier.when);
}
