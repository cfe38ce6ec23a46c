import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Graph } from './graph.js';
import type { IdentifierRef } from './identifier.ref.js';
import { CORE_KINDS, kindTable } from './kinds.js';
import { resolveClaim, type GraphChange } from './resolve.js';

const kinds = kindTable(CORE_KINDS);
const id = (kind: string, value: string): IdentifierRef => ({ hash: `${kind}:${value}`, kind, namespace: '' });
const member = (value: string) => id('user_id', value);
const phone = (value: string) => id('phone', value);
const anonymous = (value: string) => id('anonymous_id', value);

function run(claims: IdentifierRef[][]) {
  const graph = new Graph();
  let last = 0;
  const changes: GraphChange[] = [];
  const profiles = claims.map((identifiers, n) => {
    const claim = { ref: `e${n}`, sourceId: 's', at: n, identifiers };
    const resolution = resolveClaim(claim, graph, kinds, () => (last += 1));
    changes.push(...resolution.changes);
    return resolution.profile;
  });
  return { graph, changes, profiles };
}

/** Which identifiers are together, without the profiles' numbers. */
function partition(claims: IdentifierRef[][]): string[] {
  const { graph } = run(claims);
  const groups = new Map<number, Set<string>>();
  for (const { hash } of claims.flat()) {
    const profile = graph.profileOf(hash)!;
    groups.set(profile, (groups.get(profile) ?? new Set<string>()).add(hash));
  }
  return [...groups.values()].map((group) => [...group].sort().join(',')).sort();
}

describe('resolving whose event it is', () => {
  it('joins visits that share an identifier, and the older profile survives', () => {
    const { profiles, changes } = run([[anonymous('a')], [phone('1')], [anonymous('a'), phone('1')]]);
    expect(profiles).toEqual([1, 2, 1]);
    expect(changes.at(-1)).toEqual({ kind: 'merged', kept: 1, dropped: 2, by: anonymous('a'), to: phone('1') });
  });

  it('law 2: without conflicts the same claims in any order, repeated, give the same partition', () => {
    const claim = fc.uniqueArray(
      fc.tuple(fc.constantFrom('wechat_openid', 'anonymous_id', 'device_id'), fc.integer({ min: 0, max: 12 })),
      {
        minLength: 1,
        maxLength: 3,
        selector: ([kind, value]) => `${kind}${value}`,
      },
    );
    const stream = fc.array(claim, { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(stream, fc.integer(), (claims, seed) => {
        const first = claims.map((c) => c.map(([kind, value]) => id(kind, String(value))));
        const shuffled = [...first, ...first].sort((a, b) => hash(a, seed) - hash(b, seed));
        expect(partition(shuffled)).toEqual(partition(first));
      }),
      { numRuns: 500 },
    );
  });

  it('law 3: a merge that would give one person two member ids does not happen and is recorded', () => {
    const { graph, changes } = run([
      [member('m1'), phone('1')],
      [member('m2'), phone('1')],
    ]);
    expect(graph.profileOf('user_id:m1')).not.toBe(graph.profileOf('user_id:m2'));
    expect(graph.profileOf('phone:1')).toBe(graph.profileOf('user_id:m1'));
    expect(changes.at(-1)).toEqual({
      kind: 'conflict',
      identifier: phone('1'),
      limit: 'user_id',
      profile: 2,
      other: 1,
    });
  });

  it('law 5: on a shared device a second login switches the profile and does not merge', () => {
    const { graph, profiles } = run([
      [anonymous('tablet'), member('m1')],
      [anonymous('tablet'), member('m2')],
      [anonymous('tablet')],
    ]);
    expect(profiles).toEqual([1, 2, 2]);
    expect(graph.profileOf('user_id:m1')).toBe(1);
  });

  it('follows merges within one batch, also through chains', () => {
    const { graph, profiles } = run([
      [anonymous('a')],
      [anonymous('b')],
      [anonymous('c')],
      [anonymous('b'), anonymous('c')],
      [anonymous('a'), anonymous('b')],
    ]);
    expect(profiles.at(-1)).toBe(1);
    expect(graph.living(3)).toBe(1);
  });
});

/** A repeatable order that differs by seed. */
function hash(claim: IdentifierRef[], seed: number): number {
  let value = seed | 0;
  for (const char of claim.map((c) => c.hash).join('|')) value = Math.imul(value ^ char.charCodeAt(0), 16777619);
  return value;
}
