import {
  PlatformError,
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
import type { Definitions } from '../fold/definitions.js';
import type { Profiles } from '../profile/profiles.js';
import type { Zone } from '../time/zone.js';
import type { Destinations } from '../activation/index.js';
import type { Sources } from '../source/index.js';
import type { TagColumns, Warehouse } from '../warehouse/index.js';
import { readPaths, readRetention } from './behaviour.js';
import { readBoard } from './board.js';
import { readJourney, withTitles } from './journey.js';
import { readStage } from './stage.js';
import { readDwell, readFunnel, readMatrix } from './stays.js';

interface Tools {
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

  board(key: string, days: number): Promise<LifecycleBoard> {
    return readBoard(this.find(key), days, this.tools);
  }

  stage(key: string, stageKey: string, days: number): Promise<StageDetail> {
    const lifecycle = this.find(key);
    const stage = lifecycle.stages.find((one) => one.key === stageKey);
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
  matrix(key: string, from: string, to: string): Promise<FlowMatrix> {
    this.find(key);
    return readMatrix(this.tools.warehouse, key, this.endOf(from), this.endOf(to));
  }

  dwell(key: string, days: number): Promise<Dwell> {
    this.find(key);
    return readDwell(this.tools.warehouse, key, this.daysAgo(days));
  }

  funnel(key: string, days: number): Promise<StageFunnel> {
    this.find(key);
    return readFunnel(this.tools.warehouse, key, this.daysAgo(days));
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
    return this.tools.zone.startOf(Date.parse(`${day}T00:00:00Z`) / DAY_MS + 1);
  }

  private find(key: string): LifecycleDefinition {
    const found = this.tools.definitions.lifecycleList().find((lifecycle) => lifecycle.key === key);
    if (found) return found;
    throw new PlatformError('LIFECYCLE_ABSENT', `there is no lifecycle ${key}`, { kind: 'absent', details: { key } });
  }
}
