import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeFrame, isWellFormed, wellFormedJson, type LogHeader } from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import fc from 'fast-check';
import type { ProfileState } from '../profile/state.js';
import { readTimeline, TIMELINE_KINDS } from '../profile/timeline.js';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';

/** What stands in a JSON text where a client's text was to be, byte by byte. */
const KINDS: Record<string, string> = {
  'high half': String.raw`x\ud83d`,
  'low half': String.raw`\ude00x`,
  'halves the wrong way round': String.raw`\ude00\ud83d`,
  'halves side by side': String.raw`\ud83d\ud83d\ud83d`,
  'what looks like a half': String.raw`C:\\ud83d`,
  NUL: String.raw`a\u0000b`,
  'a noncharacter': String.raw`\ufffe`,
  'CESU-8': '\xed\xa0\xbd\xed\xb1\xa9',
  'a half in bytes': 'x\xed\xa0\xbd',
  'overlong bytes': '\xc0\xaf',
  'GBK bytes': '\xb4\xf3\xba\xec',
  'bidirectional marks': String.raw`\u202egnp.exe\u2066`,
  'line separators': String.raw`a\u2028b\r\n\tc`,
  'much of it': 'w'.repeat(5_000),
  'a name of the language': '__proto__',
  'nothing of it': '',
  'a whole emoji': String.raw`\ud83d\ude00`,
};
const HERE = '@@';
type Item = Record<string, unknown>;
/** Every field of an event that a client fills in. */
const FIELDS: Record<string, (item: Item) => Item> = {
  event: (item) => ({ ...item, event: HERE }),
  messageId: (item) => ({ ...item, messageId: `${String(item['messageId'])}${HERE}` }),
  userId: (item) => ({ ...item, userId: HERE }),
  anonymousId: (item) => ({ ...item, anonymousId: HERE }),
  type: (item) => ({ ...item, type: HERE }),
  groupId: (item) => ({ ...item, type: 'group', groupId: HERE }),
  previousId: (item) => ({ ...item, type: 'alias', previousId: HERE }),
  'page name': (item) => ({ ...item, type: 'page', name: HERE, category: HERE }),
  property: (item) => ({ ...item, properties: { ...(item['properties'] as Item), text: HERE } }),
  "property's key": (item) => ({ ...item, properties: { ...(item['properties'] as Item), [HERE]: 1 } }),
  'nested property': (item) => ({
    ...item,
    properties: { ...(item['properties'] as Item), a: [{ b: HERE, [HERE]: [HERE] }] },
  }),
  trait: (item) => ({ ...item, type: 'identify', traits: { nickname: HERE, city: HERE } }),
  "trait's key": (item) => ({ ...item, type: 'identify', traits: { [HERE]: HERE } }),
  phone: (item) => ({ ...item, type: 'identify', traits: { phone: HERE, email: HERE } }),
  context: (item) => ({ ...item, context: { locale: HERE, userAgent: HERE, page: { title: HERE, [HERE]: HERE } } }),
  "context's key": (item) => ({ ...item, context: { [HERE]: HERE, campaign: { [HERE]: HERE } } }),
  'external id': (item) => ({ ...item, context: { externalIds: [{ type: 'phone', id: HERE, namespace: HERE }] } }),
  "external id's kind": (item) => ({ ...item, context: { externalIds: [{ type: HERE, id: '1' }] } }),
  integrations: (item) => ({ ...item, integrations: { [HERE]: HERE } }),
  timestamp: (item) => ({ ...item, timestamp: HERE }),
  sentAt: (item) => ({ ...item, sentAt: HERE }),
};

