import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Role, TokenScope } from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import { createHash } from 'node:crypto';
import request from 'supertest';
import { Audit, Tokens, Users } from '../access/index.js';
import { createCoreApp } from '../core.module.js';
import { openTestPlatform, type TestPlatform } from './fixture/platform.fixture.js';

const PHONE = '13912341184';
const MAIL = 'li.na@example.com';
const HOUR = 3_600_000;
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

let test: TestPlatform;

async function serve() {
  const app = await createCoreApp(test.platform, { logger: false, adminFolder: '/nowhere' });
  await app.init();
  const server = app.getHttpServer() as Parameters<typeof request>[0];
  const call = async (headers: Record<string, string>, method: 'get' | 'post', path: string, body?: object) => {
    const answer = await request(server)[method](`/api/v1/${path}`).set(headers).send(body);
    return { status: answer.status, body: answer.body as Answered };
  };
  type Answered = { items: { id: string }[]; results: { profileId?: string }[]; code?: string; details?: unknown };
  /** An operator who is signed in. */
  const operator = async (name: string, role: Role) => {
    const users = new Users(test.platform.dataSource, () => test.clock.now, 2 ** 10);
    const { id } = await users.create(name, role, 'a first word of passage');
    await test.platform.dataSource.query('UPDATE operator SET must_change = 0 WHERE id = ?', [id]);
    const signedIn = await request(server).post('/api/v1/session').send({ name, password: 'a first word of passage' });
    const cookies = [signedIn.headers['set-cookie'] ?? []].flat().map((one) => one.split(';')[0]!);
    const csrf = (signedIn.body as { csrf: string }).csrf;
    return (method: 'get' | 'post', path: string, body?: object) =>
      call({ cookie: cookies.join('; '), 'x-csrf-token': csrf }, method, path, body);
  };
  const machine = async (title: string, scopes: TokenScope[]) => {
    const expiresAt = test.clock.now + 100 * HOUR;
    const { token } = await app.get(Tokens).create({ title, role: 'viewer', scopes, expiresAt, maker: undefined });
    return (method: 'get' | 'post', path: string, body?: object) =>
      call({ authorization: `Bearer ${token}` }, method, path, body);
  };
  const trail = async () =>
    (await app.get(Audit).list(200))
      .filter(({ action }) => action === 'identity.lookup')
      .map(({ user, target, outcome }) => [user, target, outcome]);
  return { app, operator, machine, trail };
}

let served: Awaited<ReturnType<typeof serve>>;

async function start(url?: string): Promise<void> {
  test = await openTestPlatform(url);
  await test.take({ id: 'e1', type: 'identify', userId: 'm1', traits: { phone: PHONE, email: MAIL } });
  served = await serve();
}

const end = async () => {
  await served.app.close();
  await test.close();
};

const phones = (from: number, n: number) => Array.from({ length: n }, (_, i) => `1391234${from + i}`);

