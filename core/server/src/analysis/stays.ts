import type { Dwell, FlowMatrix, StageFunnel } from '@perennial/contract';
import type { Warehouse } from '../warehouse/index.js';
import { SINCE, stageMoves } from './moves.sql.js';

const DAY_MS = 86_400_000;
const QUANTILES = '0.1, 0.25, 0.5, 0.75, 0.9';

/** Where people stood at two instants (epoch ms, exclusive). */
export async function readMatrix(
  warehouse: Warehouse,
  key: string,
  first: number,
  second: number,
): Promise<FlowMatrix> {
  const at = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
  const stood = (name: string) => `argMaxIf(moves.to, at, at < ${at(name)})`;
  const cells = await warehouse.rows<FlowMatrix['cells'][number]>(
    `SELECT from, to, count() AS people FROM (
       SELECT profile, ${stood('first')} AS from, ${stood('second')} AS to FROM ${stageMoves(`transitions.at < ${at('second')}`)} AS moves GROUP BY profile
     ) WHERE to != '' GROUP BY from, to ORDER BY from, to`,
    { key, first, second },
  );
  return { cells };
}

/**
 * The stays of today's people that began since the parameter `from`: stage, beginning, and end for which stage; 0 and ''
 * while one lasts.
 */
export const STAYS = `(SELECT arrayJoin(arrayZip(acts, arrayPushBack(arrayPopFront(acts), (toInt64(0), '')))) AS stay,
    stay.1.2 AS stage, stay.1.1 AS began, stay.2.1 AS ended, stay.2.2 AS next FROM (
      SELECT arraySort(groupArray((toUnixTimestamp64Milli(at), to))) AS acts FROM ${stageMoves(SINCE)} GROUP BY profile))`;

/** Days that those stays lasted; one that is still open has no length yet. */
export async function readDwell(warehouse: Warehouse, key: string, from: number): Promise<Dwell> {
  const stages = await warehouse.rows<{ stage: string; over: number; open: number; quantiles: number[] }>(
    `SELECT stage, countIf(ended > 0) AS over, countIf(ended = 0) AS open,
       quantilesExactIf(${QUANTILES})((ended - began) / ${DAY_MS}, ended > 0) AS quantiles
     FROM ${STAYS} GROUP BY stage ORDER BY stage`,
    { key, from },
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
export async function readFunnel(warehouse: Warehouse, key: string, from: number): Promise<StageFunnel> {
  const rows = await warehouse.rows<{ stage: string; people: number; days: number }>(
    `SELECT stage, count() AS people, quantileExact(0.5)((reached - began) / ${DAY_MS}) AS days FROM (
       SELECT profile, to AS stage, min(toUnixTimestamp64Milli(at)) AS reached,
         min(reached) OVER (PARTITION BY profile) AS began FROM ${stageMoves()} GROUP BY profile, to
     ) WHERE began >= {from:Int64} GROUP BY stage ORDER BY people DESC, stage`,
    { key, from },
  );
  return { stages: rows.map(({ stage, people, days }) => ({ stage, people, medianDays: days })) };
}