describeStores('text of every kind in every field of an event', (open) =>
  // The inner suite's platform is closed before the outer one's database is dropped.
  describe('on a whole platform', () => {
    let test: TestPlatform;
    let [position, count] = [0, 0];
    beforeAll(async () => {
      const { url, dataSource } = await open();
      await dataSource.destroy();
      test = await openTestPlatform(url);
    }, 120_000);
    afterAll(() => test.close(), 60_000);

    /** One request: the event with the text in its field, and a neighbour that has nothing to do with it. */
    function frameOf(field: string, text: string) {
      const n = (count += 1);
      const item = {
        type: 'track',
        event: 'Order Completed',
        messageId: `m${n}`,
        userId: `u${n}`,
        properties: { total: 268, n },
      };
      const neighbour = { ...item, messageId: `n${n}`, userId: `v${n}`, properties: { total: 268, n: -n } };
      const body = JSON.stringify({ batch: [FIELDS[field]!(item), neighbour] }).replaceAll(HERE, () => text);
      const header: LogHeader = { receivedAt: test.clock.now, sourceId: 's1', endpoint: 'batch' };
      return { n, bytes: encodeFrame(header, Buffer.from(body, 'latin1')) };
    }

    async function send(cases: [field: string, text: string][]): Promise<number[]> {
      const frames = cases.map(([field, text]) => frameOf(field, text));
      const bytes = Buffer.concat(frames.map((frame) => frame.bytes));
      await test.platform.logDoor.post({ logId: 'log', from: position, after: 0, bytes });
      position += bytes.length;
      await test.platform.appender.drained();
      return frames.map(({ n }) => n);
    }

    const numbersInHistory = async (): Promise<Set<number>> => {
      const sql =
        "SELECT JSONExtractInt(properties, 'n') AS n FROM person_events WHERE JSONExtractRaw(properties, 'total') = '268'";
      return new Set((await test.platform.warehouse.rows<{ n: number }>(sql)).map(({ n }) => n));
    };

    async function numbersRefused(): Promise<Map<number, string>> {
      const rows = await test.platform.dataSource.query<{ id: string; code: string }[]>(
        'SELECT id, code FROM quarantine',
      );
      const numbers = new Map<number, string>();
      // What is personal in a body is sealed.
      for (const { id, code } of rows)
        numbers.set(Number(/"n":(-?\d+)/.exec(await test.platform.quarantine.reveal(id))?.[1]), code);
      return numbers;
    }

    async function expectSound(numbers: number[]): Promise<void> {
      const { platform } = test;
      expect(platform.appender.status()).toMatchObject({ pendingRows: 0, stuckLots: 0, setAside: 0 });
      const [history, refused] = [await numbersInHistory(), await numbersRefused()];
      for (const n of numbers) {
        expect({ n, neighbour: history.has(-n) }).toEqual({ n, neighbour: true });
        expect({ n, fate: history.has(n) !== refused.has(n) }).toEqual({ n, fate: true });
        expect(refused.get(n) ?? 'ENVELOPE_X').toMatch(/^(ENVELOPE|IDENTITY)_/);
      }
    }

    it('is applied or refused with a word, and hurts neither neighbour, history nor page', async () => {
      const all = Object.keys(FIELDS).flatMap((field) =>
        Object.values(KINDS).map((text): [string, string] => [field, text]),
      );
      const numbers = await send(all);
      await expectSound(numbers);
      const { platform } = test;
      for (const { id } of (await platform.profiles.latest(1_000)).slice(0, 60)) {
        const numbersOf = await platform.profiles.numbersOf(id);
        const asked = { numbers: numbersOf, kinds: [...TIMELINE_KINDS], limit: 100, before: undefined };
        const shown = JSON.stringify([
          await platform.profiles.get(id),
          await readTimeline(platform.warehouse, platform.definitions, asked),
        ]);
        expect(wellFormedJson(shown)).toBe(shown);
      }
      expect((await platform.quarantine.list(undefined, 500)).every(({ body }) => isWellFormed(body))).toBe(true);
    }, 120_000);

    it('counts the same event by event and in history', async () => {
      const { platform } = test;
      const rows = await platform.dataSource.query<{ doc: string }[]>('SELECT doc FROM profile WHERE doc IS NOT NULL');
      const spent = rows.map(({ doc }) => (JSON.parse(doc) as ProfileState).tags['spend_total']?.value ?? 0);
      const sql =
        "SELECT sum(JSONExtractFloat(properties, 'total')) AS total FROM person_events WHERE name = 'Order Completed'";
      const [row] = await platform.warehouse.rows<{ total: number }>(sql);
      expect(row!.total).toBeGreaterThan(268);
      expect(spent.reduce<number>((sum, value) => sum + Number(value), 0)).toBe(row!.total);
    });

    it('also when it is mixed, in whatever order', async () => {
      const text = fc
        .array(fc.constantFrom(...Object.values(KINDS)), { minLength: 1, maxLength: 4 })
        .map((parts) => parts.join(''));
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.constantFrom(...Object.keys(FIELDS)), text), { minLength: 1, maxLength: 30 }),
          async (cases) => {
            await expectSound(await send(cases));
          },
        ),
        { numRuns: 12 },
      );
    }, 120_000);
  }),
);
