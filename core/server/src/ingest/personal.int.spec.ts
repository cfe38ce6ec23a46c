import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultPolicy, type JsonObject } from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import { CORE_TABLES } from '../database/index.js';
import { openTestPlatform, type TestEvent, type TestPlatform } from '../steward/fixture/platform.fixture.js';
import { settled } from '../steward/store/history.store.js';

const PHONE = '13912345678';
const OTHER = '13912345679';
const MAIL = 'li.na@example.com';
const ID_CARD = '11010519491231002X';
const CARD = '6222021234567890128';

let test: TestPlatform;

const people = async (q: string) => (await test.platform.profiles.search(q)).map(({ id }) => id);

/** Everything that the record and the warehouse hold. */
async function everything(): Promise<string> {
  const { dataSource, warehouse, appender } = test.platform;
  await settled(appender);
  const rows: unknown[] = [];
  for (const { name } of CORE_TABLES) rows.push(await dataSource.query(`SELECT * FROM ${name}`));
  for (const table of ['events', 'profiles', 'tag_changes']) rows.push(await warehouse.rows(`SELECT * FROM ${table}`));
  return JSON.stringify(rows);
}

const openid = (id: string) => ({ context: { externalIds: [{ type: 'wechat_openid', id, namespace: 'wx1' }] } });
const ORDERS: { title: string; make: (phone: string, member: string) => Partial<TestEvent>[] }[] = [
  { title: 'first as an id', make: (phone, member) => [{ userId: phone }, { userId: member, traits: { phone } }] },
  {
    title: 'first as a trait',
    make: (phone, member) => [{ userId: member, traits: { phone } }, { userId: `+86 ${phone}` }],
  },
  { title: 'as any id', make: (phone, member) => [{ anonymousId: phone, userId: member }, openid(phone)] },
  {
    title: 'by an alias',
    make: (phone, member) => [{ anonymousId: phone }, { type: 'alias', userId: member, previousId: phone }],
  },
];

