import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  AudienceDetail,
  AudiencePreview,
  AudienceRun,
  DestinationView,
  Page,
  AudienceMember,
  Rule,
  TagDefinition,
  TagListItem,
  TagPreview,
  TagRun,
} from '@perennial/contract';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { generate } from '../playground/src/index.js';
import { eventually, System } from '../tools/system.js';

const BATCH = 200;
const KILLS = 4;
const TAKEN = [
  'bought_categories',
  'rt_home_shop',
  'rt_visit_rhythm',
  'repurchase_interval',
  'cooling_down',
  'bt_effects',
];
const system = new System({ PERENNIAL_SETTLE_SECONDS: '1' });
let receiver: Server;
const received: { at: number; body: string }[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => (received.push({ at: Date.now(), body }), response.end()));
  });
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  await system.start();
  const events = [...generate({ people: 400, seed: 5, until: Date.now() - 3_600_000 })];
  for (let from = 0; from < events.length; from += BATCH) {
    const answer = await system.collect(events.slice(from, from + BATCH).map(({ envelope }) => envelope));
    expect(answer.status).toBe(200);
  }
  const distinct = new Set(events.map(({ envelope }) => envelope.messageId)).size;
  await eventually(async () => (await system.api<{ events: number }>('GET', '/overview')).events === distinct, 60);
}, 120_000);

afterAll(async () => {
  await system.close();
  receiver.close();
}, 60_000);

/** The answer's status and problem, whatever it is. */
async function asked(method: string, path: string, body: unknown) {
  const answer = await fetch(`${system.coreUrl}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${system.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return {
    status: answer.status,
    body: (await answer.json()) as { code?: string; details?: { problems?: unknown[] } },
  };
}

const isQuiet = async () =>
  (await system.api<TagRun[]>('GET', '/tag-runs').catch(() => undefined))?.every(({ status }) => status === 'done');

describe('tags, as a marketer has them', () => {
  it('come from the library to everybody, though core is killed again and again on the way', async () => {
    await system.api('POST', '/tags/library', { keys: TAKEN });
    for (let kill = 0; kill < KILLS; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 60 * (kill + 1)));
      await system.core.end('SIGKILL');
      await system.core.start();
    }
    await eventually(isQuiet, 60);
    const list = await system.api<TagListItem[]>('GET', '/tags');
    for (const key of TAKEN) {
      const tag = list.find((one) => one.key === key)!;
      // What people hold is what the warehouse computes from all history: nothing was counted twice, nobody left out.
      const preview = await eventually(async () => {
        const found = await system.api<TagPreview>('POST', '/tags/preview', { definition: definitionOf(tag) });
        return found.gained + found.lost + found.changed === 0 ? found : undefined;
      });
      expect(preview.after.people).toBeGreaterThan(key === 'cooling_down' ? -1 : 50);
    }
  }, 180_000);

  it('know what people buy, by the catalogue', async () => {
    const { people } = await system.api<AudiencePreview>('POST', '/audiences/preview', {
      rule: { tag: 'bought_categories', test: { op: 'exists' } },
    });
    const buyers = await system.api<AudiencePreview>('POST', '/audiences/preview', {
      rule: { tag: 'orders_365d', test: { op: 'gte', value: 1 } },
    });
    expect(people).toBe(buyers.people);
  });
});

/** What was listed, without the list's own columns. */
function definitionOf(tag: TagListItem): TagDefinition {
  const definition: Partial<TagListItem> = { ...tag };
  for (const key of ['people', 'usedBy', 'idleDays'] as const) delete definition[key];
  return definition as TagDefinition;
}

describe('an audience, from the rule to the message', () => {
  const rule: Rule = {
    all: [
      { tag: 'orders_365d', test: { op: 'gte', value: 2 } },
      {
        behaviour: { kind: 'aggregate', event: { names: ['Product Viewed'] }, measure: 'count' },
        test: { op: 'gte', value: 3 },
      },
    ],
  };
  const definition = {
    key: 'buyers',
    title: { zh: '复购且爱逛', en: 'Buyers who look around' },
    scenario: { zh: '新品邀约', en: 'Announce new products' },
    kind: 'dynamic',
    rule,
    everyMinutes: 60,
  };

  it('counts the same by preview, by snapshot and by export, which goes on where it was cut off', async () => {
    await system.api('PUT', '/audiences/buyers', { definition, expectedVersion: 0 });
    const preview = await system.api<AudiencePreview>('POST', '/audiences/preview', { rule });
    const run = await system.api<AudienceRun>('POST', '/audiences/buyers/count');
    expect(run.people).toBe(preview.people);
    expect(preview.people).toBeGreaterThan(20);
    const read = async (query: string) => {
      const url = `${system.coreUrl}/api/v1/audiences/buyers/export.csv?columns=tag:orders_365d${query}`;
      const answer = await fetch(url, { headers: { authorization: `Bearer ${system.adminToken}` } });
      return (await answer.text()).trim().split('\r\n');
    };
    const whole = await read('');
    expect(whole.length).toBe(1 + run.people);
    const half = whole[whole.length >> 1]!.split(',')[0]!;
    expect(await read(`&after=${half}`)).toEqual(whole.slice((whole.length >> 1) + 1));
    const { items } = await system.api<Page<AudienceMember>>('GET', '/audiences/buyers/members?limit=200');
    expect(items.length).toBe(Math.min(200, run.people));
  }, 60_000);

  it('tells a destination of whoever enters, within a second of the act', async () => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const { id } = await system.api<DestinationView>('POST', '/destinations', {
      title: 'CRM',
      activation: 'webhook.send',
      options: { url, secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`, allowPrivate: true },
      isEnabled: true,
    });
    await system.api('POST', '/triggers', {
      title: 'into buyers',
      cause: { on: 'audience.entered', audience: 'buyers' },
      destinationId: id,
      payload: {},
      isEnabled: true,
    });
    await eventually(isQuiet, 60);
    expect((await system.api<AudienceDetail>('GET', '/audiences/buyers')).isLive).toBe(true);
    expect(received).toEqual([]);
    const acts = ['Product Viewed', 'Product Viewed', 'Product Viewed', 'Order Completed', 'Order Completed'];
    const began = Date.now();
    await system.collect(acts.map((event) => ({ type: 'track', event, userId: 'm777777', properties: { total: 5 } })));
    await eventually(async () => received.length > 0);
    expect(received.length).toBe(1);
    process.stdout.write(`tags: an act moved an audience and was delivered after ${received[0]!.at - began} ms\n`);
    expect(received[0]!.at - began).toBeLessThan(2_000);
  }, 60_000);
});

