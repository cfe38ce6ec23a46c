import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Aggregate, LifecycleDefinition, Rule, TagDefinition, Test } from '@perennial/contract';
import fc from 'fast-check';
import {
  advance,
  applyEvent,
  beginState,
  mergeStates,
  noEffects,
  type Effects,
  type Program,
} from '../../fold/fold.js';
import { profileRow } from '../../ingest/rules/rows.js';
import { plainLifecycle } from '../../lifecycle/index.js';
import { emptyState } from '../../profile/state.js';
import { compileTags, type Hidden } from '../../tag/index.js';
import {
  aggregate,
  BEGIN,
  eventFilter,
  instant,
  stream,
  window,
  type StreamEvent,
} from '../../tag/fixture/arbitrary.fixture.js';
import { Zone } from '../../time/zone.js';
import { openTestWarehouse, type TestWarehouse } from '../../warehouse/fixture/engine.fixture.js';
import { Params, RELOAD_ALIASES, TagColumns } from '../../warehouse/index.js';
import { belongs, type Person, type World } from '../fixture/naive.fixture.js';
import { ruleSql } from './rule.sql.js';

const zone = new Zone('Asia/Shanghai');
const RUNS = Number(process.env['PERENNIAL_LAW_RUNS'] ?? 12);
const RULES = 40;

const tag = (
  key: string,
  valueType: TagDefinition['valueType'],
  computation: TagDefinition['computation'],
): TagDefinition => ({
  key,
  title: { zh: key, en: key },
  category: 'behaviour',
  valueType,
  computation,
  scenario: { zh: '测试', en: 'test' },
  owner: 'test',
  onUnmatched: 'empty',
  version: 1,
});
const any = { kind: 'aggregate' as const, event: { names: ['A', 'B', 'C'] } };
const TAGS = [
  tag('times', 'number', { ...any, measure: 'count' }),
  tag('latest', 'date', { ...any, measure: 'lastAt' }),
  tag('word', 'text', { ...any, measure: 'last', property: 's' }),
  tag('kept', 'enum', { ...any, measure: 'first', property: 'n' }),
  tag('liked', 'list', { ...any, measure: 'top', property: 's', limit: 3 }),
  tag('often', 'boolean', {
    kind: 'tiers',
    tiers: [{ when: { tag: 'times', test: { op: 'gt', value: 4 } }, value: true }],
  }),
];
const LIFECYCLE: LifecycleDefinition = {
  key: 'main',
  title: { zh: '主', en: 'Main' },
  version: 1,
  initial: 'cold',
  stages: [
    {
      key: 'hot',
      title: { zh: '热', en: 'Hot' },
      when: { tag: 'times', test: { op: 'gte', value: 3 } },
      subStages: [
        { key: 'now', title: { zh: '新', en: 'Now' }, when: { tag: 'latest', test: { op: 'within', days: 7 } } },
      ],
    },
    { key: 'cold', title: { zh: '冷', en: 'Cold' } },
  ],
};

const scalar = fc.constantFrom<string | number | boolean | null>(
  0,
  1,
  3,
  5,
  -1,
  0.1,
  'x',
  'y',
  '1',
  '',
  'hot',
  true,
  false,
  null,
  19.99,
);
const test: fc.Arbitrary<Test> = fc.oneof(
  fc.record({ op: fc.constantFrom('is' as const, 'isNot' as const), value: scalar }),
  fc.record({
    op: fc.constantFrom('in' as const, 'notIn' as const),
    values: fc.array(scalar, { minLength: 1, maxLength: 25 }),
  }),
  fc.record({
    op: fc.constantFrom('gt' as const, 'gte' as const, 'lt' as const, 'lte' as const),
    value: fc.constantFrom(0, 1, 3, 4.5, 20),
  }),
  fc.record({ op: fc.constant('contains' as const), value: fc.constantFrom('x', '1', 'a') }),
  fc.record({ op: fc.constantFrom('exists' as const, 'missing' as const) }),
  fc.record({ op: fc.constantFrom('within' as const, 'olderThan' as const), days: fc.constantFrom(1, 7, 30) }),
);
const SIMPLE = ['count', 'sum', 'max', 'distinct', 'days', 'lastAt'];
const simple: fc.Arbitrary<Aggregate> = aggregate.filter(({ measure }) => SIMPLE.includes(measure));
const stages = fc.constantFrom('hot', 'hot/now', 'cold', 'none');
const stageTest: fc.Arbitrary<Test> = fc.oneof(
  fc.record({ op: fc.constantFrom('is' as const, 'isNot' as const), value: stages }),
  fc.record({
    op: fc.constantFrom('in' as const, 'notIn' as const),
    values: fc.array(stages, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ op: fc.constantFrom('exists' as const, 'missing' as const) }),
);
const { rule } = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ tag: fc.constantFrom(...TAGS.map(({ key }) => key)), test }),
    fc.record({ trait: fc.constantFrom('t', 'u'), test }),
    fc.record({ stage: fc.constant('main'), test: stageTest }),
    fc.record({ since: fc.constant('main'), test }),
    fc.record({ behaviour: simple, test }),
    fc.record({
      sequence: fc.record(
        {
          steps: fc.array(eventFilter, { minLength: 2, maxLength: 4 }),
          withinHours: fc.constantFrom(1, 24, 500, 5_000),
          without: eventFilter,
          window,
        },
        { requiredKeys: ['steps', 'withinHours'] },
      ),
    }),
    fc.record({
      moved: fc.record(
        { lifecycle: fc.constant('main'), from: stages, to: stages, window },
        { requiredKeys: ['lifecycle'] },
      ),
    }),
    fc.record({ reachable: fc.constantFrom('phone', 'email') }),
    fc.record({ consent: fc.constantFrom('sms', 'email') }),
    fc.record({ percent: fc.constantFrom(0, 10, 50, 100), salt: fc.constantFrom('', 'a') }),
    fc.record({ top: fc.record({ tag: fc.constant('times'), count: fc.constantFrom(1, 3) }) }),
    fc.record({ all: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('rule') }),
  ),
}));
const life = fc.record({
  events: stream,
  joins: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
  kinds: fc.subarray(['email', 'phone']),
});