function onPlatform(): void {
  it.each(ORDERS)(
    'an id that is a phone is that phone, in whatever order it comes: $title',
    async ({ title, make }) => {
      const phone = `1391234${1000 + title.length}`;
      const member = `m-${title}`;
      for (const [n, event] of make(phone, member).entries())
        await test.take({ id: `${title}${n}`, type: 'identify', ...event });
      const [found, ...others] = await people(phone);
      expect(others).toEqual([]);
      expect(await people(member)).toEqual([found]);
      const asked = ['user_id', 'phone', 'anonymous_id'].map((kind) => ({ kind, value: phone }));
      const { results } = await test.platform.steward.lookups.resolve(asked);
      expect(results).toEqual(asked.map(() => ({ profileId: found })));
      const { identifiers } = await test.platform.profiles.get(found!);
      const shown = identifiers.map(({ kind, value }) => `${kind} ${value.replace('?', '')}`).toSorted();
      expect(shown).toEqual([`phone 139****${phone.slice(-2)}`, `user_id ${member}`]);
      expect(await everything()).not.toContain(phone);
    },
  );

  it('keeps such ids as ids where the source says so, and shows them masked; values still go', async () => {
    const { sources, edge, warehouse, dataSource, appender } = test.platform;
    const { id } = await sources.create('till', 'server');
    const policy = defaultPolicy('server');
    const acts = { ...policy.personal.acts, email: 'keep' as const };
    await edge.settings.save(id, { ...policy, personal: { ids: 'keep', acts } }, 0, 'admin');
    await test.take({
      id: 'kept',
      source: id,
      userId: '13712345678',
      properties: { note: `${OTHER} kept@example.com` },
    });
    expect(await dataSource.query("SELECT kind, shown FROM identifier WHERE shown LIKE '137%'")).toEqual([
      { kind: 'user_id', shown: '137****78' },
    ]);
    await settled(appender);
    const [row] = await warehouse.rows<{ properties: string }>("SELECT properties FROM events WHERE event_id = 'kept'");
    expect(JSON.parse(row!.properties)).toEqual({ note: '139****79 kept@example.com' });
    // Who was kept so before is found when a source that knows better names her.
    await test.take({ id: 'later', userId: '13712345678' });
    const [kept, ...others] = await people('13712345678');
    expect(others).toEqual([]);
    expect((await test.platform.profiles.get(kept!)).events).toBe(2);
    // Settings of before have no such part.
    await dataSource.query('UPDATE source_settings SET policy = ?', [JSON.stringify({ bots: 'drop' })]);
    expect((await edge.settings.get(id)).personal).toEqual(policy.personal);
  });

  it('takes it out of every place, applies a message once all the same, and asks for no key', async () => {
    const event = {
      id: `m-${OTHER}-1`,
      userId: 'm-places',
      event: `Called ${OTHER}`,
      groupId: OTHER,
      properties: {
        a: { b: [`${ID_CARD} ${CARD}`] },
        json: `{"x":"${OTHER}"}`,
        [OTHER]: 1,
        url: `/p?phone=${OTHER}&token=tok-abc-1`,
      },
      context: {
        page: {
          url: `https://a.example/?e=${encodeURIComponent(MAIL)}#access_token=tok-abc-1`,
          title: OTHER,
          referrer: OTHER,
        },
        campaign: { term: OTHER },
        userAgent: `x/${MAIL}`,
        session: { landing: `/?m=${OTHER}` },
      },
    };
    await test.take(event, { ...event, type: 'identify', id: 'x2', traits: { remark: OTHER, 联系方式: MAIL } });
    await test.take(event);
    const all = await everything();
    for (const value of [OTHER, MAIL, encodeURIComponent(MAIL), ID_CARD, CARD, 'tok-abc-1'])
      expect([value, all.includes(value)]).toEqual([value, false]);
    const counted = "SELECT count() AS n FROM events WHERE name LIKE 'Called%' OR event_id = 'x2'";
    expect(await test.platform.warehouse.rows(counted)).toEqual([{ n: 2 }]);
  });

  it('keeps what was refused sealed, shows it masked, and can replay it', async () => {
    const { quarantine, ingest, dataSource } = test.platform;
    const body = JSON.stringify({ type: 'identify', userId: PHONE, traits: { remark: OTHER } });
    const refused = {
      sourceId: 's1',
      receivedAt: test.clock.now,
      endpoint: 'batch',
      code: 'X',
      message: `no ${OTHER}`,
      body,
      place: 'p',
    };
    await ingest.accept({ events: [], refused: [refused] });
    expect(JSON.stringify(await dataSource.query('SELECT * FROM quarantine'))).not.toMatch(/1391234567\d/);
    const [view] = await quarantine.list(undefined, 10);
    expect(JSON.parse(view!.body)).toMatchObject({ userId: '139****78', traits: { remark: '139****79' } });
    expect(await quarantine.reveal(view!.id)).toBe(body);
    expect(await quarantine.replay([view!.id])).toEqual({ applied: 1, refused: 0 });
    expect(await people(PHONE)).toHaveLength(1);
  });

  it('proposes no value of few people, and none that is personal', async () => {
    const buys = (n: number, properties: JsonObject) => ({ id: `b${n}`, userId: `u${n}`, event: 'Bought', properties });
    await test.take(
      ...Array.from({ length: 6 }, (_, n) => buys(n, { colour: 'red', shop: n < 4 ? 'corner' : 'main' })),
      ...Array.from({ length: 6 }, (_, n) => buys(10 + n, { colour: 'blue', note: 'only mine' + String(n) })),
    );
    await settled(test.platform.appender);
    const { events } = await test.platform.audienceRoom.vocabularies.read();
    const bought = events.find(({ name }) => name === 'Bought')!;
    expect(Object.fromEntries(bought.properties.map(({ path, examples }) => [path, examples.toSorted()]))).toEqual({
      colour: ['blue', 'red'],
      note: [],
      shop: [],
    });
    expect(bought.properties.map(({ type }) => type)).toEqual(['text', 'text', 'text']);
  });

  it('leaves an order its number, its amount and its instants', async () => {
    const properties = {
      order_id: PHONE,
      total: 13912345678,
      at_ms: 1764000000000,
      sku: 'A13912345678',
      trade_no: '20261123139123456780',
    };
    await test.take({ id: 'o1', userId: 'm1', event: 'Order Completed', properties });
    await settled(test.platform.appender);
    const [row] = await test.platform.warehouse.rows<{ properties: string }>(
      "SELECT properties FROM events WHERE event_id = 'o1'",
    );
    expect(JSON.parse(row!.properties)).toMatchObject(properties);
  });
}

describeStores('what must not be collected', (open) => {
  describe('on a whole platform', () => {
    beforeAll(async () => {
      test = await openTestPlatform((await open()).url);
    }, 60_000);
    // Within, so that the platform is closed before its database goes.
    afterAll(() => test.close(), 60_000);
    onPlatform();
  });
});
