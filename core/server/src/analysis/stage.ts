import type { LifecycleBoard, LifecycleDefinition, Stage, StageDetail, TagDefinition } from '@perennial/contract';
import type { Zone } from '../time/zone.js';
import type { TagColumns, Warehouse } from '../warehouse/index.js';
import { readBoard } from './board.js';
import type { Places } from './moves.sql.js';
import { readFigures } from './figures.js';
import { readDwell } from './stays.js';

interface Tools {
  warehouse: Warehouse;
  columns: TagColumns;
  tags: ReadonlyMap<string, TagDefinition>;
  zone: Zone;
  now: () => number;
}

/** One stage as whoever answers for it looks at it: its people, where they come from and go, how long they stay. */
export async function readStage(
  { definition: lifecycle, places }: { definition: LifecycleDefinition; places: Places },
  stage: Stage,
  days: number,
  tools: Tools,
): Promise<StageDetail> {
  const { warehouse, zone, now } = tools;
  const from = zone.startOf(zone.dayOf(now()) - days + 1);
  const board = await readBoard(lifecycle, days, places, tools);
  const { stages } = await readDwell(warehouse, { key: lifecycle.key, places }, from);
  const { ended, open, quantiles } = stages.find((one) => one.stage === stage.key) ?? NEVER;
  return {
    ...placeOf(stage, board),
    days: board.days,
    dwell: { ended, open, quantiles },
    indicators: await readFigures({ lifecycle, places, stage, from }, tools),
  };
}

const NEVER = { ended: 0, open: 0, quantiles: [] };

function placeOf({ key }: Stage, { stages, flows }: LifecycleBoard) {
  const { stage, people, subStages, trend } = stages.find((one) => one.stage === key)!;
  return {
    stage,
    people,
    total: stages.reduce((sum, one) => sum + one.people, 0),
    subStages,
    trend,
    from: flows.filter(({ to }) => to === key).map(({ from, moves }) => ({ stage: from, moves })),
    to: flows.filter(({ from }) => from === key).map(({ to, moves }) => ({ stage: to, moves })),
  };
}