describe('what cannot be', () => {
  const base = {
    key: 'bad',
    title: { zh: '坏', en: 'Bad' },
    category: 'behaviour',
    valueType: 'number',
    scenario: { zh: '无', en: 'none' },
    owner: 'li',
    onUnmatched: 'empty',
    version: 1,
  };
  const count = { kind: 'aggregate', event: { names: ["x'; DROP TABLE events; --"] }, measure: 'count' };
  const deep = (depth: number): unknown =>
    depth === 0 ? { tag: 'orders_365d', test: { op: 'exists' } } : { not: deep(depth - 1) };

  it.each([
    ['a circle', { ...base, computation: { kind: 'formula', formula: { tag: 'bad' } } }],
    ['a window of a hundred years', { ...base, computation: { ...count, window: { last: 36_500, unit: 'day' } } }],
    ['a type that the computation does not give', { ...base, valueType: 'scores', computation: count }],
    ['an input that is not there', { ...base, computation: { kind: 'formula', formula: { tag: 'nothing' } } }],
    ['no scenario', { ...base, scenario: { zh: '', en: '' }, computation: count }],
    ['SQL for a key', { ...base, key: "a'; DROP TABLE profile", computation: count }],
  ])('a tag with %s is refused with its place, and nothing of it is in force', async (_, definition) => {
    const before = await system.api<TagListItem[]>('GET', '/tags');
    const key = encodeURIComponent(definition.key);
    const answer = await asked('PUT', `/tags/${key}`, { definition, expectedVersion: 0 });
    expect(answer.status).toBe(400);
    expect(answer.body.code).toMatch(/^TAG_/);
    expect((await system.api<TagListItem[]>('GET', '/tags')).map((tag) => tag.key)).toEqual(
      before.map((tag) => tag.key),
    );
  });

  it.each([
    ['depth 50', deep(50)],
    ['5,001 values', { tag: 'city', test: { op: 'in', values: Array.from({ length: 5_001 }, (_, i) => `c${i}`) } }],
    ['a tag that is not there', { tag: "x' OR 1=1", test: { op: 'exists' } }],
    ['a test that no value can pass', { tag: 'city', test: { op: 'gt', value: 3 } }],
  ])('a rule of %s is refused', async (_, rule) => {
    const answer = await asked('POST', '/audiences/preview', { rule });
    expect([answer.status, answer.body.code]).toEqual([400, 'AUDIENCE_RULE_INVALID']);
    expect(answer.body.details?.problems?.length).toBeGreaterThan(0);
  });

  it('is not what the guide prints: its example works', async () => {
    const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/tags-and-audiences.md'), 'utf8');
    const body = JSON.parse(/-d '(\{.*\})'/.exec(guide)![1]!) as object;
    const preview = await system.api<AudiencePreview>('POST', '/audiences/preview', body);
    expect(preview).toMatchObject({ people: 0, parts: [expect.any(Number), 0] });
    expect(preview.parts[0]).toBeGreaterThan(20);
  });

  it('is answered rightly where it is only odd', async () => {
    const preview = (rule: unknown) => system.api<AudiencePreview>('POST', '/audiences/preview', { rule });
    const values = Array.from({ length: 4_999 }, (_, i) => `c${i}`);
    const inMany = await preview({ tag: 'city', test: { op: 'in', values: [...values, '上海'] } });
    const inOne = await preview({ tag: 'city', test: { op: 'is', value: '上海' } });
    expect(inMany.people).toBe(inOne.people);
    expect(inOne.people).toBeGreaterThan(0);
    const unknown = {
      kind: 'aggregate',
      event: { names: ['Order Completed'], where: [{ property: "no'thing", test: { op: 'is', value: "';--" } }] },
      measure: 'count',
    };
    expect((await preview({ behaviour: unknown, test: { op: 'gte', value: 1 } })).people).toBe(0);
    const { problems } = await system.api<{ problems: unknown[] }>('POST', '/tags/check', {
      definition: { ...base, computation: count },
    });
    expect(problems).toEqual([]);
  }, 30_000);
});
