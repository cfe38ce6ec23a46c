import type { Condition, DefinitionProblem, LifecycleDefinition, Stage } from '@perennial/contract';
import { referencesOf } from '../../tag/index.js';

type Say = (path: string, zh: string, en: string) => void;

/** What is wrong with a definition, place by place, with what to do; empty when nothing is. */
export function definitionProblems(definition: LifecycleDefinition, tagKeys: ReadonlySet<string>): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  const say: Say = (path, zh, en) => problems.push({ path, code: 'LIFECYCLE_DEFINITION_INVALID', message: { zh, en } });
  checkKeys(definition, say);
  checkWays(definition, say);
  definition.stages.forEach((stage, i) => checkStage(stage, i, definition, tagKeys, say));
  return problems;
}

function checkKeys({ stages, initial }: LifecycleDefinition, say: Say): void {
  const keys = stages.map(({ key }) => key);
  if (new Set(keys).size < keys.length) say('stages', '有两个阶段编号相同', 'two stages have the same key');
  if (!keys.includes(initial))
    say('initial', `初始阶段 ${initial} 不存在`, `the initial stage ${initial} does not exist`);
  stages.forEach(({ subStages = [] }, i) => {
    if (new Set(subStages.map(({ key }) => key)).size < subStages.length)
      say(`stages.${i}.subStages`, '有两个子阶段编号相同', 'two sub-stages have the same key');
  });
}

/** Stages to which no way leads, and ways that lead to no stage. */
function checkWays({ stages, initial }: LifecycleDefinition, say: Say): void {
  const keys = new Set(stages.map(({ key }) => key));
  stages.forEach(({ key, next = [] }, i) =>
    next.forEach((to, j) => {
      if (!keys.has(to))
        say(`stages.${i}.next.${j}`, `${key} 通向不存在的 ${to}`, `${key} leads to ${to}, which does not exist`);
    }),
  );
  stages.forEach(({ playbook }, i) =>
    playbook?.indicators.forEach(({ outcome }, j) => {
      for (const to of outcome?.to ?? [])
        if (!keys.has(to))
          say(
            `stages.${i}.playbook.indicators.${j}`,
            `指标里的阶段 ${to} 不存在`,
            `the indicator names ${to}, which does not exist`,
          );
    }),
  );
  const reached = reachedFrom(initial, stages);
  stages.forEach(({ key }, i) => {
    if (keys.has(initial) && !reached.has(key))
      say(
        `stages.${i}`,
        `从初始阶段无法到达 ${key}，请在某个阶段的“可进入”里加上它`,
        `no way leads from ${initial} to ${key}; let some stage lead there`,
      );
  });
}

function reachedFrom(initial: string, stages: Stage[]): Set<string> {
  const reached = new Set([initial]);
  for (const key of reached) {
    const stage = stages.find((one) => one.key === key);
    // A stage that names no others leads everywhere; the first place of all may be any stage as well.
    for (const next of stage?.next ?? stages.map((one) => one.key)) reached.add(next);
  }
  return reached;
}

function checkStage(
  stage: Stage,
  i: number,
  { initial, stages }: LifecycleDefinition,
  tagKeys: ReadonlySet<string>,
  say: Say,
): void {
  const { key, when, stay, guards = [], subStages = [] } = stage;
  const path = `stages.${i}`;
  if (!when && key !== initial)
    say(`${path}.when`, `${key} 没有进入条件，永远进不去`, `${key} has no condition and can never be entered`);
  if (!when && guards.length > 0)
    say(
      `${path}.guards`,
      '没有进入条件的阶段不能设门禁',
      'a stage without a condition takes everybody and can have no guard',
    );
  if (when && isAlways(when) && i < stages.length - 1)
    say(
      `${path}.when`,
      `${key} 的条件恒成立，其后的阶段都进不去`,
      `${key} always holds; what stands after it can never be entered`,
    );
  guards.forEach(({ veto }, j) => {
    if (isAlways(veto) || (when && JSON.stringify(veto) === JSON.stringify(when)))
      say(
        `${path}.guards.${j}`,
        `这条门禁永远不放行，与进入条件矛盾`,
        `this guard forbids whoever fulfils the condition, so that ${key} can never be entered`,
      );
  });
  const conditions: [string, Condition | undefined][] = [
    ['when', when],
    ['stay', stay],
    ...guards.map(({ veto }, j): [string, Condition] => [`guards.${j}.veto`, veto]),
    ...subStages.map((sub, j): [string, Condition] => [`subStages.${j}.when`, sub.when]),
  ];
  for (const [where, condition] of conditions)
    for (const tag of condition ? new Set(referencesOf(condition).tags) : [])
      if (!tagKeys.has(tag)) say(`${path}.${where}`, `标签 ${tag} 不存在`, `tag ${tag} is read and does not exist`);
}

/** An empty "all" holds of everybody. */
const isAlways = (condition: Condition): boolean =>
  'all' in condition ? condition.all.every(isAlways) : 'any' in condition && condition.any.some(isAlways);
