import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GroupDetail } from '@perennial/contract';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { System, WRITE_KEY } from '../tools/system.js';
import { countsOf, expectTimesKept, named, PATIENCE_S, settled, type Person } from './arrivals.js';
import { NODE_CLIENTS } from './clients.js';

const DAY_MS = 86_400_000;
const BACKDATED = Date.now() - 2 * DAY_MS;
const FLAT = { total: 9, shade: '大红👩‍👩‍👧' };
const RICH = { ...FLAT, lines: [{ sku: 'A1', pieces: 0 }], gift: { note: '', wrapped: false, card: null } };
const script = join(import.meta.dirname, 'node-clients.mjs');
const system = new System();
const userOf = (client: string) => `m-${client}`;
const phones = Object.keys(NODE_CLIENTS).map((_, index) => `139${String(11_110_000 + index)}`);

beforeAll(() => system.start(), 120_000);
afterAll(() => system.close(), 60_000);

/** Runs it in a process of its own until that ends by itself: what it had to say is said then. */
async function run(client: string): Promise<void> {
  const backdated = new Date(BACKDATED).toISOString();
  const phone = phones[Object.keys(NODE_CLIENTS).indexOf(client)]!;
  const told = [client, system.collectorUrl, WRITE_KEY, userOf(client), backdated, phone];
  const child = spawn(process.execPath, [script, ...told], { env: { PATH: process.env['PATH'] }, stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_S * 1_000);
  const ended = await new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  clearTimeout(timer);
  expect(ended).toBe(0);
}

function expectOrder(client: string, person: Person): void {
  const properties = client.startsWith('sensors') ? FLAT : RICH;
  expect(named(person, 'OrderCompleted')).toEqual([
    expect.objectContaining({ type: 'track', properties: expect.objectContaining(properties) }),
  ]);
}

/** One profile has all that was said before and after the login, under both ids. */
function expectOnePerson(client: string, { profile }: Person): void {
  const users = profile.identifiers.filter(({ kind }) => kind === 'user_id').map(({ value }) => value);
  const isAliased = '$alias' in NODE_CLIENTS[client]!;
  expect(users.sort()).toEqual([userOf(client), ...(isAliased ? [`old-${userOf(client)}`] : [])].sort());
  // Snowplow's form has no word for traits.
  if (client.startsWith('snowplow')) return;
  const traits = Object.fromEntries(profile.traits.map(({ key, value }) => [key, value]));
  expect(traits).toMatchObject({ city: 'Chengdu', nickname: '小花👩‍👩‍👧' });
}

async function expectGroupKept(client: string, person: Person): Promise<void> {
  const id = `store-${userOf(client)}`;
  expect(named(person, '$group')[0]!.properties).toMatchObject({ $group_id: id, name: '花漾九店' });
  expect(person.profile.identifiers.filter(({ kind }) => kind === 'phone')).toEqual([]);
  const group = await system.api<GroupDetail>('GET', `/groups/${id}`);
  expect(group).toMatchObject({ id });
}

const expectBound = ({ profile }: Person): void =>
  expect(profile.identifiers.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['user_id', 'phone', 'wechat_openid']),
  );

describe('clients from npm, unmodified, in Node', () => {
  it.concurrent.each(Object.entries(NODE_CLIENTS))(
    '%s',
    async (client, counts) => {
      await run(client);
      const person = await settled(system, userOf(client));
      expect(countsOf(person)).toEqual(counts);
      // It states no time where it sends one by one, so that its acts are when they arrive.
      expectTimesKept(person, client === 'sensors-mini-1.14' ? PATIENCE_S * 1_000 : undefined);
      expect(named(person, 'Backdated').map(({ at }) => at)).toEqual(counts['Backdated'] ? [BACKDATED] : []);
      expectOrder(client, person);
      expectOnePerson(client, person);
      if (counts['$group']) await expectGroupKept(client, person);
      if (counts['$bind']) expectBound(person);
    },
    3 * PATIENCE_S * 1_000,
  );
});
