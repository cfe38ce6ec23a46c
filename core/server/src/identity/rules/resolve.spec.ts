import { describe, expect, it } from '@jest/globals';
import type { IdentifierKind } from '@perennial/contract';
import fc from 'fast-check';
import { DAY } from '../../time/zone.js';
import { asAlias } from './alias.js';
import { Constraints, type Constraint } from './constraints.js';
import { Graph } from './graph.js';
import type { IdentifierRef } from './identifier.ref.js';
import { CORE_KINDS } from './kinds.js';
import { resolveClaim, type GraphChange } from './resolve.js';
import { defaultRules, rulebookOf } from './rule-set.js';

const id = (kind: string, value: string): IdentifierRef => ({ hash: `${kind}:${value}`, kind, namespace: '' });
const member = (value: string) => id('user_id', value);
const phone = (value: string) => id('phone', value);
const openid = (value: string) => id('wechat_openid', value);
const anonymous = (value: string) => id('anonymous_id', value);

interface Setting {
  constraints?: Constraint[];
  change?: (kind: IdentifierKind) => IdentifierKind;
  at?: (n: number) => number;
  act?: (n: number) => 'force' | 'unbind' | undefined;
  /** Visitors hold the key of `web`. */
  source?: (n: number) => string;
}

function run(claims: IdentifierRef[][], { constraints = [], change = (kind) => kind, at, act, source }: Setting = {}) {
  const kinds = CORE_KINDS.map(change);
  const book = rulebookOf(1, defaultRules(kinds), kinds, new Constraints(constraints), new Set(['web']));
  const graph = new Graph();
  let last = 0;
  const changes: GraphChange[] = [];
  const profiles = claims.map((identifiers, n) => {
    const claim = { sourceId: source?.(n) ?? 's', at: at?.(n) ?? n, identifiers, act: act?.(n) };
    const resolution = resolveClaim(claim, graph, book, () => (last += 1));
    changes.push(...resolution.changes);
    return resolution.profile;
  });
  return { graph, changes, profiles };
}

/** Which identifiers are together, without the profiles' numbers. */
function groupsOf(graph: Graph, claims: IdentifierRef[][]): string[] {
  const groups = new Map<number, Set<string>>();
  for (const { hash } of claims.flat()) {
    const profile = graph.profileOf(hash) ?? 0;
    groups.set(profile, (groups.get(profile) ?? new Set<string>()).add(hash));
  }
  return [...groups.values()].map((group) => [...group].sort().join(',')).sort();
}

const latentIn = (graph: Graph, claims: IdentifierRef[][]): string[] =>
  [...new Set(claims.flat().map(({ hash }) => hash))].filter((hash) => graph.find(hash)?.isLatent).sort();

/** As an alias states it: the user id, and its former id as a member's and as a visitor's. */
const alias = (user: string, former: string, ...others: IdentifierRef[]) =>
  asAlias([member(user), ...others, member(former), anonymous(former)]);

const refusals = (changes: GraphChange[]) => changes.filter(({ kind }) => kind === 'refused' || kind === 'moved');

