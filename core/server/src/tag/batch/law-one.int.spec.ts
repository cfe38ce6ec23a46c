import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json, TagDefinition } from '@perennial/contract';
import fc from 'fast-check';
import { advance, applyEvent, beginState, mergeStates, noEffects, type Program } from '../../fold/fold.js';
import { profileRow } from '../../ingest/rules/rows.js';
import { emptyState, type ProfileState } from '../../profile/state.js';
import { Zone } from '../../time/zone.js';
import { openTestWarehouse, type TestWarehouse } from '../../warehouse/fixture/engine.fixture.js';
import { RELOAD_ALIASES, type EventRow } from '../../warehouse/index.js';
import { BEGIN, definitions, instant, stream, type StreamEvent } from '../fixture/arbitrary.fixture.js';
import { compileTags } from '../rules/program.js';
import { valuesQuery } from './program.sql.js';
import { readJson } from './value.sql.js';

const zone = new Zone('Asia/Shanghai');
const TAGS = 25;
const PEOPLE = 20;
/** 25 tags of 20 people at two instants, so one run is 1,000 cases. */
const RUNS = Number(process.env['PERENNIAL_LAW_RUNS'] ?? 10);

interface Life {
  events: StreamEvent[];
  /** The person joins the one before, once these events have arrived. */
  joins: boolean;
}
const life: fc.Arbitrary<Life> = fc.record({
  events: stream,
  joins: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
});

describe('law 1: one definition, two engines, one answer', () => {
  let test: TestWarehouse;
  let [people, seq] = [0, 0];
  beforeAll(async () => {
    test = await openTestWarehouse();
    await test.warehouse.ready();
  }, 30_000);
  afterAll(() => test.close());

  /** Lives every life event by event, and puts the same into history. */
  async function live(program: Program, lives: Life[], now: number): Promise<ProfileState[]> {
    const [states, rows, aliases]: [ProfileState[], EventRow[], object[]] = [[], [], []];
    for (const { events, joins } of lives) {
      const state = emptyState((people += 1), BEGIN);
      if (events.length === 0) beginState(state, program, noEffects(), 'e');
      for (const event of events) {
        applyEvent(state, { ...event, ref: 'e', sourceId: event.source, passedTo: event.at }, program, noEffects());
        rows.push(rowOf(state.id, (seq += 1), event));
      }
      const before = states.at(-1);
      if (joins && before) {
        mergeStates(before, state, program, noEffects(), 'm');
        aliases.push({ src: state.id, dst: before.id, revision: seq });
      } else states.push(state);
    }
    for (const state of states) advance(state, now, program, noEffects());
    await insert('events', rows);
    await insert('profiles', states.map(profileRow));
    await insert('aliases', aliases);
    await test.warehouse.command(RELOAD_ALIASES);
    return states;
  }

  async function insert(table: string, rows: object[]): Promise<void> {
    if (rows.length === 0) return;
    await test.warehouse.insert(table, rows.map((row) => JSON.stringify(row)).join('\n'), `${table} ${(seq += 1)}`);
  }

  async function inBatch(program: Program, tags: TagDefinition[], states: ProfileState[], now: number) {
    const keys = tags.map(({ key }) => key);
    const { sql, params } = valuesQuery(program.tags, keys, now, zone);
    const first = states[0]!.id;
    const rows = await test.warehouse.rows<{ profile: number } & Record<string, string>>(
      `SELECT * FROM (${sql}) WHERE profile >= {first:UInt32} ORDER BY profile`,
      { ...params, first },
    );
    return rows.map((row) => keys.map((key, i) => `${key} ${show(readJson(row[`v${i}`]!))}`));
  }

  it('the value kept event by event equals the value computed in batch, whatever the definition and the stream', async () => {
    const property = fc.asyncProperty(
      definitions(TAGS),
      fc.array(life, { minLength: 1, maxLength: PEOPLE, size: 'max' }),
      instant(200),
      async (tags, lives, later) => {
        const program: Program = { tags: compileTags(tags, zone), lifecycles: [], audiences: [] };
        const last = Math.max(BEGIN, ...lives.flatMap(({ events }) => events.map(({ at }) => at)));
        const states = await live(program, lives, last);
        expect(await inBatch(program, tags, states, last)).toEqual(states.map((state) => held(state, tags)));
        const now = Math.max(last, later);
        for (const state of states) {
          advance(state, now, program, noEffects());
          state.revision += 1;
        }
        // What a rule that no longer matches gave last stands on the snapshot, which a timer writes like an event does.
        await insert('profiles', states.map(profileRow));
        expect(await inBatch(program, tags, states, now)).toEqual(states.map((state) => held(state, tags)));
      },
    );
    await fc.assert(property, { numRuns: RUNS, endOnFailure: process.env['PERENNIAL_LAW_RUNS'] !== undefined });
  }, 600_000);
});

const held = (state: ProfileState, tags: TagDefinition[]): string[] =>
  tags.map(({ key }) => `${key} ${show(state.tags[key]?.value)}`);

const show = (value: Json | undefined): string => JSON.stringify(value) ?? 'none';

const rowOf = (profile: number, seq: number, { name, at, properties, traits, source }: StreamEvent): EventRow => ({
  seq,
  event_id: `e${seq}`,
  profile,
  at,
  received_at: at,
  source_id: source,
  type: 'track',
  name,
  properties: JSON.stringify(properties),
  traits: JSON.stringify(traits),
  context: '{}',
  identifiers: [],
  passed_to: 0,
});
