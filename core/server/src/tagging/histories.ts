import type { Json, TagDefinition, TagHistory, TagHistoryDay } from '@perennial/contract';
import type { Zone } from '../time/zone.js';
import { COUNTS, LIVING_PROFILES, type Warehouse } from '../warehouse/index.js';
import { driftOf, type Shares } from './rules/drift.js';

interface Tools {
  warehouse: Warehouse;
  zone: Zone;
  now: () => number;
}

interface DayRow {
  day: number;
  changes: number;
  /** Values as JSON, and by how many people each grew or shrank. */
  net: Record<string, number>;
}

const NONE = 'null';
/** No JSON begins with it. */
const BEFORE = '<';
const VALUES = 12;
const DAY_MS = 86_400_000;

/** How a tag's distribution came to be: today's, and the changes of each day taken back from it. */
export class TagHistories {
  constructor(private readonly tools: Tools) {}

  async read({ key, valueType }: TagDefinition, days: number): Promise<TagHistory> {
    const { zone, now } = this.tools;
    const today = zone.dayOf(now());
    const isKept = valueType !== 'number' && valueType !== 'date';
    const shares = await this.shares(key);
    const rows = new Map((await this.changes(key, zone.startOf(today - days + 1))).map((row) => [row.day, row]));
    const list: TagHistoryDay[] = [];
    for (let day = today; day > today - days; day--) {
      list.push(dayOf(day, shares, rows.get(day)?.changes ?? 0, isKept));
      takeBack(shares, rows.get(day)?.net ?? {});
    }
    const history = list.toReversed();
    const drift = isKept ? driftOf(history[0]!.values!, history.at(-1)!.values!) : undefined;
    return { days: history, ...(drift !== undefined && { drift }) };
  }

  private async shares(key: string): Promise<Shares> {
    const sql = `SELECT tags[{key:String}] AS value, count() AS people FROM ${LIVING_PROFILES}
      WHERE mapContains(tags, {key:String}) GROUP BY value`;
    const rows = await this.tools.warehouse.rows<{ value: string; people: number }>(sql, { key });
    return Object.fromEntries(rows.map(({ value, people }) => [value, people]));
  }

  private changes(key: string, from: number): Promise<DayRow[]> {
    const sql = `SELECT toInt32(toDate32(at, {zone:String})) AS day, count() AS changes,
        sumMap(map(value, toInt64(1), concat('${BEFORE}', previous), toInt64(1))) AS net
      FROM tag_changes WHERE tag = {key:String} AND ${COUNTS} AND at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      GROUP BY day`;
    return this.tools.warehouse.rows<DayRow>(sql, { key, zone: this.tools.zone.name, from });
  }
}

function takeBack(shares: Shares, net: Record<string, number>): void {
  for (const [value, times] of Object.entries(net)) {
    const isPrevious = value.startsWith(BEFORE);
    const held = isPrevious ? value.slice(1) : value;
    if (held !== NONE) shares[held] = (shares[held] ?? 0) + (isPrevious ? times : -times);
  }
}

function dayOf(day: number, shares: Shares, changes: number, isKept: boolean): TagHistoryDay {
  const held = Object.entries(shares).filter(([, people]) => people > 0);
  return {
    day: new Date(day * DAY_MS).toISOString().slice(0, 10),
    people: held.reduce((sum, [, people]) => sum + people, 0),
    changes,
    ...(isKept && { values: named(held) }),
  };
}

/** The most frequent values by their plain names. */
function named(held: [string, number][]): Shares {
  const most = held.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, VALUES);
  return Object.fromEntries(most.map(([value, people]) => [plain(JSON.parse(value) as Json), people]));
}

const plain = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
