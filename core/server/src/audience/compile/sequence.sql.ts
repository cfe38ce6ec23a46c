import type { Sequence } from '@perennial/contract';
import { eventProperties, filterSql, namedSql, select, windowSql, withColumns, type Asked } from '../../tag/index.js';

const HOUR = 3_600_000;

/**
 * People who did the steps one after the other. Each person's events are gone through once, in order of time and arrival:
 * for every step it is known when the latest way through the steps before it began, which is the shortest way there is.
 */
export function sequenceSql({ steps, withinHours, without, window }: Sequence, asked: Asked): string {
  const { params } = asked;
  const properties = eventProperties(params);
  const filters = [...steps, ...(without ? [without] : [])].map(
    (filter) => `(${filterSql(filter, properties, params)})`,
  );
  const names = [...new Set([...steps, ...(without ? [without] : [])].flatMap((filter) => filter.names))].sort();
  const when = windowSql(window, asked);
  const events = select(
    ['profile', 'at', 'seq', 'name', ...properties.raw()],
    `SELECT * FROM person_events WHERE ${namedSql(names, params)}${when === '' ? '' : ` AND ${when}`}`,
  );
  const marked = select(
    ['profile', 'at', 'seq', `[${filters.join(', ')}] AS marks`],
    withColumns(properties.values(), events),
  );
  // Not `WHERE has(marks, 1)`; see `aggregateQuery`.
  const grouped = `SELECT profile, arraySort(groupArrayIf((toUnixTimestamp64Milli(at), seq, marks), has(marks, 1))) AS acts
    FROM (${marked}) GROUP BY profile`;
  const span = params.whole(Math.round(withinHours * HOUR));
  return `(profile IN (SELECT profile FROM (${grouped}) WHERE ${foldSql(steps.length, without !== undefined, span)}))`;
}

/**
 * The accumulator: `[1]` is whether the whole was done; `[i + 1]` is when the latest way through step i began, 0 where there
 * is none. Marks are 1 where an event fits step i; the last mark is what must not happen between.
 */
function foldSql(steps: number, hasWithout: boolean, span: string): string {
  const at = 'act.1';
  const fits = (step: number) => `act.3[${step}] = 1`;
  const began = (step: number) => `way[${step + 1}]`;
  const done = `toInt64(way[1] = 1 OR (${fits(steps)} AND ${began(steps - 1)} != 0 AND ${at} - ${began(steps - 1)} <= ${span}))`;
  const first = `if(${fits(1)}, ${at}, ${began(1)})`;
  const rest = Array.from({ length: steps - 2 }, (_, i) => i + 2).map(
    (step) => `if(${fits(step)}, greatest(${began(step)}, ${began(step - 1)}), ${began(step)})`,
  );
  const goesOn = `[${[done, first, ...rest].join(', ')}]`;
  const isBroken = hasWithout ? fits(steps + 1) : '0';
  const restart = `[${[done, `if(${fits(1)}, ${at}, toInt64(0))`, ...rest.map(() => 'toInt64(0)')].join(', ')}]`;
  const start = `arrayResize([toInt64(0)], ${steps}, toInt64(0))`;
  return `arrayFold((way, act) -> if(${isBroken}, ${restart}, ${goesOn}), acts, ${start})[1] = 1`;
}
