import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeStores } from '@perennial/testing';
import { publicId } from '../profile/profile.id.js';
import { openTestPlatform, type TestEvent, type TestPlatform } from './fixture/platform.fixture.js';

describeStores('aliases on a whole platform', (open) =>
  describe('as clients send them', () => {
    let test: TestPlatform;
    let n = 0;
    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url);
    }, 60_000);
    afterAll(() => test.close());

    const seen = (member: string): TestEvent => ({ id: `e${(n += 1)}`, userId: member });
    const visit = (visitor: string): TestEvent => ({ id: `e${(n += 1)}`, anonymousId: visitor });
    const alias = (userId: string, previousId: string, more: Partial<TestEvent> = {}): TestEvent => ({
      id: `e${(n += 1)}`,
      type: 'alias',
      userId,
      previousId,
      ...more,
    });
    const holdersOf = async (...hashes: string[]) => {
      const holders = await test.platform.steward.identityViews.holders(hashes);
      return hashes.map((hash) => holders.get(hash));
    };
    const members = (...values: string[]) => holdersOf(...values.map((value) => test.hash('user_id', value)));
    const shownOf = async (profile: number) =>
      (await test.platform.profiles.get(publicId(profile))).identifiers.map(({ kind, value }) => `${kind}:${value}`);

    it.each([
      [
        'our own tracker: identify, then alias with the known id',
        [seen('o1'), alias('o2', 'o1', { anonymousId: 'dev' })],
      ],
      ['a server that knows both', [seen('o1'), seen('o2'), alias('o2', 'o1')]],
      ['the alias first', [alias('o2', 'o1'), seen('o2'), seen('o1')]],
    ])('%s makes one person', async (_, events) => {
      const salt = `${(n += 1)}`;
      const named = JSON.parse(JSON.stringify(events).replaceAll(/"(o\d|dev)"/g, `"$1-${salt}"`)) as TestEvent[];
      for (const event of named) await test.take({ ...event, id: `${salt}-${event.id}` });
      const [one, two] = await members(`o1-${salt}`, `o2-${salt}`);
      expect(one).toBeGreaterThan(0);
      expect(two).toBe(one);
      expect(await shownOf(one!)).not.toContain(`anonymous_id:o1-${salt}`);
    });

    it('a chain is one person, whose earlier ids lead there', async () => {
      await test.take(seen('c1'), seen('c2'), seen('c3'));
      await test.take(alias('c3', 'c2'));
      await test.take(alias('c2', 'c1'));
      expect(new Set(await members('c1', 'c2', 'c3')).size).toBe(1);
      expect(await test.platform.profiles.search('c1')).toHaveLength(1);
    });

    it('a visitor’s id joins before and after, and no member’s id is invented', async () => {
      await test.take(visit('v1'));
      await test.take(alias('w1', 'v1'));
      await test.take(visit('v1'));
      const [profile] = await members('w1');
      expect((await test.platform.profiles.get(publicId(profile!))).events).toBe(3);
      expect(await shownOf(profile!)).toEqual(expect.arrayContaining(['user_id:w1', 'anonymous_id:v1']));
      expect(await shownOf(profile!)).toHaveLength(2);
    });

    it('an id that only an alias knew of is shown once an event uses it', async () => {
      await test.take(alias('x2', 'x1'));
      const [profile] = await members('x2');
      expect(await shownOf(profile!)).toEqual(['user_id:x2']);
      await test.take(seen('x1'));
      expect((await shownOf(profile!)).sort()).toEqual(['user_id:x1', 'user_id:x2']);
    });

    it('is parted again by a person’s word', async () => {
      await test.take(seen('p1'), seen('p2'), alias('p2', 'p1'));
      const [profile] = await members('p1');
      const link = { a: test.hash('user_id', 'p1'), b: test.hash('user_id', 'p2') };
      await test.platform.steward.acts.split(profile!, { link }, { by: 'test', reason: 'test' });
      const [one, two] = await members('p1', 'p2');
      expect(one).not.toBe(two);
      await test.take(alias('p2', 'p1'));
      expect((await members('p1', 'p2'))[0]).toBe(one);
    });

    it('Sensors’ acts after a sign-up, which cannot say that the id is a login, are the member’s', async () => {
      const bare = [{ type: 'anonymous_id', id: 'login-1' }];
      await test.take(visit('login-1'));
      await test.take({
        id: 's1',
        event: '$SignUp',
        userId: 'login-1',
        anonymousId: 'cookie',
        context: { externalIds: bare },
      });
      await test.take(visit('login-1'), visit('cookie'));
      const [profile] = await members('login-1');
      expect((await test.platform.profiles.get(publicId(profile!))).events).toBe(4);
    });
  }),
);
