import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';
import { toEvent } from '../ingest/index.js';

const PHONE = '13800000001';

describeStores('a source whose key visitors hold', (open) =>
  describe('on a whole platform', () => {
    let test: TestPlatform;
    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url);
      await test.platform.sources.create('web', 'web', 'web');
      await test.platform.sources.create('shop', 'server', 'shop');
    }, 60_000);
    afterAll(() => test.close());

    let last = 0;
    const say = (sourceId: string, envelope: JsonObject) =>
      test.platform.ingest.accept({
        events: [
          toEvent({ messageId: `e${(last += 1)}`, ...envelope } as never, { sourceId, receivedAt: test.clock.now }, ''),
        ],
        refused: [],
      });
    const personOf = async (kind: string, value: string) => {
      const { results } = await test.platform.steward.lookups.resolve([{ kind, value }]);
      return results[0]?.profileId;
    };
    const traitsOf = async (profile: string) => {
      const found = await test.platform.dataSource.query<{ doc: string }[]>(
        'SELECT doc FROM profile WHERE doc IS NOT NULL',
      );
      const states = found.map(
        ({ doc }) => JSON.parse(doc) as { id: number; traits: Record<string, { value: unknown }> },
      );
      const state = states.find(({ traits }) => traits['of']?.value === profile);
      return Object.fromEntries(Object.entries(state?.traits ?? {}).map(([key, { value }]) => [key, value]));
    };

    it('unbinds nothing, forges no consent, loses against servers, and what was not done is told', async () => {
      await say('shop', {
        type: 'identify',
        userId: 'v',
        traits: { of: 'v', phone: PHONE, name: 'Li', consent_sms: false },
      });
      const owner = await personOf('phone', PHONE);
      expect(owner).toBeDefined();
      const externalIds = [{ type: 'phone', id: PHONE }];
      await say('web', { type: 'track', event: '$unbind', userId: 'v', context: { externalIds } });
      await say('web', {
        type: 'identify',
        userId: 'v',
        traits: { name: 'Mallory', consent_sms: true, city: 'Wuhan' },
      });
      await say('web', {
        type: 'track',
        event: '$bind',
        userId: 'v',
        context: { externalIds: [{ type: 'phone', id: '13900000009' }] },
      });
      expect(await personOf('phone', PHONE)).toBe(owner);
      expect(await personOf('phone', '13900000009')).toBeUndefined();
      expect(await traitsOf('v')).toMatchObject({ name: 'Li', consent_sms: false, city: 'Wuhan' });
      const told = await test.platform.edge.findings.list('web', 1);
      expect(told.map(({ code, event, path }) => [code, event, path])).toEqual(
        expect.arrayContaining([
          ['SOURCE_UNBIND_REFUSED', '$unbind', ''],
          ['SOURCE_BIND_REFUSED', '$bind', 'phone'],
          ['SOURCE_CONSENT_REFUSED', '$identify', 'traits.consent_sms'],
        ]),
      );
      expect(JSON.stringify(told)).not.toContain('139');
    });

    it('says first what nobody has said: the name after a login, whose the visit was; a server binds and withdraws', async () => {
      await say('web', { type: 'track', event: 'Seen', anonymousId: 'a1' });
      await say('web', { type: 'identify', userId: 'h', anonymousId: 'a1', traits: { of: 'h', name: 'Wang' } });
      await say('shop', { type: 'identify', userId: 'h', traits: { phone: '13800000002', consent_sms: true } });
      expect(await personOf('anonymous_id', 'a1')).toBe(await personOf('user_id', 'h'));
      expect(await personOf('phone', '13800000002')).toBe(await personOf('user_id', 'h'));
      expect(await traitsOf('h')).toMatchObject({ name: 'Wang', consent_sms: true });
    });

    it('a rule of the operator lets it bind, and it goes on as it was when the source is removed', async () => {
      const { platform } = test;
      const { rules } = await platform.steward.ruleRuns.view([]);
      const lets = {
        ...rules,
        sources: [{ sourceId: 'web', mayLink: true, mayBind: true, mayConsent: false, rank: 200 }],
      };
      const { id } = await platform.steward.ruleRuns.startTrial(lets, 'li');
      await ended(id);
      await ended((await platform.steward.ruleRuns.putInForce(lets, 'our page proves logins', id, 'li')).id);
      await say('web', { type: 'identify', userId: 'b', traits: { phone: '13800000003' } });
      expect(await personOf('phone', '13800000003')).toBe(await personOf('user_id', 'b'));
      await platform.sources.create('gone', 'app', 'gone');
      await platform.sources.remove('gone');
      await say('gone', { type: 'identify', userId: 'g', traits: { phone: '13800000004' } });
      expect(await personOf('phone', '13800000004')).toBeUndefined();
    });

    const ended = async (id: string): Promise<void> => {
      for (let n = 0; n < 200; n++) {
        const { status } = await test.platform.steward.ruleRuns.get(id);
        if (status === 'done') return;
        if (status === 'failed') throw new Error('the run failed');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error('the run does not end');
    };
  }),
);
