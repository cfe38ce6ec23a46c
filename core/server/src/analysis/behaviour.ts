import type { Paths, Retention } from '@perennial/contract';
import type { Warehouse } from '../warehouse/index.js';

const TOP = 10;
const LINKS = 60;

/** By month of the first such event, who had one in each month after; `from` is the start of the first cohort's month. */
export async function readRetention(
  warehouse: Warehouse,
  event: string,
  from: number,
  zone: string,
): Promise<Retention> {
  const rows = await warehouse.rows<{ month: string; later: number; people: number }>(
    `SELECT toString(cohort) AS month, dateDiff('month', cohort, arrayJoin(months)) AS later, count() AS people FROM (
       SELECT profile, groupUniqArray(toStartOfMonth(toDate(at, {zone:String}))) AS months, arrayMin(months) AS cohort
       FROM person_events WHERE name = {event:String} GROUP BY profile
     ) WHERE cohort >= toDate(fromUnixTimestamp64Milli({from:Int64}, 'UTC'), {zone:String}) GROUP BY month, later ORDER BY month, later`,
    { event, from, zone },
  );
  const cohorts = new Map<string, Retention['cohorts'][number]>();
  for (const { month, later, people } of rows) {
    const cohort = cohorts.get(month) ?? { month: month.slice(0, 7), people: 0, kept: [] };
    if (later === 0) cohort.people = people;
    while (cohort.kept.length < later) cohort.kept.push(0);
    cohort.kept[later] = people;
    cohorts.set(month, cohort);
  }
  return { cohorts: [...cohorts.values()] };
}

/**
 * What people did from their first touch since `from` to their first `goal`: names as they change, at most `steps` of them.
 */
export async function readPaths(warehouse: Warehouse, goal: string, steps: number, from: number): Promise<Paths> {
  const rows = await warehouse.rows<{ path: string[]; isReached: 0 | 1; people: number }>(
    `SELECT if(isReached, arrayPushBack(arraySlice(names, 1, {steps:UInt8}), {goal:String}), []) AS path, isReached, count() AS people FROM (
       SELECT profile, arraySort(groupArray((at, seq, name))) AS acts, indexOf(acts.3, {goal:String}) AS reached,
         reached > 0 AS isReached, arrayCompact(if(reached > 0, arraySlice(acts.3, 1, reached - 1), [])) AS names
       FROM person_events WHERE at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') GROUP BY profile
     ) GROUP BY path, isReached ORDER BY people DESC, path LIMIT 20000`,
    { goal, steps, from },
  );
  const reached = rows.filter(({ isReached }) => isReached === 1);
  return {
    reached: sum(reached),
    notReached: sum(rows.filter(({ isReached }) => isReached === 0)),
    links: linksOf(reached),
    top: reached.slice(0, TOP).map(({ path, people }) => ({ path, people })),
  };
}

const sum = (rows: { people: number }[]): number => rows.reduce((all, { people }) => all + people, 0);

/** Each step to the next, with its place in the path, so that a picture of them has no circle. */
function linksOf(rows: { path: string[]; people: number }[]): Paths['links'] {
  const links = new Map<string, Paths['links'][number]>();
  for (const { path, people } of rows)
    for (let i = 0; i + 1 < path.length; i++) {
      const [from, to] = [`${i + 1} ${path[i]!}`, i + 2 === path.length ? path[i + 1]! : `${i + 2} ${path[i + 1]!}`];
      const known = links.get(`${from}>${to}`) ?? { from, to, people: 0 };
      links.set(`${from}>${to}`, { ...known, people: known.people + people });
    }
  return [...links.values()].sort((a, b) => b.people - a.people).slice(0, LINKS);
}
