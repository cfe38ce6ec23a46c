import { describe, expect, it } from '@jest/globals';
import type { Condition, LifecycleDefinition, Stage } from '@perennial/contract';
import fc from 'fast-check';
import { evaluate } from '../../tag/index.js';
import { FIVE_STAGES } from '../library/five-stages.js';
import { excludes, implies, isNever } from './implies.js';
import { reachProblems } from './reach.js';

const title = { zh: '名', en: 'Name' };
const points = (op: 'gte' | 'gt' | 'lt' | 'lte', value: number): Condition => ({ tag: 'points', test: { op, value } });
const stage = (key: string, rest: Partial<Stage> = {}): Stage => ({ key, title, ...rest });
const said = (...stages: Stage[]) => {
  const definition: LifecycleDefinition = { key: 'l', title, version: 1, initial: 'rest', stages };
  return reachProblems(definition).map(({ path, message }) => `${path}: ${message.en}`);
};
const rest = stage('rest');

describe('what may be published', () => {
  it('has no stage before which another takes everybody, unless that one may be closed', () => {
    const [low, high] = [stage('low', { when: points('gte', 2) }), stage('high', { when: points('gte', 6) })];
    expect(said(high, low, rest)).toEqual([]);
    expect(said(low, high, rest)[0]).toMatch(/^stages.1.when: whoever fulfils this goes into low first/);
    expect(said({ ...low, coolDownDays: 3 }, high, rest)).toEqual([]);
    expect(said(low, high, stage('rest', { next: ['high'] }))).toEqual([]);
    expect(said(rest, high)).toEqual(['stages.0: rest has no condition and takes everybody; put it last']);
  });

  it('has no condition that never holds, no guard that forbids everybody, no sub-stage in the shade of another', () => {
    const torn = stage('torn', { when: { all: [points('gte', 5), points('lt', 3)] } });
    expect(said(torn, rest)[0]).toMatch(/^stages.0.when: these conditions contradict/);
    const guarded = stage('guarded', {
      when: { all: [points('gte', 5), { trait: 'city', test: { op: 'is', value: 'x' } }] },
      guards: [{ key: 'g', veto: points('gt', 2), message: title }],
    });
    expect(said(guarded, rest)[0]).toMatch(/^stages.0.guards.0: whoever fulfils the condition of guarded is forbidden/);
    const subs = [3, 6].map((least) => ({ key: `s${least}`, title, when: points('gte', least) }));
    expect(said(stage('a', { when: points('gte', 1), subStages: subs }), rest)).toEqual([
      'stages.0.subStages.1.when: whoever fulfils this belongs to s3 first; put it before',
    ]);
    expect(reachProblems(FIVE_STAGES)).toEqual([]);
  });

  const test = fc.oneof(
    fc.record({
      op: fc.constantFrom('gt' as const, 'gte' as const, 'lt' as const, 'lte' as const),
      value: fc.integer({ min: 0, max: 3 }),
    }),
    fc.record({ op: fc.constantFrom('is' as const, 'isNot' as const), value: fc.integer({ min: 0, max: 3 }) }),
    fc.record({
      op: fc.constantFrom('in' as const, 'notIn' as const),
      values: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ op: fc.constantFrom('exists' as const, 'missing' as const) }),
    fc.record({ op: fc.constantFrom('within' as const, 'olderThan' as const), days: fc.integer({ min: 0, max: 2 }) }),
  );
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3 },
      fc.record({ tag: fc.constantFrom('a', 'b'), test }),
      fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie('condition') }),
    ),
  }));
  const DAY = 86_400_000;
  const values = [undefined, 0, 1, 2, 3, -DAY, -2 * DAY];
  const people = values.flatMap((a) => values.map((b) => ({ a, b })));
  const holds = (rule: Condition, person: (typeof people)[0]) =>
    evaluate(rule, { tag: (key) => person[key as 'a'], trait: () => undefined, stage: () => undefined, now: 1 }).holds;

  it('is never refused wrongly: what is said to follow, or never to hold, does so for everybody', () => {
    fc.assert(
      fc.property(condition, condition, (one, two) => {
        const wrongly = people.filter((person) => {
          const [first, second] = [holds(one, person), holds(two, person)];
          return first && ((implies(one, two) && !second) || (excludes(one, two) && second) || isNever(one));
        });
        expect(wrongly).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });
});
