import {
  PlatformError,
  readDay,
  type Dwell,
  type FlowMatrix,
  type Journey,
  type LifecycleBoard,
  type LifecycleDefinition,
  type Paths,
  type Retention,
  type StageDetail,
  type StageFunnel,
} from '@perennial/contract';
import type { DataSource } from 'typeorm';
import type { Definitions } from '../fold/definitions.js';
import type { Profiles } from '../profile/profiles.js';
import type { Zone } from '../time/zone.js';
import type { Destinations } from '../activation/index.js';
import type { Sources } from '../source/index.js';
import type { TagColumns, Warehouse } from '../warehouse/index.js';
import { readPaths, readRetention } from './behaviour.js';
import { readBoard } from './board.js';
import { readJourney, withTitles } from './journey.js';
import { placesOf } from './moves.sql.js';
import { readStage } from './stage.js';
import { readDwell, readFunnel, readMatrix, type Asked } from './stays.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  definitions: Definitions;
  profiles: Profiles;
  columns: TagColumns;
  sources: Sources;
  destinations: Destinations;
  zone: Zone;
  now: () => number;
}

const DAY_MS = 86_400_000;

/** What managers ask of history, all from the warehouse. Days are those of the platform's time zone. */
export class Analysis {
  constructor(private readonly tools: Tools) {}

  async board(key: string, days: number): Promise<LifecycleBoard> {
    const { definition, places } = await this.find(key);
    return readBoard(definition, days, places, this.tools);
  }

  async stage(key: string, stageKey: string, days: number): Promise<StageDetail> {
    const lifecycle = await this.find(key);
    const stage = lifecycle.definition.stages.find((one) => one.key === stageKey);
    if (!stage)
      throw new PlatformError('LIFECYCLE_STAGE_ABSENT', `lifecycle ${key} has no stage ${stageKey}`, {
        kind: 'absent',
        details: { key, stage: stageKey },
      });
    const { warehouse, columns, zone, now, definitions } = this.tools;
    const tags = new Map(definitions.tagList().map((tag) => [tag.key, tag]));
    return readStage(lifecycle, stage, days, { warehouse, columns, zone, now, tags });
  }

  /** Days as `2026-11-24`; where people stood at their ends. */
  async matrix(key: string, from: string, to: string): Promise<FlowMatrix> {
    return readMatrix(this.tools.warehouse, await this.find(key), this.endOf(from), this.endOf(to));
  }

  async dwell(key: string, days: number): Promise<Dwell> {
    return readDwell(this.tools.warehouse, await this.find(key), this.daysAgo(days));
  }

  async funnel(key: string, days: number): Promise<StageFunnel> {
    return readFunnel(this.tools.warehouse, await this.find(key), this.daysAgo(days));
  }

  retention(event: string, months: number): Promise<Retention> {
    const { zone, now, warehouse } = this.tools;
    const today = new Date(zone.dayOf(now()) * DAY_MS);
    const first = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - months + 1, 1) / DAY_MS;
    return readRetention(warehouse, event, zone.startOf(first), zone.name);
  }

  paths(goal: string, steps: number, days: number): Promise<Paths> {
    return readPaths(this.tools.warehouse, goal, steps, this.daysAgo(days));
  }

  async journey(id: string, days: number): Promise<Journey> {
    const { profiles, warehouse, zone, sources, destinations } = this.tools;
    const journey = await readJourney(warehouse, await profiles.numbersOf(id), this.daysAgo(days), zone.name);
    const titles = new Map(
      [...(await sources.list()), ...(await destinations.list())].map((one) => [one.id, one.title]),
    );
    return withTitles(journey, titles);
  }

  private daysAgo(days: number): number {
    const { zone, now } = this.tools;
    return zone.startOf(zone.dayOf(now()) - days + 1);
  }

  private endOf(day: string): number {
    return this.tools.zone.startOf(readDay(day)! + 1);
  }

  /** A lifecycle in force, and every place that it ever had. */
  private async find(key: string): Promise<Asked & { definition: LifecycleDefinition }> {
    const { definitions, dataSource } = this.tools;
    const definition = definitions.lifecycleList().find((lifecycle) => lifecycle.key === key);
    if (!definition)
      throw new PlatformError('LIFECYCLE_ABSENT', `there is no lifecycle ${key}`, { kind: 'absent', details: { key } });
    const rows = await dataSource.query<{ doc: string }[]>('SELECT doc FROM lifecycle_definition WHERE `key` = ?', [
      key,
    ]);
    return { key, definition, places: placesOf(rows.map(({ doc }) => JSON.parse(doc) as LifecycleDefinition)) };
  }
}