describe('resolving whose event it is', () => {
  it('joins visits that share an identifier, and the older profile survives', () => {
    const { profiles, changes } = run([[anonymous('a')], [phone('1')], [anonymous('a'), phone('1')]]);
    expect(profiles).toEqual([1, 2, 1]);
    expect(changes.find(({ kind }) => kind === 'merged')).toEqual({
      kind: 'merged',
      kept: 1,
      dropped: 2,
      by: anonymous('a'),
      to: phone('1'),
    });
  });

  it('law 2: without conflicts the same claims in any order, repeated, give the same partition', () => {
    const claim = fc.uniqueArray(
      fc.tuple(fc.constantFrom('wechat_openid', 'phone', 'anonymous_id', 'device_id'), fc.integer({ min: 0, max: 9 })),
      { minLength: 1, maxLength: 3, selector: ([kind, value]) => `${kind}${value}` },
    );
    let compared = 0;
    fc.assert(
      fc.property(fc.array(claim, { minLength: 1, maxLength: 12 }), fc.integer(), (stream, seed) => {
        const claims = stream.map((c) => c.map(([kind, value]) => id(kind, String(value))));
        const shuffled = [...claims, ...claims].sort((a, b) => hashOf(a, seed) - hashOf(b, seed));
        const [one, other] = [run(claims), run(shuffled)];
        if (refusals(one.changes).length > 0 || refusals(other.changes).length > 0) return;
        compared += 1;
        expect(groupsOf(other.graph, claims)).toEqual(groupsOf(one.graph, claims));
      }),
      { numRuns: 3000 },
    );
    expect(compared).toBeGreaterThan(500);
  });

  it('law 2 with aliases: whatever the former id is or becomes, any order gives the same partition', () => {
    const name = fc.integer({ min: 0, max: 6 }).map(String);
    const plain = fc.uniqueArray(
      fc.oneof(
        name.map(member),
        name.map(anonymous),
        fc.constantFrom('wechat_openid', 'phone').chain((kind) => name.map((value) => id(kind, value))),
      ),
      { minLength: 1, maxLength: 3, selector: ({ hash }) => hash },
    );
    const aliased = fc
      .tuple(name, name)
      .filter(([user, former]) => user !== former)
      .map(([user, former]) => alias(user, former));
    let compared = 0;
    fc.assert(
      fc.property(fc.array(fc.oneof(plain, aliased), { minLength: 1, maxLength: 10 }), fc.integer(), (claims, seed) => {
        const shuffled = [...claims, ...claims].sort((a, b) => hashOf(a, seed) - hashOf(b, seed));
        const [one, other] = [run(claims), run(shuffled)];
        if (refusals(one.changes).length > 0 || refusals(other.changes).length > 0) return;
        compared += 1;
        expect(groupsOf(other.graph, claims)).toEqual(groupsOf(one.graph, claims));
        expect(latentIn(other.graph, claims)).toEqual(latentIn(one.graph, claims));
      }),
      { numRuns: 4000 },
    );
    expect(compared).toBeGreaterThan(500);
  });

  it('law 2: ids that only aliases join hang together as the aliases say, in every order', () => {
    const name = fc.integer({ min: 0, max: 9 }).map(String);
    const claim = fc.oneof(
      name.map((value) => [member(value)]),
      fc
        .tuple(name, name)
        .filter(([a, b]) => a !== b)
        .map(([a, b]) => alias(a, b)),
    );
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 20 }), (claims) => {
        const parent = new Map<string, string>();
        const root = (value: string): string => (parent.has(value) ? root(parent.get(value)!) : value);
        for (const [first, second] of claims)
          if (second && root(first!.hash) !== root(second.hash)) parent.set(root(first!.hash), root(second.hash));
        const { graph, changes } = run(claims);
        expect(refusals(changes).filter(({ kind }) => kind === 'refused')).toEqual([]);
        const members = [...new Set(claims.flat().map(({ hash }) => hash))].filter((hash) =>
          hash.startsWith('user_id'),
        );
        for (const a of members)
          for (const b of members) expect(graph.profileOf(a) === graph.profileOf(b)).toBe(root(a) === root(b));
      }),
      { numRuns: 1000 },
    );
  });

  it('an alias joins two members, a chain three, also when the former id is used later', () => {
    const { profiles } = run([
      [member('1')],
      [member('2')],
      [member('3')],
      alias('3', '2'),
      alias('2', '1'),
      [member('1')],
    ]);
    expect(profiles).toEqual([1, 2, 3, 2, 1, 1]);
    const late = run([alias('2', '1'), [member('1'), phone('p')], [anonymous('1')], [phone('p')]]);
    expect(late.profiles).toEqual([1, 1, 1, 1]);
    expect(late.changes.filter(({ kind }) => kind === 'stated')).toHaveLength(2);
  });

  it('an id that only an alias knows of fills no limit and makes nobody known', () => {
    const { graph, changes } = run([alias('2', '1'), [member('2'), phone('p')], [member('3'), phone('p')]]);
    expect(graph.find('user_id:1')).toMatchObject({ isLatent: true });
    expect(changes.at(-1)).toMatchObject({ kind: 'refused', limit: 'user_id', owner: 2, holder: 1 });
    const oldest = (kind: IdentifierKind): IdentifierKind =>
      kind.key === 'user_id' ? { ...kind, overLimit: 'replace_oldest' } : kind;
    const replaced = run([alias('2', '1'), [member('2'), phone('p')], [member('3'), phone('p')]], { change: oldest });
    expect(replaced.graph.profileOf('user_id:2')).toBeUndefined();
    expect(replaced.graph.profileOf('user_id:1')).toBe(replaced.graph.profileOf('user_id:3'));
  });

  it('law 3: an alias waives the limit of its own kind and no other, and goes against nobody’s word', () => {
    const unionid = (value: string) => id('wechat_unionid', value);
    const known = [[member('1'), unionid('a')], [member('2'), unionid('b')], alias('2', '1')];
    expect(run(known).changes.find(({ kind }) => kind === 'refused')).toMatchObject({
      kind: 'refused',
      identifier: member('1'),
      limit: 'wechat_unionid',
    });
    const parted = run([[member('1')], [member('2')], alias('2', '1')], {
      constraints: [{ kind: 'apart', a: 'user_id:1', b: 'user_id:2' }],
    });
    expect(parted.graph.profileOf('user_id:1')).toBe(1);
    const unknown = run([[member('2')], alias('2', '1')], {
      constraints: [{ kind: 'cut', a: 'user_id:1', b: 'user_id:2' }],
    });
    expect(unknown.graph.profiles()).toEqual([1]);
  });

  it('law 5: an alias of a visitor who is known as somebody else switches the device and joins nobody', () => {
    const { graph } = run([[member('1'), anonymous('tablet')], [member('2')], alias('2', 'tablet')]);
    expect(graph.profileOf('user_id:1')).toBe(1);
    expect(graph.profileOf('anonymous_id:tablet')).toBe(2);
  });

  it('law 2 holds among servers and visitors, and visitors join no two known people whatever the order', () => {
    const claim = fc.record({
      isVisitors: fc.boolean(),
      identifiers: fc.uniqueArray(
        fc.tuple(fc.constantFrom('wechat_openid', 'phone', 'anonymous_id'), fc.integer({ min: 0, max: 5 })),
        { minLength: 1, maxLength: 3, selector: ([kind, value]) => `${kind}${value}` },
      ),
    });
    let [compared, withheld] = [0, 0];
    fc.assert(
      fc.property(fc.array(claim, { minLength: 1, maxLength: 10 }), fc.integer(), (stream, seed) => {
        const claims = stream.map(({ identifiers, isVisitors }) => ({
          isVisitors,
          identifiers: identifiers.map(([kind, value]) => id(kind, String(value))),
        }));
        const mixed = [...claims, ...claims].sort(
          (a, b) =>
            hashOf(a.identifiers, seed) - hashOf(b.identifiers, seed) || Number(a.isVisitors) - Number(b.isVisitors),
        );
        const hear = (list: typeof claims) =>
          run(
            list.map(({ identifiers }) => identifiers),
            { source: (n) => (list[n]!.isVisitors ? 'web' : 's') },
          );
        const [one, other] = [hear(claims), hear(mixed)];
        if (refusals(one.changes).length > 0 || refusals(other.changes).length > 0) return;
        compared += 1;
        const all = claims.map(({ identifiers }) => identifiers);
        expect(groupsOf(other.graph, all)).toEqual(groupsOf(one.graph, all));
        // Whom servers alone would keep apart among the known, visitors keep apart.
        const known = ({ kind }: IdentifierRef) => kind !== 'anonymous_id';
        const servers = hear(claims.filter(({ isVisitors }) => !isVisitors));
        const apart = claims.flatMap(({ isVisitors, identifiers }) =>
          identifiers
            .filter(known)
            .flatMap((a) =>
              identifiers.filter((b) => isVisitors && known(b) && a !== b).map((b) => [a.hash, b.hash] as const),
            )
            .filter(([a, b]) => servers.graph.profileOf(a) !== servers.graph.profileOf(b)),
        );
        withheld += apart.length;
        const isOne = ([a, b]: readonly [string, string]) =>
          one.graph.profileOf(a) !== undefined && one.graph.profileOf(a) === one.graph.profileOf(b);
        expect(apart.filter(isOne)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
    expect(compared).toBeGreaterThan(300);
    expect(withheld).toBeGreaterThan(50);
  });

  it('a source of visitors says whose a visit is, and binds and unbinds nothing', () => {
    const source = (n: number) => (n === 0 ? 's' : 'web');
    const theirs = run(
      [
        [member('m1'), phone('1')],
        [member('m1'), anonymous('a')],
        [member('m1'), phone('1')],
        [member('m1'), phone('2'), openid('o')],
        [member('m1'), member('m2')],
      ],
      { source, act: (n) => (n === 2 ? 'unbind' : undefined) },
    );
    expect(theirs.graph.holdings(1).map(({ hash }) => hash)).toEqual(['user_id:m1', 'phone:1', 'anonymous_id:a']);
    expect(['phone:2', 'wechat_openid:o', 'user_id:m2'].map((hash) => theirs.graph.profileOf(hash))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(theirs.profiles).toEqual([1, 1, 1, 1, 1]);
  });

  it('law 3: a merge that would give one person two member ids does not happen and is recorded', () => {
    const { graph, changes } = run([
      [member('m1'), phone('1')],
      [member('m2'), phone('1')],
    ]);
    expect(graph.profileOf('user_id:m1')).not.toBe(graph.profileOf('user_id:m2'));
    expect(graph.profileOf('phone:1')).toBe(graph.profileOf('user_id:m1'));
    expect(changes.at(-1)).toMatchObject({
      kind: 'refused',
      identifier: phone('1'),
      to: member('m2'),
      limit: 'user_id',
      owner: 2,
      holder: 1,
      isAsked: true,
    });
  });

  it('law 3: over its limit a kind refuses silently or lets the oldest value go, as the rules say', () => {
    const phones = ['1', '2', '3', '4'].map((value) => [member('m'), phone(value)]);
    const asked = run(phones);
    expect(asked.graph.profileOf('phone:4')).toBeUndefined();
    expect(asked.changes.at(-1)).toMatchObject({ kind: 'refused', limit: 'phone', isAsked: true });
    const policy = (overLimit: 'refuse' | 'replace_oldest') => (kind: IdentifierKind) =>
      kind.key === 'phone' ? { ...kind, overLimit } : kind;
    expect(run(phones, { change: policy('refuse') }).changes.at(-1)).toMatchObject({ kind: 'refused', isAsked: false });
    const replaced = run(phones, { change: policy('replace_oldest') });
    expect(replaced.graph.holdings(1).map(({ hash }) => hash)).toEqual(['user_id:m', 'phone:2', 'phone:3', 'phone:4']);
    expect(replaced.graph.profileOf('phone:1')).toBeUndefined();
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

  it('law 5: a weak value never joins two known people, whatever they are known by and in whatever order', () => {
    const known = fc
      .constantFrom('phone', 'wechat_openid', 'email', 'user_id')
      .chain((kind) => fc.integer({ min: 0, max: 5 }).map((value) => id(kind, String(value))));
    const weak = fc.integer({ min: 0, max: 2 }).map((value) => id('fingerprint', String(value)));
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(known, weak).chain((one) => weak.map((w) => [one, w])),
          { maxLength: 30 },
        ),
        (claims) => {
          const { graph } = run(claims.map((claim) => [...new Map(claim.map((ref) => [ref.hash, ref])).values()]));
          for (const profile of graph.profiles())
            expect(graph.holdings(profile).filter(({ kind }) => kind !== 'fingerprint').length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('law 5: a weak value that was not seen for its lifetime begins anew', () => {
    const print = id('fingerprint', 'f');
    const at = (n: number) => [0, DAY, 3 * DAY][n]!;
    const { profiles, changes } = run([[print, member('m1')], [print], [print]], { at });
    expect(profiles).toEqual([1, 1, 2]);
    expect(changes).toContainEqual({ kind: 'released', identifier: print, profile: 1, why: 'expired' });
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

describe('what people say about the graph', () => {
  const both = [member('m'), phone('1')];

  it('a link that was taken out does not join again; the value becomes somebody of its own', () => {
    const { graph, profiles } = run([both, both, [phone('1')]], {
      constraints: [{ kind: 'cut', a: 'phone:1', b: 'user_id:m' }],
    });
    expect(profiles).toEqual([1, 1, 2]);
    expect(graph.profileOf('phone:1')).toBe(2);
  });

  it('two identifiers that are two people never meet on one profile, through whatever they share', () => {
    const { graph, changes } = run(
      [[openid('a')], [openid('b')], [openid('a'), phone('1')], [openid('b'), phone('1')]],
      {
        constraints: [{ kind: 'apart', a: 'wechat_openid:a', b: 'wechat_openid:b' }],
      },
    );
    expect(graph.profileOf('wechat_openid:a')).not.toBe(graph.profileOf('wechat_openid:b'));
    expect(changes.filter(({ kind }) => kind === 'refused')).toHaveLength(1);
  });

  it('a barred value joins nobody and still names its own events', () => {
    const { graph, profiles } = run([[member('a'), phone('1')], [member('b'), phone('1')], [phone('1')]], {
      constraints: [{ kind: 'barred', a: 'phone:1' }],
    });
    expect(profiles).toEqual([1, 2, 3]);
    expect(graph.holdings(1)).toHaveLength(1);
  });

  it('a bind stays when later events state only one of the two, and an unbind releases it', () => {
    const { profiles, graph } = run([[member('m'), openid('o')], [openid('o')], [openid('o')], [openid('o')]], {
      act: (n) => (n === 2 ? 'unbind' : undefined),
    });
    expect(profiles).toEqual([1, 1, 1, 2]);
    expect(graph.holdings(1).map(({ hash }) => hash)).toEqual(['user_id:m']);
  });

  it("an operator's word joins in spite of a limit, and the excess hinders nothing else", () => {
    const { profiles, changes } = run(
      [[member('a')], [member('b')], [member('a'), member('b')], [member('a'), phone('1')]],
      {
        act: (n) => (n === 2 ? 'force' : undefined),
      },
    );
    expect(profiles).toEqual([1, 2, 1, 1]);
    expect(refusals(changes)).toEqual([]);
  });
});

/** A repeatable order that differs by seed. */
function hashOf(claim: IdentifierRef[], seed: number): number {
  let value = seed | 0;
  for (const char of claim.map((c) => c.hash).join('|')) value = Math.imul(value ^ char.charCodeAt(0), 16777619);
  return value;
}
