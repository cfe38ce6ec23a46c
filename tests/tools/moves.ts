import type { Warehouse } from '@perennial/server';
import type { Step } from './plain-stages.js';

interface Row {
  profile: number;
  at: number;
  from: string;
  to: string;
}

/**
 * The recorded way of everybody through a lifecycle, by the profile's number. Moves of one instant lie in no order, so they
 * are put together end to start; one that leads on from nowhere throws, because then somebody stood in two places.
 */
export async function recordedWays(warehouse: Warehouse, lifecycle: string): Promise<Map<number, Step[]>> {
  const rows = await warehouse.rows<Row>(
    `SELECT profile, toUnixTimestamp64Milli(at) AS at, from_stage AS from, to_stage AS to FROM transitions
     WHERE lifecycle = {lifecycle:String} ORDER BY profile, transitions.at, seq`,
    { lifecycle },
  );
  const ways = new Map<number, Step[]>();
  for (let first = 0, next = 0; first < rows.length; first = next) {
    const { profile } = rows[first]!;
    while (next < rows.length && rows[next]!.profile === profile) next += 1;
    ways.set(profile, chained(rows.slice(first, next)));
  }
  return ways;
}

function chained(rows: Row[]): Step[] {
  const steps: Step[] = [];
  let place = '';
  while (rows.length > 0) {
    const { at, profile } = rows[0]!;
    const next = rows.findIndex((row) => row.at === at && row.from === place);
    if (next < 0) throw new Error(`profile ${profile} stands in ${place} and moves from ${rows[0]!.from} at ${at}`);
    place = rows.splice(next, 1)[0]!.to;
    if (steps.at(-1)?.[0] === at) steps.pop();
    if (steps.at(-1)?.[1] !== place) steps.push([at, place]);
  }
  return steps;
}
