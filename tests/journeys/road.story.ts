import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  DestinationView,
  MoveView,
  Overview,
  Page,
  ProfileDetail,
  ProfileSummary,
  QuarantineView,
  TimelineItem,
} from '@perennial/contract';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually, System } from '../tools/system.js';

const system = new System();
const heard: { type: string; data: { profile: { id: string }; cause: { to: { stage: string } } } }[] = [];
let receiver: Server;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      heard.push(JSON.parse(body) as (typeof heard)[0]);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  await system.start();
}, 120_000);

afterAll(async () => {
  await system.close();
  await new Promise((resolve) => receiver.close(resolve).closeAllConnections());
}, 60_000);

const find = async (q: string) =>
  (await system.api<Page<ProfileSummary>>('POST', '/profiles/search', { text: q })).items;

describe('the whole road', () => {
  it('makes a stranger of the web and a member of the shop one person, with tags, stages and history', async () => {
    const answer = await system.collect([
      { type: 'page', anonymousId: 'visitor-1', name: '首页' },
      {
        type: 'track',
        event: 'Product Viewed',
        anonymousId: 'visitor-1',
        properties: { product_id: 'SKU1', category: '护肤' },
      },
      {
        type: 'identify',
        anonymousId: 'visitor-1',
        userId: 'm000777',
        traits: { name: '李娜', phone: '199 0000 0777', city: '上海' },
      },
      { type: 'track', event: 'Order Completed', userId: 'm000777', properties: { total: 268.5 } },
    ]);
    expect(await answer.json()).toMatchObject({ ok: true, okEvents: 4 });
    const { id } = await eventually(async () => (await find('19900000777'))[0]);
    const profile = await system.api<ProfileDetail>('GET', `/profiles/${id}`);
    expect(profile).toMatchObject({ displayName: '李娜', events: 4 });
    expect(profile.identifiers.map(({ kind, value }) => [kind, value]).sort(([a], [b]) => (a! < b! ? -1 : 1))).toEqual([
      ['anonymous_id', 'visitor-1'],
      ['phone', '199****77'],
      ['user_id', 'm000777'],
    ]);
    expect(Object.fromEntries(profile.tags.map(({ key, value }) => [key, value]))).toMatchObject({
      spend_total: 268.5,
      city: '上海',
      favourite_category: '护肤',
    });
    const moves = await eventually(async () => {
      const list = await system.api<MoveView[]>('GET', `/profiles/${id}/moves`);
      return list.length >= 2 && list;
    });
    expect(moves.map(({ from, to }) => [from, to])).toEqual([
      [undefined, 'potential'],
      ['potential', 'new'],
    ]);
    const timeline = await system.api<Page<TimelineItem>>('GET', `/profiles/${id}/timeline?limit=50`);
    expect(timeline.items.filter(({ kind }) => kind === 'event')).toHaveLength(4);
  });

  it('tells another system when somebody enters a stage, within a second', async () => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const destination = await system.api<DestinationView>('POST', '/destinations', {
      title: 'CRM',
      activation: 'webhook.send',
      options: { url, secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`, allowPrivate: true },
      isEnabled: true,
    });
    expect(JSON.stringify(destination)).not.toContain('whsec_');
    await system.api('POST', '/triggers', {
      title: 'new customers',
      cause: { on: 'stage.moved', lifecycle: 'default', to: 'new' },
      destinationId: destination.id,
      payload: {},
      isEnabled: true,
    });
    const began = Date.now();
    await system.collect([{ type: 'track', event: 'Order Completed', userId: 'm000888', properties: { total: 10 } }]);
    const message = await eventually(() => Promise.resolve(heard[0]));
    expect(Date.now() - began).toBeLessThan(1_000);
    expect(message).toMatchObject({ type: 'perennial.stage.moved', data: { cause: { to: { stage: 'new' } } } });
    await eventually(
      async () => (await system.api<Page<{ status: string }>>('GET', '/deliveries?status=sent')).items.length === 1,
    );
  });

  it('sends no message for history that is loaded', async () => {
    await system.collect([
      {
        type: 'track',
        event: 'Order Completed',
        userId: 'm000999',
        properties: { total: 10 },
        timestamp: '2026-01-01T00:00:00Z',
      },
    ]);
    await eventually(async () => (await find('m000999')).length === 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(heard).toHaveLength(1);
  });

  it('moves people by time when history has settled', async () => {
    const place = () => find('m000999').then(([found]) => found!.stages[0]!);
    const moved = await eventually(async () => {
      const now = await place();
      return now.stage === 'churn' && now;
    });
    expect(moved.subStage).toBe('lost');
  });

  it('quarantines what it refuses, and replays it once the reason is gone', async () => {
    const answer = await system.collect([
      { type: 'track', userId: 'm000777' },
      { type: 'track', event: 'Order Completed', userId: 'null' },
    ]);
    expect(await answer.json()).toMatchObject({
      ok: false,
      okEvents: 1,
      errors: [{ index: 0, code: 'ENVELOPE_FIELD_INVALID' }],
    });
    const records = await eventually(async () => {
      const page = await system.api<Page<QuarantineView>>('GET', '/quarantine');
      return page.items.length === 2 && page.items;
    });
    expect(records.map(({ code }) => code).sort()).toEqual(['ENVELOPE_FIELD_INVALID', 'IDENTITY_NOBODY']);
    expect(
      await system.api('POST', '/quarantine/replay', {
        ids: records.filter(({ code }) => code.startsWith('ENVELOPE')).map(({ id }) => id),
      }),
    ).toEqual({ applied: 0, refused: 1 });
  });

  it('shows all of it on the first page, and serves the admin', async () => {
    const overview = await eventually(async () => {
      const read = await system.api<Overview>('GET', '/overview');
      return read.people === 3 && read;
    });
    expect(overview).toMatchObject({ events: 6, quarantined: 2, deadLetters: 0 });
    const page = await fetch(`${system.coreUrl}/profiles`);
    expect(await page.text()).toContain('<div id="root">');
  });

  it('stops cleanly and is ready again', async () => {
    expect(await system.collector.end('SIGTERM')).toBe(0);
    expect(await system.core.end('SIGTERM')).toBe(0);
    await system.core.start();
    await system.collector.start();
    expect((await find('m000777'))[0]).toMatchObject({ events: 4 });
  }, 60_000);
});
