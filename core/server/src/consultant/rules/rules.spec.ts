import { describe, expect, it } from '@jest/globals';
import type { Happening } from '../../activation/index.js';
import { emptyState } from '../../profile/state.js';
import { Zone } from '../../time/zone.js';
import { dueAt, isWithin } from './hours.js';
import { shopOf, wishesOf, type PlanningRule } from './plan.js';
import { twins } from './twins.js';

const shanghai = new Zone('Asia/Shanghai');
const at = (text: string) => Date.parse(`${text}+08:00`);
const HOURS = { days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' };

describe('working hours', () => {
  it('know day and time in the platform’s zone', () => {
    expect(isWithin(HOURS, at('2026-11-25T09:00:00'), shanghai)).toBe(true);
    expect(isWithin(HOURS, at('2026-11-25T18:00:00'), shanghai)).toBe(false);
    expect(isWithin(HOURS, at('2026-11-28T12:00:00'), shanghai)).toBe(false);
    expect(isWithin(undefined, at('2026-11-28T03:00:00'), shanghai)).toBe(true);
  });

  it('let an SLA rest over night and over the weekend', () => {
    expect(dueAt(at('2026-11-25T10:00:00'), 30, HOURS, shanghai)).toBe(at('2026-11-25T10:30:00'));
    expect(dueAt(at('2026-11-25T17:50:00'), 30, HOURS, shanghai)).toBe(at('2026-11-26T09:20:00'));
    expect(dueAt(at('2026-11-27T17:59:00'), 2, HOURS, shanghai)).toBe(at('2026-11-30T09:01:00'));
    expect(dueAt(at('2026-11-28T12:00:00'), 600, HOURS, shanghai)).toBe(at('2026-12-01T10:00:00'));
    expect(dueAt(at('2026-11-25T23:00:00'), 60, undefined, shanghai)).toBe(at('2026-11-26T00:00:00'));
  });
});

describe('planning', () => {
  const NOW = at('2026-11-25T10:00:00');
  const rule: PlanningRule = { id: 'r', cause: { on: 'stage.moved', lifecycle: 'l', to: 'hot' }, withdraws: true };
  const moved = (to: string, when = NOW) => ({
    profile: 1,
    happening: {
      on: 'stage.moved',
      move: { lifecycle: 'l', from: undefined, to: { stage: to, since: when }, at: when },
    } as Happening,
  });
  const states = new Map([[1, emptyState(1, 0)]]);
  const wishes = (...happenings: ReturnType<typeof moved>[]) =>
    wishesOf([rule], happenings, states, NOW).map(({ kind }) => kind);

  it('takes the last word of a batch', () => {
    expect(wishes(moved('hot'))).toEqual(['enter']);
    expect(wishes(moved('hot'), moved('cold'))).toEqual(['leave']);
    expect(wishes(moved('cold'), moved('hot'), moved('hot'))).toEqual(['enter']);
  });

  it('makes nothing of history that is being loaded, but lets go of whoever has left', () => {
    expect(wishes(moved('hot', NOW - 7_200_000))).toEqual([]);
    expect(wishes(moved('cold', NOW - 7_200_000))).toEqual(['leave']);
  });

  it('reads a shop from a tag or a trait, and nothing from what is no key', () => {
    const state = emptyState(1, 0);
    state.traits['shop'] = { value: ' s1 ', at: 0, sourceId: 'x' };
    state.traits['number'] = { value: 7, at: 0, sourceId: 'x' };
    state.traits['long'] = { value: 'x'.repeat(65), at: 0, sourceId: 'x' };
    expect(['shop', 'number', 'long', 'absent'].map((trait) => shopOf({ trait }, state))).toEqual(['s1', '7', '', '']);
    expect(shopOf({ tag: 'shop' }, state)).toBe('');
  });
});

it('of two open assignments that a merge made one person’s, the one that has come furthest stays', () => {
  const row = (id: number, status: 'waiting' | 'open' | 'contacted' | 'closed', rule_id = 'r') => ({
    id,
    rule_id,
    profile_id: 1,
    status,
  });
  const pairs = twins([row(1, 'waiting'), row(2, 'contacted'), row(3, 'open'), row(4, 'closed'), row(5, 'open', 'q')]);
  expect(pairs.map(({ kept, dropped }) => [kept.id, dropped.id])).toEqual([
    [2, 3],
    [2, 1],
  ]);
});
