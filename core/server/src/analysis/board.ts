import type { LifecycleBoard, LifecycleDefinition } from '@perennial/contract';
import type { Zone } from '../time/zone.js';
import { LIVING_PROFILES, type Warehouse } from '../warehouse/index.js';
import { nameOf, SINCE, stageMoves, type Places } from './moves.sql.js';

interface Tools {
  warehouse: Warehouse;
  zone: Zone;
  now: () => number;
}

const DAY_MS = 86_400_000;

/** Where people stand, where they came from, day by day. */
export async function readBoard(
  { key, stages }: LifecycleDefinition,
  days: number,
  known: Places,
  { warehouse, zone, now }: Tools,
): Promise<LifecycleBoard> {
  const today = zone.dayOf(now());
  const from = zone.startOf(today - days + 1);
  const places = await warehouse.rows<{ place: string; people: number }>(
    `SELECT stages[{key:String}] AS place, count() AS people FROM ${LIVING_PROFILES} GROUP BY place`,
    { key },
  );
  const moves = await warehouse.rows<Move>(
    `SELECT day, ${nameOf('f')} AS from, ${nameOf('t')} AS to, moves FROM (
       SELECT toInt32(toDate32(at, {zone:String})) AS day, f, t, count() AS moves FROM ${stageMoves(SINCE)} GROUP BY day, f, t
     ) ORDER BY day, from, to`,
    { key, from, zone: zone.name, ...known },
  );
  const inPlace = new Map(places.map(({ place, people }) => [place, people]));
  return {
    days: Array.from({ length: days }, (_, i) => new Date((today - days + 1 + i) * DAY_MS).toISOString().slice(0, 10)),
    stages: stages.map(({ key: stage, subStages = [] }) => {
      const people = sum([...inPlace].filter(([place]) => place.split('/')[0] === stage).map(([, count]) => count));
      return {
        stage,
        people,
        subStages: Object.fromEntries(subStages.map((sub) => [sub.key, inPlace.get(`${stage}/${sub.key}`) ?? 0])),
        entered: sum(moves.filter(({ to }) => to === stage).map((move) => move.moves)),
        left: sum(moves.filter((move) => move.from === stage).map((move) => move.moves)),
        trend: trendOf(stage, people, moves, today, days),
      };
    }),
    flows: flowsOf(moves),
  };
}

interface Move {
  day: number;
  from: string;
  to: string;
  moves: number;
}

const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0);

/** People at the end of each day: today's, and the moves of each day taken back. */
function trendOf(stage: string, people: number, moves: readonly Move[], today: number, days: number): number[] {
  const net = new Map<number, number>();
  for (const { day, from, to, moves: times } of moves)
    net.set(day, (net.get(day) ?? 0) + (to === stage ? times : 0) - (from === stage ? times : 0));
  const trend = [people];
  for (let day = today; trend.length < days; day--) trend.push(trend.at(-1)! - (net.get(day) ?? 0));
  return trend.toReversed();
}

function flowsOf(moves: readonly Move[]): LifecycleBoard['flows'] {
  const flows = new Map<string, LifecycleBoard['flows'][number]>();
  for (const { from, to, moves: times } of moves) {
    const known = flows.get(`${from}>${to}`) ?? { from, to, moves: 0 };
    flows.set(`${from}>${to}`, { ...known, moves: known.moves + times });
  }
  return [...flows.values()].sort((a, b) => b.moves - a.moves);
}
