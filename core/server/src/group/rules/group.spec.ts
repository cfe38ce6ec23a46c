import { describe, expect, it } from '@jest/globals';
import type { Envelope, JsonObject } from '@perennial/contract';
import fc from 'fast-check';
import type { GroupSlice } from '../group.state.js';
import { groupIn, withGroup } from './group-of.js';
import { joinGroups } from './membership.js';
import { stated, type StoredGroup } from './statement.js';

const track = (more: Partial<Envelope>): Envelope => ({ type: 'track', event: 'X', userId: 'm', ...more });
const propertiesOf = (envelope: Envelope) => withGroup(envelope).properties;

describe('the group of an event', () => {
  it('is a property: of a group call with the group’s traits, of other acts by their context', () => {
    const traits = { industry: 'retail', name: '静安店' };
    expect(propertiesOf({ type: 'group', userId: 'm', groupId: 'store-9', traits })).toEqual({
      ...traits,
      $group_id: 'store-9',
    });
    expect(propertiesOf(track({ context: { groupId: 'store-9' }, properties: { total: 1 } }))).toEqual({
      $group_id: 'store-9',
      total: 1,
    });
    expect(propertiesOf(track({ groupId: ' store-9 ' }))).toEqual({ $group_id: 'store-9' });
    expect(propertiesOf(track({ context: { groupId: 42 } }))).toEqual({ $group_id: '42' });
  });

  it.each(['', 'null', 'undefined', '{{group.id}}', '字'.repeat(256)])(
    'is none where a client has none: %p',
    (groupId) => {
      expect(propertiesOf({ type: 'group', userId: 'm', groupId })).toBeUndefined();
      expect(propertiesOf(track({ context: { groupId } }))).toBeUndefined();
    },
  );

  it('makes a member by a group call alone', () => {
    expect(groupIn('group', { $group_id: 'g' })).toBe('g');
    expect(groupIn('track', { $group_id: 'g' })).toBeUndefined();
    expect(groupIn('group', { $group_id: 7 })).toBeUndefined();
  });
});

describe('what is said of groups', () => {
  const statement = fc.record({
    at: fc.nat(5),
    traits: fc.dictionary(
      fc.constantFrom('name', 'size', 'constructor', '__proto__'),
      fc.constantFrom<JsonObject[string]>('a', 'b', 1, null),
    ),
  });
  const all = (list: { at: number; traits: JsonObject }[]): StoredGroup | undefined =>
    list.reduce<StoredGroup | undefined>((group, one) => stated(group, { ...one, id: 'g', sourceId: 's' }), undefined);
  const plain = (group: StoredGroup | undefined) =>
    group && { ...group, traits: new Map(Object.entries(group.traits)) };

  it('gives the same group in any order and repeated; null takes a trait away for good', () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 8 }), (list) => {
        expect(plain(all([...list, ...list].toReversed()))).toEqual(plain(all(list)));
      }),
    );
    const group = all([
      { at: 1, traits: { name: 'a' } },
      { at: 3, traits: { name: null } },
      { at: 2, traits: { name: 'b' } },
    ]);
    expect(group).toMatchObject({ firstSeenAt: 1, lastSeenAt: 3, traits: { name: { value: null, at: 3 } } });
  });

  it('gives the same memberships in any order, the last said first, and no more than a state can hold', () => {
    const said = fc.array(fc.record({ id: fc.constantFrom('a', 'b', 'c'), at: fc.nat(9) }), { maxLength: 12 });
    const join = (list: { id: string; at: number }[]) => {
      const state: GroupSlice = {};
      for (const { id, at } of list) joinGroups(state, [{ id, since: at, lastAt: at }]);
      return state.groups;
    };
    fc.assert(fc.property(said, (list) => expect(join(list.toReversed())).toEqual(join(list))));
    const many = join(Array.from({ length: 200 }, (_, at) => ({ id: `g${at}`, at })))!;
    expect([many.length, many[0]!.id]).toEqual([50, 'g199']);
  });
});
