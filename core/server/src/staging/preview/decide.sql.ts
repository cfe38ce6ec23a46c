import type { Condition, LifecycleDefinition, Stage } from '@perennial/contract';
import { ruleSql, type RuleContext } from '../../audience/index.js';
import { DAY } from '../../time/zone.js';
import { COUNTS, LIVING_PROFILE } from '../../warehouse/index.js';

/**
 * The same as `decide` for everybody at once, from where the newest snapshots say that they stand. One row a person:
 * `profile`, `before` and `after` (`stage` or `stage/subStage`; `before` is empty for whoever stood nowhere). What a stage
 * remembers of having been left is asked of the moves in history.
 */
export function decideQuery(definition: LifecycleDefinition, context: RuleContext): string {
  const { params } = context;
  const key = params.text(definition.key);
  const columns = definition.stages.flatMap((stage, i) => stageColumns(stage, i, definition, context));
  const facts = `SELECT profile, stages[${key}] AS before, splitByChar('/', before)[1] AS place0,
      toUnixTimestamp64Milli(stage_since[${key}]) AS since, ${columns.join(', ')} FROM profiles FINAL WHERE is_deleted = 0`;
  const steps = definition.stages.some(({ next }) => next) ? definition.stages.length : 1;
  let from = facts;
  for (let step = 0; step < steps; step++)
    from = `SELECT *, ${nextStep(definition, `place${step}`, context)} AS place${step + 1} FROM (${from})`;
  return `SELECT profile, before, ${withSubStage(definition, `place${steps}`, context)} AS after FROM (${from})`;
}

const column = (kind: 'c' | 's' | 'v' | 'b', i: number): string => `${kind}${i}`;

/** Whether the condition holds, whoever is in stays, a guard forbids it, it is closed after having been left. */
function stageColumns(stage: Stage, i: number, definition: LifecycleDefinition, context: RuleContext): string[] {
  const sql = (condition: Condition) => ruleSql(condition, context);
  const { when, stay, guards = [], subStages = [] } = stage;
  const vetoes = guards.map(({ veto }) => sql(veto));
  return [
    `${when ? sql(when) : Number(stage.key === definition.initial)} AS ${column('c', i)}`,
    `${stay ? sql(stay) : '0'} AS ${column('s', i)}`,
    `${vetoes.length > 0 ? `(${vetoes.join(' OR ')})` : '0'} AS ${column('v', i)}`,
    `${barredSql(stage, definition, context)} AS ${column('b', i)}`,
    ...subStages.map((sub, j) => `${sql(sub.when)} AS u${i}_${j}`),
  ];
}

function barredSql(
  { key, coolDownDays, reEntry }: Stage,
  definition: LifecycleDefinition,
  { params, now }: RuleContext,
): string {
  if (reEntry !== 'never' && coolDownDays === undefined) return '0';
  const since = reEntry === 'never' ? 0 : now - coolDownDays! * DAY;
  const stage = params.text(key);
  return `(profile IN (SELECT ${LIVING_PROFILE} FROM moves WHERE ${COUNTS} AND lifecycle = ${params.text(definition.key)}
    AND splitByChar('/', from_stage)[1] = ${stage} AND splitByChar('/', to_stage)[1] != ${stage}
    AND at > fromUnixTimestamp64Milli(${params.whole(since)}, 'UTC')))`;
}

/** A stay that is not over yet is kept; that of whoever has only just come begins now. */
function nextStep(definition: LifecycleDefinition, place: string, context: RuleContext): string {
  const { params, now } = context;
  const stays = definition.stages.flatMap(({ key, minimumStayDays }) => {
    if (!minimumStayDays) return [];
    const isOver = `since + ${params.whole(minimumStayDays * DAY)} <= ${params.whole(now)}`;
    return [`(${place} = ${params.text(key)} AND NOT (${place} = place0 AND ${isOver}))`];
  });
  const moved = nextPlace(definition, place, context);
  return stays.length > 0 ? `if(${stays.join(' OR ')}, ${place}, ${moved})` : moved;
}

function nextPlace(definition: LifecycleDefinition, place: string, { params }: RuleContext): string {
  const { stages, initial } = definition;
  const from = (here: Stage | undefined): string => {
    const ways = stages.flatMap((stage, i) => {
      if (stage === here) return [`(${column('c', i)} OR ${column('s', i)}), ${params.text(stage.key)}`];
      if (here?.next && !here.next.includes(stage.key)) return [];
      return [`(${column('c', i)} AND NOT ${column('v', i)} AND NOT ${column('b', i)}), ${params.text(stage.key)}`];
    });
    return `multiIf(${ways.join(', ')}, ${params.text(here?.key ?? initial)})`;
  };
  const cases = stages.map((stage) => `${place} = ${params.text(stage.key)}, ${from(stage)}`);
  return `multiIf(${cases.join(', ')}, ${from(undefined)})`;
}

function withSubStage({ stages }: LifecycleDefinition, place: string, { params }: RuleContext): string {
  const cases = stages.flatMap(({ key, subStages = [] }, i) =>
    subStages.map((sub, j) => `${place} = ${params.text(key)} AND u${i}_${j}, ${params.text(`${key}/${sub.key}`)}`),
  );
  return cases.length > 0 ? `multiIf(${cases.join(', ')}, ${place})` : place;
}
