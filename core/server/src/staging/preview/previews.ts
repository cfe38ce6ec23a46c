import type { LifecycleDefinition, LifecyclePreview, StagePeople } from '@perennial/contract';
import type { RuleQueries } from '../../audience/index.js';
import type { Definitions } from '../../fold/definitions.js';
import { publicId } from '../../profile/profile.id.js';
import type { Zone } from '../../time/zone.js';
import { LIVING_PROFILES, Params, type Warehouse } from '../../warehouse/index.js';
import type { Publishing } from '../publishing.js';
import { decideQuery } from './decide.sql.js';
import { SideBySide, type LivedEvent } from './lives.js';

interface Tools {
  warehouse: Warehouse;
  definitions: Definitions;
  queries: RuleQueries;
  publishing: Publishing;
  zone: Zone;
  now: () => number;
}

/** People whose whole history is lived again, and events that this may take. */
const PEOPLE = 2_000;
const EVENTS = 200_000;
export const EXAMPLES = 5;

/** What a version of a lifecycle would do, before it is in force. */
export class LifecyclePreviews {
  constructor(private readonly tools: Tools) {}

  async preview(definition: LifecycleDefinition): Promise<LifecyclePreview> {
    this.tools.publishing.demandRight(definition);
    const began = performance.now();
    const now = await this.today(definition);
    const history = await this.past(definition);
    return { now, history, ms: Math.round(performance.now() - began) };
  }

  /** Exactly, for everybody: where each stands, and where she would. */
  async today(definition: LifecycleDefinition): Promise<LifecyclePreview['now']> {
    const params = new Params();
    const sql = `SELECT before AS from, after AS to, count() AS people, groupArray(${EXAMPLES})(profile) AS examples
      FROM (${decideQuery(definition, this.tools.queries.contextOf(params))}) GROUP BY from, to ORDER BY people DESC, from, to`;
    const rows = await this.tools.warehouse.rows<Flow>(sql, params.values);
    return foretold(rows);
  }

  /** Both versions over the lives of an even share of the people; always the same people. */
  private async past(definition: LifecycleDefinition): Promise<LifecyclePreview['history']> {
    const { warehouse, definitions, zone, now } = this.tools;
    const [row] = await warehouse.rows<{ people: number; events: number }>(
      `SELECT count() AS people, sum(events) AS events FROM ${LIVING_PROFILES}`,
    );
    const { people, events } = row!;
    const share = Math.max(1, Math.ceil(people / PEOPLE), Math.ceil(events / EVENTS));
    const inForce = definitions.lifecycleList();
    const before = inForce.find(({ key }) => key === definition.key) ?? definition;
    const others = inForce.filter(({ key }) => key !== definition.key);
    const both = new SideBySide({ before, after: definition, others }, definitions.tagList(), zone, now());
    const lived = await warehouse.rows<LivedEvent>(
      `SELECT profile, toUnixTimestamp64Milli(at) AS at, name, type, source_id, toUnixTimestamp64Milli(passed_to) AS passed_to, properties, traits
       FROM person_events WHERE intHash32(profile) % {share:UInt32} = 0 ORDER BY profile, seq`,
      { share },
    );
    for (const life of livesOf(lived)) both.live(life);
    return both.result(people);
  }
}

export interface Flow {
  from: string;
  to: string;
  people: number;
  examples: number[];
}

/** What becomes of everybody, from how many go from where to where. */
export function foretold(rows: readonly Flow[]): LifecyclePreview['now'] {
  const moving = rows.filter(({ from, to }) => from !== to);
  return {
    before: peopleBy(rows, ({ from }) => from),
    after: peopleBy(rows, ({ to }) => to),
    moving: moving.reduce((sum, { people }) => sum + people, 0),
    flows: moving.map((flow) => ({ ...flow, examples: flow.examples.map(publicId) })),
  };
}

function* livesOf(events: readonly LivedEvent[]): Generator<LivedEvent[]> {
  for (let from = 0, to = 0; from < events.length; from = to) {
    while (to < events.length && events[to]!.profile === events[from]!.profile) to += 1;
    yield events.slice(from, to);
  }
}

function peopleBy(rows: readonly Flow[], placeOf: (flow: Flow) => string): StagePeople {
  const people: StagePeople = {};
  for (const flow of rows) {
    const stage = placeOf(flow).split('/')[0]!;
    if (stage !== '') people[stage] = (people[stage] ?? 0) + flow.people;
  }
  return people;
}
