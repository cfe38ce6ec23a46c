import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeStores } from '@perennial/testing';
import { publicId, readPublicId } from '../profile/profile.id.js';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';
import { Groups } from './groups.js';

describeStores('groups on a whole platform', (open) =>
  describe('as clients send them', () => {
    let test: TestPlatform;
    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url);
    }, 60_000);
    afterAll(() => test.close());

    const shop = { name: '静安店', industry: 'retail', phone: '13912345678', email: 'shop@example.com' };
    const personOf = async (member: string) => {
      const holders = await test.platform.steward.identityViews.holders([test.hash('user_id', member)]);
      return test.platform.profiles.get(publicId([...holders.values()][0]!));
    };

    it('a group’s phone joins nobody, is nobody’s, and lies nowhere in plain', async () => {
      const join = (id: string) => ({ id, type: 'group' as const, groupId: 'store-9', traits: shop });
      await test.take({ ...join('g1'), userId: 'm1' }, { ...join('g2'), userId: 'm2' });
      await test.take({ ...join('g3'), anonymousId: 'a1' }, { ...join('g4'), anonymousId: 'a2' });
      const holders = await test.platform.steward.identityViews.holders([
        ...['m1', 'm2'].map((member) => test.hash('user_id', member)),
        ...['a1', 'a2'].map((visitor) => test.hash('anonymous_id', visitor)),
      ]);
      expect(new Set(holders.values()).size).toBe(4);
      expect((await personOf('m1')).identifiers.map(({ kind }) => kind)).toEqual(['user_id']);
      await test.platform.appender.drained();
      const rows = await test.platform.warehouse.rows<{ properties: string; traits: string }>(
        "SELECT properties, traits FROM person_events WHERE name = '$group'",
      );
      expect(rows).toHaveLength(4);
      expect(JSON.stringify(rows)).toContain('139****78');
      expect(JSON.stringify(rows)).not.toMatch(/13912345678|shop@/);
      const [kept] = await test.platform.dataSource.query<{ traits: string }[]>('SELECT traits FROM customer_group');
      expect(kept!.traits).not.toMatch(/13912345678|shop@/);
    });

    it('shows a group, its members, and a person’s groups', async () => {
      const groups = new Groups(test.platform);
      await test.platform.appender.drained();
      expect(await groups.get('store-9')).toMatchObject({ id: 'store-9', name: '静安店', members: 4 });
      expect((await groups.list(10)).map(({ id }) => id)).toEqual(['store-9']);
      await expect(groups.get('nowhere')).rejects.toMatchObject({ code: 'GROUP_ABSENT' });
      expect((await personOf('m1')).groups).toMatchObject([{ id: 'store-9', name: '静安店' }]);
    });

    it('can be asked for by rules, by its id and its traits', async () => {
      const visit = (id: string, groupId: string) => ({ id, userId: 'm1', event: 'Visited', context: { groupId } });
      await test.take(visit('v1', 'store-9'), visit('v2', 'store-1'));
      await test.platform.appender.drained();
      const count = async (name: string, property: string, value: string) => {
        const event = { names: [name], where: [{ property, test: { op: 'is' as const, value } }] };
        const rule = {
          behaviour: { kind: 'aggregate' as const, event, measure: 'count' as const },
          test: { op: 'gte' as const, value: 1 },
        };
        return (await test.platform.audienceRoom.queries.preview(rule, 's')).people;
      };
      expect(await count('Visited', '$group_id', 'store-9')).toBe(1);
      expect(await count('$group', '$group_id', 'store-9')).toBe(4);
      expect(await count('$group', 'industry', 'retail')).toBe(4);
      expect(await count('$group', '$group_id', 'store-1')).toBe(0);
    });

    it('goes with the events when people are merged and parted', async () => {
      await test.take({ id: 'h1', type: 'group', groupId: 'club', anonymousId: 'a9' });
      await test.take({ id: 'h2', userId: 'm9', anonymousId: 'a9' });
      const both = await personOf('m9');
      expect(both.groups.map(({ id }) => id)).toEqual(['club']);
      const link = { a: test.hash('user_id', 'm9'), b: test.hash('anonymous_id', 'a9') };
      await test.platform.steward.acts.split(readPublicId(both.id)!, { link }, { by: 'test', reason: 'test' });
      const parts = await test.platform.steward.identityViews.holders([link.a, link.b]);
      const groupsOf = async (hash: string) =>
        (await test.platform.profiles.get(publicId(parts.get(hash)!))).groups.map(({ id }) => id);
      expect([await groupsOf(link.a), await groupsOf(link.b)]).toEqual([[], ['club']]);
    });
  }),
);