describe('an audience is who a plain reading of all events says it is', () => {
  let warehouse: TestWarehouse;
  let columns: TagColumns;
  let [people, seq] = [0, 0];
  const hidden: Hidden = new Map();
  const lifecycles = [plainLifecycle(LIFECYCLE, hidden)];
  const program: Program = { tags: compileTags(TAGS, zone, hidden), lifecycles, audiences: [] };
  const tags = new Map(TAGS.map((one) => [one.key, one]));
  beforeAll(async () => {
    warehouse = await openTestWarehouse();
    await warehouse.warehouse.ready();
    columns = new TagColumns(warehouse.warehouse);
  }, 30_000);
  afterAll(() => warehouse.close());

  const insert = async (table: string, rows: object[]) => {
    const ndjson = rows.map((row) => JSON.stringify(row)).join('\n');
    if (rows.length > 0) await warehouse.warehouse.insert(table, ndjson, `${table} ${(seq += 1)}`);
  };

  async function world(
    lives: { events: StreamEvent[]; joins: boolean; kinds: string[] }[],
    later: number,
  ): Promise<World> {
    // The people of earlier worlds are not of this one.
    for (const table of ['events', 'profiles', 'transitions', 'aliases'])
      await warehouse.warehouse.command(`TRUNCATE TABLE ${table}`);
    const now = Math.max(later, ...lives.flatMap(({ events }) => events.map(({ at }) => at)));
    const everybody: Person[] = [];
    const [rows, aliases, transitions]: object[][] = [[], [], []];
    const note = (profile: number, person: Person, { moves }: Effects) => {
      for (const { lifecycle, from, to, at } of moves) {
        const text = (place: typeof from) =>
          place ? (place.subStage ? `${place.stage}/${place.subStage}` : place.stage) : '';
        person.moves.push({ lifecycle, from: text(from), to: text(to), at });
        transitions!.push({
          seq: (seq += 1),
          profile,
          at,
          lifecycle,
          from_stage: text(from),
          to_stage: text(to),
          reason: '{}',
        });
      }
    };
    for (const { events, joins, kinds } of lives) {
      const person: Person = { state: { ...emptyState((people += 1), BEGIN), kinds }, events: [], moves: [] };
      const { state } = person;
      const effects = noEffects();
      if (events.length === 0) beginState(state, program, effects, 'e');
      for (const event of events) {
        applyEvent(state, { ...event, ref: 'e', sourceId: event.source, passedTo: event.at }, program, effects);
        person.events.push({ ...event, seq: (seq += 1) });
        rows!.push(rowOf(state.id, seq, event));
      }
      note(state.id, person, effects);
      const before = everybody.at(-1);
      if (!joins || !before) {
        everybody.push(person);
        continue;
      }
      const merging = noEffects();
      mergeStates(before.state, state, program, merging, 'm');
      before.events.push(...person.events);
      before.moves.push(...person.moves);
      note(before.state.id, before, merging);
      aliases!.push({ src: state.id, dst: before.state.id, revision: (seq += 1) });
    }
    for (const person of everybody) {
      const effects = noEffects();
      advance(person.state, now, program, effects);
      note(person.state.id, person, effects);
    }
    await insert('events', rows!);
    await insert('transitions', transitions!);
    await insert(
      'profiles',
      everybody.map(({ state }) => profileRow(state)),
    );
    await insert('aliases', aliases!);
    await warehouse.warehouse.command(RELOAD_ALIASES);
    return { people: everybody, now, zone };
  }

  async function members(one: Rule, now: number): Promise<number[]> {
    const params = new Params();
    const sql = ruleSql(one, { now, zone, params, tags, columns, audiences: new Map() });
    const rows = await warehouse.warehouse.rows<{ profile: number }>(
      `SELECT profile FROM profiles FINAL WHERE is_deleted = 0 AND ${sql} ORDER BY profile`,
      params.values,
    );
    return rows.map(({ profile }) => profile);
  }

  it.each([['read from the map'], ['read from columns']])(
    'tags %s',
    async (how) => {
      if (how === 'read from columns') await columns.ensure(TAGS);
      const property = fc.asyncProperty(
        fc.array(life, { minLength: 1, maxLength: 12, size: 'max' }),
        fc.array(rule, { minLength: 1, maxLength: RULES, size: 'max' }),
        instant(150),
        async (lives, rules, later) => {
          const { people: everybody, now } = await world(lives, later);
          for (const one of rules) {
            const expected = everybody.filter((person) => belongs(one, person, { people: everybody, now, zone }));
            expect({ rule: one, members: await members(one, now) }).toEqual({
              rule: one,
              members: expected.map(({ state }) => state.id),
            });
          }
        },
      );
      await fc.assert(property, { numRuns: RUNS / 2, endOnFailure: process.env['PERENNIAL_LAW_RUNS'] !== undefined });
    },
    600_000,
  );
});

const rowOf = (profile: number, seq: number, { name, at, properties, traits, source }: StreamEvent) => ({
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