function onPlatform(): void {
  it('compares no lists of phones, e-mails or their hashes for a viewer, whatever kind they are called', async () => {
    const viewer = await served.operator('vi', 'viewer');
    const tries = [
      { kind: 'phone', value: PHONE },
      { kind: 'email', value: MAIL },
      { kind: 'phone_md5', value: md5(PHONE) },
      { kind: 'user_id', value: PHONE },
      { kind: 'anonymous_id', value: `+86 ${PHONE}` },
    ];
    for (const identifier of tries)
      expect(await viewer('post', 'identity/resolve', { identifiers: [identifier] })).toMatchObject({
        status: 403,
        body: { code: 'ACCESS_LOOKUP_DENIED' },
      });
    const member = await viewer('post', 'identity/resolve', { identifiers: [{ kind: 'user_id', value: 'm1' }] });
    expect(member.body.results).toEqual([{ profileId: expect.stringMatching(/^p_/) }]);
  });

  it('lets a viewer look a customer up at the counter, and nobody try numbers: thirty misses an hour, each in the audit', async () => {
    const viewer = await served.operator('counter', 'viewer');
    const search = (text: string) => viewer('post', 'profiles/search', { text });
    expect((await search(PHONE)).body.items).toHaveLength(1);
    expect((await search(MAIL)).body.items).toHaveLength(1);
    expect((await search('m1')).body.items).toHaveLength(1);
    const answers = await Promise.all(phones(2000, 40).map(search));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.length - refused.length).toBeLessThanOrEqual(30);
    expect(answers.flatMap(({ body }) => body.items ?? [])).toEqual([]);
    while ((await search('13912343000')).status === 200);
    // Whoever is over it sees no more, not even of a number that exists, by whatever name.
    for (const text of [PHONE, `+86 ${PHONE}`, `0086-${PHONE}`, MAIL, md5(PHONE)])
      expect(await search(text)).toMatchObject({ status: 429, body: { code: 'ACCESS_LOOKUPS_TOO_MANY' } });
    expect((await search('m1')).body.items).toHaveLength(1);
    const rows = (await served.trail()).filter(([user]) => user === 'counter');
    expect(rows).toContainEqual(['counter', 'phone 1', 'found 1']);
    expect(rows).toContainEqual(['counter', 'email 1', 'found 1']);
    expect(rows).toContainEqual(['counter', 'phone 1', 'ACCESS_LOOKUPS_TOO_MANY']);
    expect(rows.filter(([, , outcome]) => outcome === 'found 0')).toHaveLength(30);
    expect(JSON.stringify(rows)).not.toMatch(/139|li\.na/);
  });

  it('keeps the count over a restart, and begins anew with the hour', async () => {
    const before = await served.operator('patient', 'viewer');
    for (const text of phones(4000, 30)) await before('post', 'profiles/search', { text });
    await served.app.close();
    served = await serve();
    const id = (await served.app.get(Users).list()).find(({ name }) => name === 'patient')!.id;
    await served.app.get(Users).remove(id);
    const kept = await test.platform.dataSource.query<unknown[]>('SELECT id FROM lookup_budget WHERE misses = 30');
    expect(kept.length).toBeGreaterThan(0);
    const again = await served.operator('patient2', 'viewer');
    for (const text of phones(5000, 30)) await again('post', 'profiles/search', { text });
    expect((await again('post', 'profiles/search', { text: PHONE })).status).toBe(429);
    test.clock.now += HOUR;
    expect((await again('post', 'profiles/search', { text: PHONE })).body.items).toHaveLength(1);
  });

  it('gives nothing back for what was found by other ids: what they find pays for no try', async () => {
    const token = await served.machine('pays', ['read', 'lookup']);
    const known = Array.from({ length: 500 }, () => ({ kind: 'user_id', value: 'm1' }));
    const list = (from: number) => [...known, ...phones(from, 500).map((value) => ({ kind: 'phone', value }))];
    for (let n = 0; n < 4; n++)
      expect((await token('post', 'identity/resolve', { identifiers: list(1200 + 500 * n + 500) })).status).toBe(200);
    expect((await token('post', 'identity/resolve', { identifiers: list(7000) })).status).toBe(429);
  });

  it('takes a token only where it was made for look-ups', async () => {
    const [reads, looks] = [await served.machine('r', ['read']), await served.machine('l', ['read', 'lookup'])];
    const asked = { identifiers: [{ kind: 'phone', value: PHONE }] };
    for (const [path, body] of [
      ['identity/resolve', asked],
      ['profiles/search', { text: PHONE }],
    ] as const)
      expect(await reads('post', path, body)).toMatchObject({ status: 403, body: { code: 'ACCESS_SCOPE_MISSING' } });
    expect((await looks('post', 'identity/resolve', asked)).body.results).toHaveLength(1);
    expect(await served.trail()).toContainEqual(['token:l', 'phone 1', 'found 1']);
  });

  it('takes no phone or e-mail in an address, and answers no mask by what stands behind it', async () => {
    const viewer = await served.operator('addresses', 'viewer');
    for (const q of [PHONE, `+86${PHONE}`, MAIL])
      expect(await viewer('get', `profiles?q=${encodeURIComponent(q)}`)).toMatchObject({
        status: 400,
        body: { code: 'PROFILE_SEARCH_IN_ADDRESS' },
      });
    expect((await viewer('get', 'profiles?q=m1')).body.items).toHaveLength(1);
    expect((await viewer('get', `profiles?q=${md5(PHONE)}`)).body.items).toEqual([]);
    // As earlier versions kept it.
    await test.platform.dataSource.query("UPDATE identifier SET shown = '139****1184' WHERE kind = 'phone'");
    expect((await viewer('get', `profiles?q=${encodeURIComponent('139****1184')}`)).body.items).toEqual([]);
    const page = JSON.stringify((await viewer('get', 'profiles')).body);
    expect(page).toContain('139****84');
    expect(page).toContain('l***@e***.com');
    expect(page).not.toMatch(/1184|example/);
  });
}

describeStores('looking up by phone and e-mail', (open) =>
  describe('by HTTP', () => {
    beforeAll(async () => start((await open()).url), 60_000);
    afterAll(end, 60_000);
    onPlatform();
  }),
);
