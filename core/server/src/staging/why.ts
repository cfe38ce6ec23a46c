import { PlatformError, placeKey, type StageReason, type Text, type TransitionReason } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import type { Titles } from '../definition/index.js';
import type { Definitions } from '../fold/definitions.js';
import { conditionsOf } from '../lifecycle/index.js';
import type { Profiles } from '../profile/profiles.js';
import type { ProfileState } from '../profile/state.js';
import { loadStates } from '../profile/store/profile.store.js';
import { earliest, referencesOf } from '../tag/index.js';
import type { Zone } from '../time/zone.js';
import { COUNTS, type Warehouse } from '../warehouse/index.js';
import { traceStages } from './rules/trace.js';
import { absent, STAGING } from './staging.errors.js';

interface Tools {
  dataSource: DataSource;
  warehouse: Warehouse;
  definitions: Definitions;
  profiles: Profiles;
  titles: () => Titles;
  zone: Zone;
  now: () => number;
}

const say = (zh: string, en: string): Text => ({ zh, en });

/** Why a person stands in a stage: how they came there, what holds them there, and when time alone may change it. */
export class StageReasons {
  constructor(private readonly tools: Tools) {}

  /** Throws `LIFECYCLE_ABSENT`, `PROFILE_ABSENT`, and `LIFECYCLE_PLACE_ABSENT` for whoever stands nowhere in it yet. */
  async why(key: string, profile: string): Promise<StageReason> {
    const { definitions, profiles, dataSource, titles, zone, now } = this.tools;
    const definition = definitions.lifecycleList().find((lifecycle) => lifecycle.key === key);
    if (!definition) throw absent(key);
    const numbers = await profiles.numbersOf(profile);
    const state = (await loadStates(dataSource.manager, [numbers[0]!])).get(numbers[0]!)!;
    const place = state.places[key];
    if (!place) throw placeAbsent(key);
    const seen = {
      state,
      program: definitions.program.tags,
      definitions: new Map(definitions.tagList().map((tag) => [tag.key, tag])),
      titles: titles(),
      now: now(),
    };
    const came = await this.cameBy(key, numbers);
    const due = this.dueOf(key, state);
    return {
      place: placeKey(place),
      since: place.since,
      ...(came && { came }),
      ...(due !== undefined && { due }),
      trace: traceStages({ definition, place, dateOf: (at) => zone.dateOf(at) }, seen),
    };
  }

  /** When a condition, or a value that one reads, changes because time passes. */
  private dueOf(key: string, { places, tags }: ProfileState): number | undefined {
    const plain = this.tools.definitions.program.lifecycles.find((lifecycle) => lifecycle.key === key)!;
    const read = conditionsOf(plain).flatMap(([, condition]) => referencesOf(condition).tags);
    return earliest([places[key]?.due, ...read.map((tag) => tags[tag]?.due)]);
  }

  /** The last move in the lifecycle; absent while history has not got it yet. */
  private async cameBy(key: string, numbers: number[]): Promise<StageReason['came']> {
    const [move] = await this.tools.warehouse.rows<{ at: number; reason: string }>(
      `SELECT toUnixTimestamp64Milli(at) AS at, reason FROM moves
       WHERE profile IN {numbers:Array(UInt32)} AND ${COUNTS} AND lifecycle = {key:String} ORDER BY moves.at DESC, seq DESC LIMIT 1`,
      { numbers, key },
    );
    if (!move) return undefined;
    const reason = JSON.parse(move.reason) as TransitionReason;
    const event = reason.cause === 'event' && reason.ref ? await this.eventOf(reason.ref, numbers) : undefined;
    return { at: move.at, text: causeWords(reason, event?.name), ...(event && { event }) };
  }

  private async eventOf(id: string, numbers: number[]): Promise<{ id: string; name: string; at: number } | undefined> {
    const [event] = await this.tools.warehouse.rows<{ id: string; name: string; at: number }>(
      `SELECT event_id AS id, name, toUnixTimestamp64Milli(at) AS at FROM events
       WHERE profile IN {numbers:Array(UInt32)} AND ${COUNTS} AND event_id = {id:String} LIMIT 1`,
      { numbers, id },
    );
    return event;
  }
}

function causeWords({ cause, definitionVersion }: TransitionReason, event: string | undefined): Text {
  switch (cause) {
    case 'event':
      return event
        ? say(`因事件“${event}”进入`, `came by the event “${event}”`)
        : say('因事件进入', 'came by an event');
    case 'time':
      return say('因时间推移进入', 'came because time passed');
    case 'merge':
      return say('因客户合并进入', 'came because two people became one');
    case 'definition':
      return say(`因规则第 ${definitionVersion} 版进入`, `came by version ${definitionVersion} of the rules`);
  }
}

const placeAbsent = (key: string): PlatformError =>
  new PlatformError(STAGING.PLACE_ABSENT, `this person stands nowhere in lifecycle ${key} yet`, {
    kind: 'absent',
    details: { key },
  });
