import { describe, expect, it } from '@jest/globals';
import type { LifecycleDefinition } from '@perennial/contract';
import { DAY } from '../../time/zone.js';
import { FIVE_STAGES } from '../library/five-stages.js';
import { decide } from './decide.js';
import { definitionProblems } from './validate.js';

const lifecycle: LifecycleDefinition = {
  key: 'x',
  title: { zh: '测', en: 'X' },
  version: 1,
  initial: 'low',
  stages: [
    {
      key: 'high',
      title: { zh: '高', en: 'High' },
      when: { tag: 'points', test: { op: 'gte', value: 10 } },
      minimumStayDays: 7,
      next: ['middle'],
    },
    { key: 'middle', title: { zh: '中', en: 'Middle' }, when: { tag: 'points', test: { op: 'gte', value: 5 } } },
    { key: 'low', title: { zh: '低', en: 'Low' } },
  ],
};
const facts = (points: number, now: number) => ({
  tag: () => points,
  trait: () => undefined,
  stage: () => undefined,
  now,
});
const at = (stage: string, since: number) => ({ stage, since, version: 1 });

describe('deciding a stage', () => {
  it('takes the first stage whose condition holds, else the initial one', () => {
    expect([20, 7, 1].map((points) => decide(lifecycle, undefined, facts(points, 0)).stage)).toEqual([
      'high',
      'middle',
      'low',
    ]);
  });

  it('does not leave before the minimum stay is over, and asks to be looked at then', () => {
    expect(decide(lifecycle, at('high', 0), facts(1, 3 * DAY))).toEqual({ stage: 'high', due: 7 * DAY });
  });

  it('goes only where the stage leads: from high to middle, never to low', () => {
    expect(decide(lifecycle, at('high', 0), facts(7, 8 * DAY)).stage).toBe('middle');
    expect(decide(lifecycle, at('high', 0), facts(1, 8 * DAY)).stage).toBe('high');
  });

  it('finds what is wrong with a definition, in sentences', () => {
    const broken = {
      ...lifecycle,
      initial: 'none',
      stages: [...lifecycle.stages, { key: 'odd', title: { zh: '怪', en: 'Odd' }, next: ['nowhere'] }],
    };
    expect(definitionProblems(broken, new Set())).toEqual([
      'the initial stage none does not exist',
      'odd leads to nowhere, which does not exist',
      'low has no condition and can never be entered',
      'odd has no condition and can never be entered',
      'tag points is read and does not exist',
    ]);
    expect(
      definitionProblems(FIVE_STAGES, new Set(['orders_total', 'orders_365d', 'spend_365d', 'last_contact_at'])),
    ).toEqual([]);
  });
});
