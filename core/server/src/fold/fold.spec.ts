import { describe, expect, it } from '@jest/globals';
import type { JsonObject, Stage, TagDefinition } from '@perennial/contract';
import { FIVE_STAGES, plainLifecycle } from '../lifecycle/index.js';
import { emptyState, nextDue, type ProfileState } from '../profile/state.js';
import { profileRow } from '../ingest/rules/rows.js';
import { profileView } from '../profile/profile.view.js';
import { compileTags, factsOf, TAG_LIBRARY, type Hidden } from '../tag/index.js';
import { DAY, Zone } from '../time/zone.js';
import { advance, applyEvent, believing, mergeStates, noEffects, type FoldEvent, type Program } from './fold.js';

const zone = new Zone('Asia/Shanghai');
const hidden: Hidden = new Map();
const fiveStages = plainLifecycle(FIVE_STAGES, hidden);
const program: Program = { tags: compileTags(TAG_LIBRARY, zone, hidden), lifecycles: [fiveStages], audiences: [] };
const start = Date.parse('2026-01-10T02:00:00Z');

const order = (day: number, total = 100, ref = `o${day}`): FoldEvent => ({
  ref,
  name: 'Order Completed',
  at: start + day * DAY,
  passedTo: 0,
  properties: { total, order_id: ref },
  traits: {},
  sourceId: 's1',
});

function live(events: FoldEvent[], until?: number): { state: ProfileState; moves: string[] } {
  const state = emptyState(1, events[0]!.at);
  const effects = noEffects();
  for (const event of events) applyEvent(state, event, program, effects);
  if (until !== undefined) advance(state, until, program, effects);
  return {
    state,
    moves: effects.moves.map((m) => `${m.from?.stage ?? '-'}>${m.to.stage}${m.to.subStage ? `/${m.to.subStage}` : ''}`),
  };
}

