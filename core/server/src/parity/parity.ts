import { dayText, PlatformError, readDay, type ParityAsk, type ParityResult } from '@perennial/contract';
import type { Sources } from '../source/sources.js';
import type { Zone } from '../time/zone.js';
import type { Warehouse } from '../warehouse/index.js';
import { PARITY } from './parity.errors.js';
import { compare, namesOf, type Counted } from './rules/compare.js';
import { proposePairs } from './rules/pairs.js';
import { readTable } from './rules/table.js';

interface Tools {
  warehouse: Warehouse;
  sources: Sources;
  zone: Zone;
}

const MOST_DAYS = 92;
const MOST_NAMES = 500;

/** Per event and day, and per event over the period (those rows have an empty day). An identified person is a user, whoever knew it first. */
const COUNTS = `
WITH counted AS (
  SELECT source_id AS source, name, toString(toDate(at, {zone:String})) AS day, profile FROM person_events
  WHERE source_id IN {sources:Array(String)}
    AND at >= fromUnixTimestamp64Milli({from:Int64}) AND at < fromUnixTimestamp64Milli({to:Int64})
), known AS (SELECT profile FROM profiles FINAL WHERE is_deleted = 0 AND is_identified = 1)
SELECT source, name, day, count() AS events, uniqExact(profile) AS people,
  uniqExactIf(profile, profile IN known) AS users
FROM counted GROUP BY GROUPING SETS ((source, name, day), (source, name))`;

/** Compares what two trackers counted while one replaces the other. */
export class Parity {
  constructor(private readonly tools: Tools) {}

  async compare({ old, oursId, from, to, pairs, threshold }: ParityAsk): Promise<ParityResult> {
    const days = this.daysOf(from, to);
    const ids = ['sourceId' in old ? old.sourceId : undefined, oursId].filter((id) => id !== undefined);
    for (const id of ids) await this.tools.sources.get(id);
    const table = 'csv' in old ? readTable(old.csv) : undefined;
    const counted = await this.count([...new Set(ids)], days);
    const within = new Set(days);
    const sides = {
      old: table ? table.counts.filter(({ day }) => within.has(day)) : counted('sourceId' in old ? old.sourceId : ''),
      ours: counted(oursId),
    };
    const chosen = pairs ?? proposePairs(namesOf(sides.old), namesOf(sides.ours)).slice(0, MOST_NAMES);
    return { ...compare(sides, chosen, days, threshold), refused: table?.refused ?? [] };
  }

  private async count(sources: string[], days: string[]): Promise<(source: string) => Counted[]> {
    const { warehouse, zone } = this.tools;
    const [first, last] = [dayNumber(days[0]!), dayNumber(days.at(-1)!)];
    const params = { sources, zone: zone.name, from: zone.startOf(first), to: zone.startOf(last + 1) };
    const rows = await warehouse.rows<Counted & { source: string }>(COUNTS, params);
    return (source) => rows.filter((row) => row.source === source);
  }

  private daysOf(from: string, to: string): string[] {
    const [first, last] = [dayNumber(from), dayNumber(to)];
    if (!(last >= first) || last - first >= MOST_DAYS)
      throw new PlatformError(PARITY.PERIOD_INVALID, `the period may have 1 to ${MOST_DAYS} days`, { kind: 'invalid' });
    return Array.from({ length: last - first + 1 }, (_, i) => dayText(first + i));
  }
}

const dayNumber = (day: string): number => readDay(day) ?? NaN;
