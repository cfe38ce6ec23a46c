import { placeKey, type Overview, type StageCount } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import type { Deliveries } from '../activation/index.js';
import type { Definitions } from '../fold/definitions.js';
import type { Quarantine } from '../ingest/quarantine.js';
import type { Sources } from '../source/sources.js';
import type { Zone } from '../time/zone.js';
import { LIVING_PROFILES, type Appender, type Warehouse } from '../warehouse/index.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  appender: Appender;
  definitions: Definitions;
  sources: Sources;
  quarantine: Quarantine;
  deliveries: Deliveries;
  zone: Zone;
  now: () => number;
}

export interface Activity {
  events: number;
  lastAt?: number;
}

/** The figures of the first page, from the warehouse and the record. */
export class Overviews {
  constructor(private readonly tools: Tools) {}

  async read(days: number): Promise<Overview> {
    const { sources, quarantine, deliveries, warehouse, zone, now } = this.tools;
    const [people, places, daily, activity, list, quarantined, deadLetters] = await Promise.all([
      warehouse.rows<{ people: number; identified: number }>(
        `SELECT count() AS people, countIf(is_identified = 1) AS identified FROM ${LIVING_PROFILES}`,
      ),
      this.places(),
      this.daily(days),
      this.activity(),
      sources.list(),
      quarantine.count(),
      deliveries.countDead(),
    ]);
    const today = zone.dateOf(now());
    return {
      ...(people[0] ?? { people: 0, identified: 0 }),
      events: [...activity.values()].reduce((sum, { events }) => sum + events, 0),
      eventsToday: daily.find(({ day }) => day === today)?.events ?? 0,
      quarantined,
      deadLetters,
      stages: this.stages(places),
      daily,
      sources: list.map(({ id, title }) => ({ sourceId: id, title, ...(activity.get(id) ?? { events: 0 }) })),
      pipeline: await this.pipeline(),
    };
  }

  /** Events per source, and when the last one happened. */
  async activity(): Promise<Map<string, Activity>> {
    const sql = `SELECT source_id, count() AS events, toUnixTimestamp64Milli(max(at)) AS last_at
      FROM person_events GROUP BY source_id`;
    const rows = await this.tools.warehouse.rows<{ source_id: string; events: number; last_at: number }>(sql);
    return new Map(rows.map(({ source_id: id, events, last_at: lastAt }) => [id, { events, lastAt }]));
  }

  /** People per tag, of those whose tag has a value. */
  async tagCounts(): Promise<Map<string, number>> {
    const sql = `SELECT arrayJoin(mapKeys(tags)) AS tag, count() AS people FROM ${LIVING_PROFILES} GROUP BY tag`;
    const rows = await this.tools.warehouse.rows<{ tag: string; people: number }>(sql);
    return new Map(rows.map(({ tag, people }) => [tag, people]));
  }

  private async places(): Promise<Map<string, number>> {
    const sql = `SELECT lifecycle, place, count() AS people FROM ${LIVING_PROFILES}
      ARRAY JOIN mapKeys(stages) AS lifecycle, mapValues(stages) AS place GROUP BY lifecycle, place`;
    const rows = await this.tools.warehouse.rows<{ lifecycle: string; place: string; people: number }>(sql);
    return new Map(rows.map(({ lifecycle, place, people }) => [`${lifecycle}:${place}`, people]));
  }

  private stages(places: Map<string, number>): StageCount[] {
    return this.tools.definitions.lifecycleList().flatMap(({ key: lifecycle, stages }) =>
      stages.map(({ key: stage, title, subStages = [] }) => {
        const subs = subStages.map((sub) => ({
          key: sub.key,
          title: sub.title,
          people: places.get(`${lifecycle}:${placeKey({ stage, subStage: sub.key })}`) ?? 0,
        }));
        const plain = places.get(`${lifecycle}:${stage}`) ?? 0;
        return {
          lifecycle,
          stage,
          title,
          people: subs.reduce((sum, { people }) => sum + people, plain),
          subStages: subs,
        };
      }),
    );
  }

  private daily(days: number): Promise<{ day: string; events: number; people: number }[]> {
    const { warehouse, zone, now } = this.tools;
    const from = zone.startOf(zone.dayOf(now()) - days + 1);
    const sql = `SELECT toString(toDate(at, {zone:String})) AS day, count() AS events, uniqExact(profile) AS people
      FROM person_events WHERE at >= fromUnixTimestamp64Milli({from:Int64}) GROUP BY day ORDER BY day`;
    return warehouse.rows(sql, { from, zone: zone.name });
  }

  private async pipeline(): Promise<Overview['pipeline']> {
    const { pendingRows, oldestMs } = this.tools.appender.status();
    const [row] = await this.tools.dataSource.query<{ n: number }[]>(
      'SELECT COUNT(*) AS n FROM profile WHERE due_at <= ?',
      [this.tools.now()],
    );
    return { pendingRows, oldestPendingMs: oldestMs, pendingTimers: row!.n };
  }
}
