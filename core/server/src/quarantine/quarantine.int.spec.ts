import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeStores } from '@perennial/testing';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';
import { insertRows } from '../database/index.js';
import { RECORD_BYTES } from './quota.js';
import { forgetOld, quarantine, ROW_REFUSED, type Refused } from './quarantine.store.js';

const refused = (place: string, sourceId = 's1', more: Partial<Refused> = {}): Refused => ({
  sourceId,
  receivedAt: 1_000,
  endpoint: 'track',
  code: 'ENVELOPE_ID_MISSING',
  message: 'm',
  body: 'x'.repeat(100),
  place,
  ...more,
});
const ONE = 100 + RECORD_BYTES;

describeStores('quarantine', (open) =>
  // The inner suite's platform is closed before the outer one's database is dropped.
  describe('on a whole platform', () => {
    let test: TestPlatform;
    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url);
    }, 120_000);
    afterAll(() => test.close(), 60_000);

    const take = (items: Refused[], quota = { sourceBytes: 3 * ONE, totalBytes: 4 * ONE }) =>
      test.platform.dataSource.transaction((manager) => quarantine(manager, items, quota));
    const kept = async () =>
      (await test.platform.quarantine.list(undefined, 100)).map(({ sourceId }) => sourceId).toSorted();

    it('keeps of a source and of all only so much, counts the rest by reason, and has room again for what leaves', async () => {
      const { platform } = test;
      await take(['a', 'b', 'c', 'd', 'e'].map((place) => refused(place)));
      await take([
        refused('f', 's2'),
        refused('g', 's2', { receivedAt: 2_000 }),
        refused('h', 's2', { code: 'OTHER' }),
      ]);
      expect(await kept()).toEqual(['s1', 's1', 's1', 's2']);
      const { bytes, surplus } = await platform.quarantine.state();
      expect(bytes).toBe(4 * ONE);
      expect(surplus).toHaveLength(3);
      expect(surplus[0]).toEqual({
        sourceId: 's2',
        code: 'ENVELOPE_ID_MISSING',
        items: 1,
        firstAt: 2_000,
        lastAt: 2_000,
      });
      expect(surplus).toContainEqual({
        sourceId: 's1',
        code: 'ENVELOPE_ID_MISSING',
        items: 2,
        firstAt: 1_000,
        lastAt: 1_000,
      });
      expect(surplus).toContainEqual({ sourceId: 's2', code: 'OTHER', items: 1, firstAt: 1_000, lastAt: 1_000 });
      const [first] = await platform.quarantine.list(undefined, 100);
      await platform.quarantine.remove([first!.id]);
      expect((await platform.quarantine.figures()).bytes).toBe(3 * ONE);
      await take([refused('i', first!.sourceId)]);
      expect(await kept()).toHaveLength(4);
    });

    it('forgets what is old, and no row of history', async () => {
      const { platform } = test;
      await insertRows(
        platform.dataSource.manager,
        'quarantine',
        ['id', 'source_id', 'received_at', 'endpoint', 'code', 'message', 'body', 'replays'],
        [['row', 's1', 1, 'warehouse:events', ROW_REFUSED, 'm', '{}', 0]],
      );
      await platform.quarantine.forgetOld(3_000);
      expect(await platform.quarantine.list(undefined, 100)).toMatchObject([{ id: 'row' }]);
      expect(await platform.quarantine.figures()).toEqual({ bytes: 0, setAside: 1, surplus: 0 });
      expect(await forgetOld(platform.dataSource.manager, 3_000)).toBe(0);
      await platform.quarantine.remove(['row']);
    });

    it('gives a row that the warehouse refused back to it, once', async () => {
      const { platform } = test;
      const { now } = test.clock;
      const texts = {
        source_id: 's',
        type: 'track',
        name: 'n',
        properties: '{"a":"\\ud83d"}',
        traits: '{}',
        context: '{}',
      };
      const row = {
        seq: 9_000_001,
        event_id: 'again',
        profile: 900,
        at: now,
        received_at: now,
        passed_to: 0,
        identifiers: [],
        ...texts,
      };
      await insertRows(
        platform.dataSource.manager,
        'quarantine',
        ['id', 'source_id', 'received_at', 'endpoint', 'code', 'message', 'body', 'replays'],
        [['again', 's', now, 'warehouse:events', ROW_REFUSED, 'm', JSON.stringify(row), 0]],
      );
      const answers = await Promise.all([platform.quarantine.replay(['again']), platform.quarantine.replay(['again'])]);
      expect(answers.map(({ applied }) => applied).toSorted((a, b) => a - b)).toEqual([0, 1]);
      await platform.appender.drained();
      const found = await platform.warehouse.rows(
        "SELECT JSONExtractString(properties, 'a') AS a FROM events WHERE seq = 9000001",
      );
      expect(found).toEqual([{ a: '\uFFFD' }]);
      expect(await platform.quarantine.list(undefined, 100)).toEqual([]);
    });
  }),
);