describe('fold', () => {
  it('moves by event: first order makes a new customer, the second an active one', () => {
    const { moves } = live([{ ...order(0), name: '$page' }, order(1), order(3)]);
    expect(moves).toEqual(['->potential', 'potential>new', 'new>active']);
  });

  it('moves by time at the instant due, in order, though nothing happens', () => {
    const { state, moves } = live([order(0)], start + 200 * DAY);
    expect(moves).toEqual(['->new', 'new>churn/at_risk', 'churn>churn/dormant', 'churn>churn/lost']);
    expect(state.places['default']).toMatchObject({ stage: 'churn', since: start + 45 * DAY });
  });

  it('records the reason of a move: cause, event and the tag values that were read', () => {
    const state = emptyState(1, start);
    const effects = noEffects();
    applyEvent(state, order(0), program, effects);
    expect(effects.moves[0]!.reason).toEqual({
      cause: 'event',
      ref: 'o0',
      definitionVersion: 2,
      tags: { orders_total: 1 },
    });
  });

  it('takes three campaigns without an answer, or interest that fades, as signs of leaving', () => {
    const act = (day: number, name: string): FoldEvent => ({
      ...order(day),
      ref: `${name}${day}`,
      name,
      properties: {},
    });
    const sent = [order(0), act(1, 'Message Sent'), act(11, 'Message Sent'), act(21, 'Message Sent')];
    expect(live(sent, start + 44 * DAY).moves.at(-1)).toBe('new>churn/at_risk');
    expect(live([...sent, act(22, 'Message Clicked')], start + 44 * DAY).moves).toEqual(['->new']);
    const looked = [0, 1, 2, 3, 4, 5].map((day) => act(day, 'Product Viewed'));
    const still = [10, 20, 30, 39].map((day) => act(day, 'Page Viewed'));
    expect(live([order(0), ...looked, ...still], start + 40 * DAY).moves.at(-1)).toBe('new>churn/at_risk');
    expect(live([order(0), ...looked, ...still, act(40, 'Product Viewed')]).state.places['default']?.stage).toBe('new');
  });

  it('tells leads apart by intent', () => {
    const lead = { ...order(0), name: 'Lead Submitted', properties: {} };
    const { moves, state } = live([{ ...order(0), name: '$page' }, lead], start + 60 * DAY);
    expect(moves).toEqual(['->potential', 'potential>potential/high_intent', 'potential>potential']);
    expect(state.places['default']?.subStage).toBeUndefined();
  });

  it('null takes a trait away for everybody who asks, and an older value that comes late does not bring it back', () => {
    const say = (day: number, city: string | null): FoldEvent => ({
      ...order(day),
      name: '$identify',
      traits: { city },
    });
    const statements = [say(0, '成都'), say(2, null), say(1, '上海')];
    const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]; // prettier-ignore
    for (const arrival of orders) {
      const { state } = live(arrival.map((at) => statements[at]!));
      expect(factsOf(state, state.clock).trait('city')).toBeUndefined();
      expect(profileRow(state).traits).toEqual({});
      expect(profileView(state).traits).toEqual({});
    }
    const back = live([...statements, say(3, '北京')]).state;
    expect(factsOf(back, back.clock).trait('city')).toBe('北京');
    const [one, other] = [live([say(0, '成都')]).state, live([say(2, null)]).state];
    mergeStates(one, other, program, noEffects(), 'e');
    expect(factsOf(one, one.clock).trait('city')).toBeUndefined();
  });

  it.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'])('keeps a trait named %s', (name) => {
    const traits = JSON.parse(`{"${name}":"x"}`) as JsonObject;
    const { state } = live([{ ...order(0), name: '$identify', traits }]);
    const stored = JSON.parse(JSON.stringify(state)) as ProfileState;
    expect(factsOf(stored, stored.clock).trait(name)).toBe('x');
    expect(Object.entries(profileRow(stored).traits)).toEqual([[name, '"x"']]);
    expect(Object.entries(profileView(stored).traits)).toEqual([[name, 'x']]);
    expect(factsOf(live([order(0)]).state, 0).trait(name)).toBeUndefined();
  });

  it('believes the better source of a trait whatever comes later, and the newer statement of equal ones', () => {
    const ranked = believing(program, new Map([['crm', { rank: 1 }]]));
    const say = (sourceId: string, day: number, city: string): FoldEvent => ({
      ...order(day),
      name: '$identify',
      sourceId,
      traits: { city },
    });
    const city = (events: FoldEvent[]) => {
      const state = emptyState(1, start);
      for (const event of events) applyEvent(state, event, ranked, noEffects());
      return state.traits['city']!.value;
    };
    expect(city([say('web', 0, 'Wuhan'), say('web', 1, "Xi'an")])).toBe("Xi'an");
    expect(city([say('crm', 0, 'Wuhan'), say('web', 1, "Xi'an")])).toBe('Wuhan');
    expect(city([say('web', 1, "Xi'an"), say('crm', 0, 'Wuhan')])).toBe('Wuhan');
  });

  it('decides a stage that reads a trait when the trait is stated, though no tag changes', () => {
    const title = { zh: '城', en: 'City' };
    const wuhan: Stage = { key: 'wuhan', title, when: { trait: 'city', test: { op: 'is', value: 'Wuhan' } } };
    const local = { key: 'local', title, version: 1, initial: 'away', stages: [wuhan, { key: 'away', title }] };
    const identify = (day: number, city: string): FoldEvent => ({ ...order(day), name: '$identify', traits: { city } });
    const state = emptyState(1, start);
    const effects = noEffects();
    for (const event of [identify(0, "Xi'an"), identify(1, 'Wuhan'), identify(2, "Xi'an")])
      applyEvent(state, event, { ...program, lifecycles: [local] }, effects);
    expect(effects.moves.map(({ to, at }) => [to.stage, at])).toEqual([
      ['away', start],
      ['wuhan', start + DAY],
      ['away', start + 2 * DAY],
    ]);
  });

  it('counts a late event into its own day without turning time back', () => {
    const { state } = live([order(100), order(20, 50, 'late')]);
    expect(state.clock).toBe(start + 100 * DAY);
    expect(state.tags['spend_total']!.value).toBe(150);
    expect(state.firstSeenAt).toBe(start + 20 * DAY);
    expect(state.tags['first_purchase_at']!.value).toBe(start + 20 * DAY);
  });

  it('lets a value leave a sliding window at midnight of the zone, by time alone', () => {
    const { state } = live([order(0), order(10)]);
    expect(state.tags['orders_365d']!.value).toBe(2);
    const leaves = zone.startOf(zone.dayOf(start) + 365);
    advance(state, leaves - 1, program, noEffects());
    expect(state.tags['orders_365d']!.value).toBe(2);
    advance(state, leaves, program, noEffects());
    expect(state.tags['orders_365d']!.value).toBe(1);
  });

  it('gives the same aggregates whether events came as one person or as two that were merged', () => {
    const together = live([order(0, 10.1), order(1, 20.2), order(2, 30.3)]).state;
    const left = live([order(0, 10.1), order(2, 30.3)]).state;
    const right = live([order(1, 20.2)]).state;
    mergeStates(left, { ...right, id: 2 }, program, noEffects(), 'm');
    const values = (state: ProfileState) =>
      Object.fromEntries(Object.entries(state.tags).map(([key, tag]) => [key, tag.value]));
    expect(values(left)).toEqual(values(together));
    expect(left.cells).toEqual(together.cells);
    expect(left.tags['spend_total']!.value).toBe(60.6);
  });

  it('changes nothing when time passes and nothing is due', () => {
    const { state } = live([order(0), order(3)]);
    const before = structuredClone(state);
    advance(state, nextDue(state)! - 1, program, noEffects());
    expect({ ...state, clock: 0 }).toEqual({ ...before, clock: 0 });
  });

  it('computes equal measurements of many tags once', () => {
    const twin: TagDefinition = { ...TAG_LIBRARY.find((tag) => tag.key === 'orders_365d')!, key: 'twin' };
    expect(compileTags([...TAG_LIBRARY, twin], zone, hidden).cells.size).toBe(program.tags.cells.size);
  });

  it('is not held up by what fell due and is no longer defined', () => {
    const { state } = live([order(0)]);
    state.tags['~gone'] = { value: 1, version: 1, at: start, evidence: 'o0', due: start + DAY };
    state.places['retired'] = { stage: 'a', since: start, version: 1, due: start + 2 * DAY };
    advance(state, start + 3 * DAY, program, noEffects());
    expect([state.tags['~gone'], state.places['retired'], state.clock]).toEqual([
      undefined,
      undefined,
      start + 3 * DAY,
    ]);
  });
});
