import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  defaultPolicy,
  type FindingView,
  type Page,
  type ParityResult,
  type QuarantineView,
  type SourcePolicy,
  type SourceSettings,
  type SourceView,
  type WriteKeyView,
} from '@perennial/contract';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, System } from '../tools/system.js';

const system = new System({ PERENNIAL_DEMO: 'off' });
let source: SourceView;
let key: WriteKeyView;

beforeAll(async () => {
  await system.start();
  source = await system.api<SourceView>('POST', '/sources', { title: '官网', kind: 'web' });
  key = await system.api<WriteKeyView>('POST', `/sources/${source.id}/keys`);
}, 120_000);
afterAll(() => system.close(), 60_000);

/** What an operator sees happen. */
const SECONDS = 6;

const put = async (change: Partial<SourcePolicy>) => {
  const { revision } = await system.api<SourceSettings>('GET', `/sources/${source.id}/settings`);
  const policy = { ...defaultPolicy('web'), ...change };
  return system.api<SourceSettings>('PUT', `/sources/${source.id}/settings`, { policy, revision });
};
const send = async (body: unknown, headers: Record<string, string> = {}, writeKey = key.key!) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(`${system.collectorUrl}/v1/batch`, {
    method: 'POST',
    body: text,
    headers: { 'x-write-key': writeKey, ...headers },
  });
  return {
    status: answer.status,
    body: (await answer.json()) as { code?: string; okEvents: number; errors: { code: string }[] },
  };
};
const paid = (userId: string, more: object = {}) => ({
  batch: [{ type: 'track', event: 'Paid', userId, properties: { total: 1 }, ...more }],
});

const metrics = async () => (await fetch(`${system.collectorUrl}/metrics`)).text();

const note = (text: string) => paid('dirty', { properties: { total: 1, note: text } });
const phones = ['13912345678', '18688886666'] as const;
const secrets = [...phones, 'li.na@example.com', '203.0.113.77', 'guessed-write-key'];

/** What broken and careless clients send. */
async function sendDirt(): Promise<void> {
  const [one, two] = phones;
  const headers = { 'x-forwarded-for': '203.0.113.77', 'user-agent': 'curl/8' };
  const bodies: unknown[] = [
    note(`打给我 ${one} li.na@example.com`),
    note(encodeURIComponent(`+86 ${two}`)),
    `{"batch":[{"broken": "${one}"`,
    { batch: [{ type: one }, one, null, { type: 'track', event: two, userId: 'u', timestamp: one }] },
    { batch: one },
    `\u0000${two}`,
    'x'.repeat(600_000),
  ];
  for (const body of bodies) await send(body, headers);
  await send(note(one), headers, 'guessed-write-key');
  await fetch(`${system.collectorUrl}/sa?data=${btoa(one)}&token=${key.key!}`);
}

describe('the settings of a source', () => {
  it('are in force at the edge within seconds', async () => {
    const evil = { origin: 'https://evil.example' };
    await eventually(async () => (await send(paid('s1'), evil)).status === 200, SECONDS);
    const scrub: SourcePolicy['scrub'] = [
      { pattern: 'phone', action: 'mask' },
      { pattern: 'email', action: 'hash' },
    ];
    await put({ origins: ['https://shop.example.com'], scrub });
    await eventually(async () => (await send(paid('s1'), evil)).status === 403, SECONDS);
    expect((await send(paid('s1'), { origin: 'https://shop.example.com' })).status).toBe(200);
  }, 30_000);

  it('stay so while core is away and the collector is started anew: no phone of a dirty load is on its disk or in its log', async () => {
    await system.core.end('SIGTERM');
    await system.collector.end('SIGKILL');
    await system.collector.start();
    expect((await send(paid('s2'), { origin: 'https://evil.example' })).status).toBe(403);
    await sendDirt();
    const kept = everything(join(system.folder, 'collector'));
    expect(kept).toContain('139****78');
    for (const secret of [...phones, 'li.na@example.com', 'MTM5MTIz']) expect(kept).not.toContain(secret);
    await system.core.start();
    await eventually(async () => (await metrics()).includes('forward_seconds_count'));
    const told = await metrics();
    for (const secret of [...secrets, key.key!]) expect(told + system.collector.output).not.toContain(secret);
    for (const name of ['events_total', 'requests_turned_total', 'spool_backlog_bytes', 'spool_oldest_age_seconds'])
      expect(told).toContain(`perennial_collector_${name}`);
  }, 60_000);

  it('hold a plan: what is refused waits, is reported, and goes through once the plan takes it', async () => {
    const total = { path: 'total', type: 'number' as const, isRequired: true };
    await put({ plan: { mode: 'block', events: [{ name: 'Paid', properties: [total] }] } });
    const bad = paid('p1', { messageId: 'p1', properties: {} });
    await eventually(async () => (await send(bad)).body.errors[0]?.code === 'PLAN_PROPERTY_MISSING', SECONDS);
    expect((await send(paid('p1'))).body.okEvents).toBe(1);
    const { items } = await eventually(async () => {
      const page = await system.api<Page<QuarantineView>>('GET', '/quarantine?code=PLAN_PROPERTY_MISSING');
      return page.items.length > 0 && page;
    });
    const found = await system.api<FindingView[]>('GET', `/sources/${source.id}/findings?days=1`);
    expect(found[0]).toMatchObject({ code: 'PLAN_PROPERTY_MISSING', event: 'Paid', path: 'total' });
    await put({ plan: { mode: 'off', events: [] } });
    const ids = items.slice(0, 1).map(({ id }) => id);
    expect(await system.api('POST', '/quarantine/replay', { ids })).toEqual({ applied: 1, refused: 0 });
  }, 60_000);
});

it('shows how an old tracker’s counts compare', async () => {
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const ask = { old: { csv: `date,event,count\n${today},paid,1000\n` }, oursId: source.id, from: today, to: today };
  const result = await eventually(async () => {
    const parity = await system.api<ParityResult>('POST', '/parity', ask);
    return parity.events.length > 0 && parity;
  });
  expect(result.events[0]).toMatchObject({ names: { old: 'paid', ours: 'Paid' }, isFlagged: true });
}, 60_000);

it('refuses a key within seconds after it was revoked', async () => {
  expect((await send(paid('r'))).status).toBe(200);
  await system.api('DELETE', `/sources/${source.id}/keys/${key.id}`);
  await eventually(async () => (await send(paid('r'))).status === 401, SECONDS);
}, 30_000);

/** All bytes of a folder's files, as text. */
function everything(folder: string): string {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name !== 'keys.json')
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('');
}
