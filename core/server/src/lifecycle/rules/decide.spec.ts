import { describe, expect, it } from '@jest/globals';
import type { LifecycleDefinition, Stage } from '@perennial/contract';
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

  it('stays while the condition of staying holds, though that of entering does not: hysteresis', () => {
    const calm: LifecycleDefinition = {
      ...lifecycle,
      stages: lifecycle.stages.map((stage) =>
        stage.key === 'middle' ? { ...stage, stay: { tag: 'points', test: { op: 'gte', value: 3 } } } : stage,
      ),
    };
    const from = (stage: string, points: number) => decide(calm, at(stage, 0), facts(points, 8 * DAY)).stage;
    expect([from('low', 4), from('middle', 4), from('middle', 2), from('low', 5)]).toEqual([
      'low',
      'middle',
      'low',
      'middle',
    ]);
  });

  it('keeps out whom a guard vetoes, says which, and keeps in who is in', () => {
    const veto = { tag: 'points', test: { op: 'is', value: 7 } } as const;
    const guarded: LifecycleDefinition = {
      ...lifecycle,
      stages: lifecycle.stages.map((stage) =>
        stage.key === 'middle'
          ? { ...stage, guards: [{ key: 'seven', veto, message: { zh: '七', en: 'seven' } }] }
          : stage,
      ),
    };
    expect(decide(guarded, at('low', 0), facts(7, 0))).toEqual({
      stage: 'low',
      vetoed: { stage: 'middle', guard: 'seven' },
    });
    expect(decide(guarded, at('low', 0), facts(8, 0))).toEqual({ stage: 'middle' });
    expect(decide(guarded, at('middle', 0), facts(7, 0))).toEqual({ stage: 'middle' });
  });

  it('does not enter again before the cool-down is over, or never', () => {
    const cooling = (rest: object): LifecycleDefinition => ({
      ...lifecycle,
      stages: lifecycle.stages.map((stage) => (stage.key === 'middle' ? { ...stage, ...rest } : stage)),
    });
    const left = { ...at('low', 0), left: { middle: 2 * DAY } };
    expect(decide(cooling({ coolDownDays: 5 }), left, facts(6, 3 * DAY))).toEqual({ stage: 'low', due: 7 * DAY });
    expect(decide(cooling({ coolDownDays: 5 }), left, facts(6, 7 * DAY))).toEqual({ stage: 'middle' });
    expect(decide(cooling({ reEntry: 'never' }), left, facts(6, 999 * DAY))).toEqual({ stage: 'low' });
  });

  it('finds what is wrong with a definition, by place, and says what to do', () => {
    const odd = { key: 'odd', title: { zh: '怪', en: 'Odd' }, next: ['nowhere'] };
    const said = (definition: LifecycleDefinition, tags: string[]) =>
      definitionProblems(definition, new Set(tags)).map(({ path, message }) => `${path}: ${message.en}`);
    expect(said({ ...lifecycle, initial: 'none', stages: [...lifecycle.stages, odd] }, [])).toEqual([
      'initial: the initial stage none does not exist',
      'stages.3.next.0: odd leads to nowhere, which does not exist',
      'stages.0.when: tag points is read and does not exist',
      'stages.1.when: tag points is read and does not exist',
      'stages.2.when: low has no condition and can never be entered',
      'stages.3.when: odd has no condition and can never be entered',
    ]);
    const [high, middle, low] = lifecycle.stages as [Stage, Stage, Stage];
    const closed = { ...lifecycle, stages: [{ ...high, next: ['low'] }, middle, { ...low, next: ['high'] }] };
    expect(said(closed, ['points'])).toEqual(['stages.1: no way leads from low to middle; let some stage lead there']);
    const guarded = { ...middle, guards: [{ key: 'g', veto: middle.when!, message: { zh: '否', en: 'no' } }] };
    expect(said({ ...lifecycle, stages: [high, guarded, low] }, ['points'])).toEqual([
      'stages.1.guards.0: this guard forbids whoever fulfils the condition, so that middle can never be entered',
    ]);
    const always: Stage = { ...high, when: { all: [] } };
    expect(said({ ...lifecycle, stages: [always, middle, low] }, ['points'])[0]).toMatch(/always holds/);
    expect(said(FIVE_STAGES, ['orders_total', 'orders_365d', 'spend_365d', 'last_contact_at', 'intent'])).toEqual([]);
  });
});
