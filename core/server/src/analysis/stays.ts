import type { Dwell, FlowMatrix, StageFunnel } from '@perennial/contract';
import type { Warehouse } from '../warehouse/index.js';
import { nameOf, SINCE, stageMoves, type Places } from './moves.sql.js';

const DAY_MS = 86_400_000;
const QUANTILES = '0.1, 0.25, 0.5, 0.75, 0.9';

/** The lifecycle that is asked about. */
export interface Asked {
  key: string;
  places: Places;
}

/** Where people stood at two instants (epoch ms, exclusive). */
export async function readMatrix(
  warehouse: Warehouse,
  { key, places }: Asked,
  first: number,
  second: number,
): Promise<FlowMatrix> {
  const before = (name: string) => `at < fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
  const cells = await warehouse.rows<FlowMatrix['cells'][number]>(
    `SELECT ${nameOf('one')} AS from, ${nameOf('two')} AS to, people FROM (
       SELECT one, two, count() AS people FROM (
         SELECT argMaxIf(t, at, ${before('first')}) AS one, argMax(t, at) AS two
         FROM ${stageMoves(`moves.${before('second')}`)} GROUP BY profile
       ) GROUP BY one, two) ORDER BY from, to`,
    { key, first, second, ...places },
  );
  return { cells };
}

/**
 * The stays of today's people that began since the parameter `from`: stage, beginning, end, and for which stage; 0 while one
 * lasts.
 */
export const STAYS = `(SELECT t, toUnixTimestamp64Milli(at) AS began, toUnixTimestamp64Milli(leadInFrame(at) OVER one) AS ended,
    leadInFrame(t) OVER one AS next FROM ${stageMoves(SINCE)}
  WINDOW one AS (PARTITION BY profile ORDER BY at ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING))`;

/** Days that those stays lasted; one that is still open has no length yet. */
export async function readDwell(warehouse: Warehouse, { key, places }: Asked, from: number): Promise<Dwell> {
  const stages = await warehouse.rows<{ stage: string; over: number; open: number; quantiles: number[] }>(
    `SELECT ${nameOf('t')} AS stage, countIf(ended > 0) AS over, countIf(ended = 0) AS open,
       quantilesExactIf(${QUANTILES})((ended - began) / ${DAY_MS}, ended > 0) AS quantiles
     FROM ${STAYS} GROUP BY t ORDER BY stage`,
    { key, from, ...places },
  );
  return {
    stages: stages.map(({ stage, over, open, quantiles }) => ({
      stage,
      ended: over,
      open,
      quantiles: over > 0 ? quantiles : [],
    })),
  };
}

/** Of the people who came since `from`: how many ever reached each stage, and after how many days. */
export async function readFunnel(warehouse: Warehouse, { key, places }: Asked, from: number): Promise<StageFunnel> {
  const numbers = places.names.map((_, n) => n).slice(1);
  const firsts = numbers.map((n) => `minIf(ms, t = ${n}) AS r${n}`).join(', ');
  const reached = numbers.map((n) => `(${n}, r${n})`).join(', ');
  const rows = await warehouse.rows<{ stage: string; people: number; days: number }>(
    `SELECT ${nameOf('one.1')} AS stage, count() AS people, quantileExact(0.5)((one.2 - began) / ${DAY_MS}) AS days FROM (
       SELECT began, arrayJoin(arrayFilter(reach -> reach.2 > 0, [${reached}])) AS one FROM (
         SELECT min(ms) AS began, ${firsts} FROM (SELECT profile, t, toUnixTimestamp64Milli(at) AS ms FROM ${stageMoves()})
         GROUP BY profile) WHERE began >= {from:Int64}
     ) GROUP BY one.1 ORDER BY people DESC, stage`,
    { key, from, ...places },
  );
  return { stages: rows.map(({ stage, people, days }) => ({ stage, people, medianDays: days })) };
}
