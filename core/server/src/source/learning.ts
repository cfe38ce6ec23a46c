import type { LearnedPlan } from '@perennial/contract';
import type { Warehouse } from '../warehouse/index.js';
import { DAY } from '../time/zone.js';
import { proposePlan, type SeenProperty } from './rules/learn.js';

interface Tools {
  warehouse: Warehouse;
  now: () => number;
}

/** The newest of each name; what is rarer than once in so many is not worth a demand. */
const LOOKED_EACH = 2_000;
const MOST_EVENTS = 300;
const MOST_VALUES = 13;

/** One row for each name, property and kind of value. Values are told only where they are few and short. */
const SEEN = `
WITH looked AS (
  SELECT profile, if(type = 'track', name, concat('$', type)) AS name, if(type IN ('identify', 'group'), traits, properties) AS facts
  FROM events WHERE source_id = {source:String} AND at >= fromUnixTimestamp64Milli({from:Int64}) AND type != 'alias'
  ORDER BY at DESC LIMIT ${LOOKED_EACH} BY name
)
SELECT name, key, kind, sum(times) AS n, uniqExact(raw) AS different, sum(instant) AS instants, min(people) AS fewestPeople,
  groupUniqArray(${MOST_VALUES})(raw) AS values
FROM (SELECT name, key, kind, raw, count() AS times, countIf(isInstant) AS instant, uniqExact(profile) AS people FROM (
  SELECT profile, name, kv.1 AS key, kv.2 AS raw, multiIf(
      raw = 'null', 'null', startsWith(raw, '"'), 'text', startsWith(raw, '['), 'list', startsWith(raw, '{'), 'object',
      raw IN ('true', 'false'), 'boolean', match(raw, '^-?[0-9]+$'), 'integer', 'number') AS kind,
    match(raw, '^"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?"$') AS isInstant
  FROM looked ARRAY JOIN JSONExtractKeysAndValuesRaw(facts) AS kv
) GROUP BY name, key, kind, raw) GROUP BY name, key, kind ORDER BY name, n DESC, key, kind`;

const COUNTED = `
SELECT if(type = 'track', name, concat('$', type)) AS name, count() AS count FROM events
WHERE source_id = {source:String} AND at >= fromUnixTimestamp64Milli({from:Int64}) AND type != 'alias'
GROUP BY name ORDER BY count DESC, name LIMIT ${MOST_EVENTS}`;

/** A tracking plan out of what a source has sent. */
export class Learning {
  constructor(private readonly tools: Tools) {}

  async learn(sourceId: string, days: number): Promise<LearnedPlan> {
    const params = { source: sourceId, from: this.tools.now() - days * DAY };
    const [events, seen] = await Promise.all([
      this.tools.warehouse.rows<{ name: string; count: number }>(COUNTED, params),
      this.tools.warehouse.rows<SeenProperty>(SEEN, params),
    ]);
    const looked = new Map(events.map(({ name, count }) => [name, Math.min(count, LOOKED_EACH)]));
    return {
      plan: { mode: 'observe', events: proposePlan(looked, seen) },
      events,
      looked: [...looked.values()].reduce((sum, n) => sum + n, 0),
    };
  }
}
