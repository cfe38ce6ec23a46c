import { Body, Controller, Get, Post } from '@nestjs/common';
import { afterAll, expect, it } from '@jest/globals';
import { describeStores } from '@perennial/testing';
import type { DataSource } from 'typeorm';
import request from 'supertest';
import { createHttpApp } from '../http/index.js';
import { actOn } from '../users.command.js';
import { AccessModule, Needs, Users } from './index.js';

@Controller('api/v1/things')
class Things {
  @Needs('viewer')
  @Get()
  list() {
    return [];
  }

  @Needs('admin')
  @Post(':id')
  change(@Body() { title }: { title: string }) {
    if (title === 'broken') throw new Error('broken');
    return { title };
  }

  @Needs('collector')
  @Get('inner')
  inner() {
    return [];
  }
}

@Controller('open')
class Forgotten {
  @Get()
  open() {
    return 'anyone';
  }
}

const DAY = 86_400_000;
const closing: (() => Promise<unknown>)[] = [];

async function setup(dataSource: DataSource, controllers: (new () => object)[] = [Things]) {
  const clock = { now: 1.7e12 };
  const access = AccessModule.with({
    dataSource,
    now: () => clock.now,
    collectorSecret: 'collector-secret',
    isSecure: true,
    passwordCost: 2 ** 10,
  });
  const app = await createHttpApp(
    { module: class Root {}, imports: [access], controllers },
    { logger: false, isHttps: true, adminFolder: '/nowhere', proxies: 1 },
  );
  await app.init();
  closing.push(() => app.close());
  await app.get(Users).ensureFirst('correct horse');
  const server = app.getHttpServer() as Parameters<typeof request>[0];
  const signIn = async (
    name = 'admin',
    password = 'correct horse',
    from: { address?: string; device?: string } = {},
  ) => {
    const { address = '203.0.113.1', device = '' } = from;
    const answer = await request(server)
      .post('/api/v1/session')
      .set('X-Forwarded-For', address)
      .set('Cookie', device)
      .send({ name, password });
    const [cookie = '', known = ''] = [answer.headers['set-cookie'] ?? []].flat().map((one) => one.split(';')[0]!);
    return { answer, cookie, device: known, csrf: (answer.body as { csrf: string }).csrf };
  };
  const as = ({ cookie, csrf }: { cookie: string; csrf: string }) => ({
    call: async (method: 'get' | 'post' | 'patch' | 'delete', path: string, body?: object) => {
      const asked = request(server)[method](`/api/v1/${path}`).set('Cookie', cookie).set('x-csrf-token', csrf);
      const { status, body: answered, text } = await (body ? asked.send(body) : asked);
      return { status, body: answered as never, text };
    },
  });
  const withToken = (token: string) => ({
    call: async (method: 'get' | 'post' | 'delete', path: string, body?: object) => {
      const asked = request(server)[method](`/api/v1/${path}`).set('Authorization', `Bearer ${token}`);
      const { status, body: answered } = await (body ? asked.send(body) : asked);
      return { status, body: answered as never };
    },
  });
  return { server, clock, app, signIn, as, withToken };
}

describeStores('access', (open) => {
  afterAll(async () => {
    for (const close of closing.splice(0)) await close();
  }, 60_000);

  it('signs in with a cookie that scripts cannot read, and out again', async () => {
    const { server, signIn } = await setup((await open()).dataSource);
    const { answer, cookie, csrf } = await signIn();
    expect(answer.headers['set-cookie']?.[0]).toMatch(/HttpOnly; Secure; SameSite=Lax/);
    await request(server).get('/api/v1/things').set('Cookie', cookie).expect(200);
    await request(server).delete('/api/v1/session').set('Cookie', cookie).set('x-csrf-token', csrf).expect(204);
    await request(server).get('/api/v1/things').set('Cookie', cookie).expect(401);
  }, 60_000);

  it('answers a wrong name and a wrong password alike, as problem+json', async () => {
    const { signIn } = await setup((await open()).dataSource);
    const [wrongName, wrongPassword] = [await signIn('nobody'), await signIn('admin', 'wrong')];
    expect(wrongName.answer.status).toBe(401);
    expect(wrongName.answer.headers['content-type']).toMatch(/application\/problem\+json/);
    expect(wrongName.answer.body).toEqual(wrongPassword.answer.body);
  }, 60_000);

  it('slows guessing down after ten attempts', async () => {
    const { signIn } = await setup((await open()).dataSource);
    for (let n = 0; n < 10; n++) await signIn('ghost', 'wrong');
    const { answer } = await signIn('ghost', 'wrong');
    expect(answer.status).toBe(429);
    // It grows with each further one, up to a quarter of an hour.
    expect(Number(answer.headers['retry-after'])).toBe(30);
  }, 30_000);

  it('refuses an unsafe request of a session without its token, and takes it with', async () => {
    const { server, signIn } = await setup((await open()).dataSource);
    const { cookie, csrf } = await signIn();
    const create = () =>
      request(server).post('/api/v1/tokens').set('Cookie', cookie).send({ title: 'ci', role: 'viewer' });
    expect((await create()).body).toMatchObject({ code: 'ACCESS_CSRF_WRONG', status: 403 });
    expect((await create().set('x-csrf-token', csrf)).body).toMatchObject({
      title: 'ci',
      token: expect.stringMatching(/^pt_/),
    });
  }, 60_000);

  it('lets a token do what its role may and no more', async () => {
    const { server, signIn } = await setup((await open()).dataSource);
    const { cookie, csrf } = await signIn();
    const { body } = await request(server)
      .post('/api/v1/tokens')
      .set('Cookie', cookie)
      .set('x-csrf-token', csrf)
      .send({ title: 'ci', role: 'viewer' });
    const token = `Bearer ${(body as { token: string }).token}`;
    await request(server).get('/api/v1/things').set('Authorization', token).expect(200);
    await request(server).get('/api/v1/users').set('Authorization', token).expect(403);
    await request(server).get('/api/v1/things/inner').set('Authorization', token).expect(403);
    await request(server).get('/api/v1/things/inner').set('Authorization', 'Bearer collector-secret').expect(200);
    await request(server).get('/api/v1/things').set('Authorization', 'Bearer collector-secret').expect(403);
  }, 60_000);

  it('ends a session that was idle, and the others when the password changes', async () => {
    const { server, clock, signIn } = await setup((await open()).dataSource);
    const [one, two] = [await signIn(), await signIn()];
    const change = { current: 'correct horse', next: 'battery staple 9' };
    await request(server)
      .post('/api/v1/session/password')
      .set('Cookie', one.cookie)
      .set('x-csrf-token', one.csrf)
      .send(change)
      .expect(204);
    await request(server).get('/api/v1/things').set('Cookie', two.cookie).expect(401);
    await request(server).get('/api/v1/things').set('Cookie', one.cookie).expect(200);
    clock.now += DAY;
    await request(server).get('/api/v1/things').set('Cookie', one.cookie).expect(401);
  }, 60_000);

  it('makes a new user change the password before anything else', async () => {
    const { server, signIn } = await setup((await open()).dataSource);
    const { cookie, csrf } = await signIn();
    await request(server)
      .post('/api/v1/users')
      .set('Cookie', cookie)
      .set('x-csrf-token', csrf)
      .send({ name: 'lin', role: 'viewer', password: 'first password' })
      .expect(201);
    const lin = await signIn('lin', 'first password');
    expect(lin.answer.body).toMatchObject({ mustChangePassword: true, user: { role: 'viewer' } });
    const answer = await request(server).get('/api/v1/things').set('Cookie', lin.cookie);
    expect(answer.body).toMatchObject({ code: 'ACCESS_PASSWORD_CHANGE_NEEDED' });
  }, 60_000);

  it('keeps the last admin, and writes changes to the audit without values', async () => {
    const { server, signIn } = await setup((await open()).dataSource);
    const { cookie, csrf, answer } = await signIn();
    const { id } = (answer.body as { user: { id: string } }).user;
    const remove = await request(server).delete(`/api/v1/users/${id}`).set('Cookie', cookie).set('x-csrf-token', csrf);
    expect(remove.body).toMatchObject({ code: 'ACCESS_LAST_ADMIN' });
    // What was refused is in it as well, with the reason.
    const trail = await request(server).get('/api/v1/audit?limit=2').set('Cookie', cookie);
    expect(trail.body).toMatchObject({
      items: [
        { user: 'admin', action: 'user.remove', target: id, outcome: 'ACCESS_LAST_ADMIN' },
        { user: 'admin', action: 'session.open', target: id },
      ],
    });
  }, 60_000);

  it('refuses broken bodies, unknown fields and edited cursors with the reason', async () => {
    const { server, signIn } = await setup((await open()).dataSource);
    const bad = await request(server).post('/api/v1/session').send({ name: 'admin', password: 'x', role: 'admin' });
    expect(bad.body).toMatchObject({ status: 400, code: 'REQUEST_INVALID', detail: expect.stringContaining('role') });
    const { cookie } = await signIn();
    const edited = await request(server).get('/api/v1/audit?cursor=abc').set('Cookie', cookie);
    expect(edited.body).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  }, 60_000);

  it('sends the security headers and does not start with a route that names no role', async () => {
    const { dataSource } = await open();
    const { server } = await setup(dataSource);
    const answer = await request(server).get('/api/v1/things');
    expect(answer.headers).toMatchObject({
      'content-security-policy': expect.stringContaining("script-src 'self'"),
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers['x-powered-by']).toBeUndefined();
    await expect(setup(dataSource, [Forgotten])).rejects.toThrow('Forgotten.open');
  }, 60_000);

  it('lets no stranger lock an operator out, wherever the wrong attempts come from', async () => {
    const { signIn, clock } = await setup((await open()).dataSource);
    const { device } = await signIn();
    for (let n = 0; n < 10; n++) await signIn('admin', 'wrong', { address: '198.51.100.9' });
    const stranger = await signIn('admin', 'wrong', { address: '198.51.100.9' });
    expect(stranger.answer.status).toBe(429);
    expect((await signIn('admin', 'correct horse', { address: '198.51.100.9', device })).answer.status).toBe(200);
    expect((await signIn('admin', 'correct horse', { address: '203.0.113.7' })).answer.status).toBe(200);
    for (let n = 0; n < 60; n++) await signIn('admin', 'wrong', { address: `192.0.2.${n}` });
    expect((await signIn('admin', 'correct horse', { address: '203.0.113.7', device })).answer.status).toBe(200);
    const slowed = await signIn('admin', 'correct horse', { address: '203.0.113.7' });
    expect(Number(slowed.answer.headers['retry-after'])).toBeLessThanOrEqual(30);
    clock.now += 31_000;
    expect((await signIn('admin', 'correct horse', { address: '203.0.113.7' })).answer.status).toBe(200);
  }, 90_000);

  it('keeps what it counted over a restart, counts no success, and an address over all names', async () => {
    const { dataSource } = await open();
    const first = await setup(dataSource);
    for (let n = 0; n < 120; n++) expect((await first.signIn()).answer.status).toBe(200);
    for (let n = 0; n < 100; n++) await first.signIn(`name${n}`, 'wrong');
    const second = await setup(dataSource);
    expect((await second.signIn('other', 'wrong')).answer.status).toBe(429);
    expect((await second.signIn('other', 'wrong', { address: '203.0.113.2' })).answer.status).toBe(401);
  }, 90_000);

  it('limits guesses of the current password', async () => {
    const { signIn, as } = await setup((await open()).dataSource);
    const { call } = as(await signIn());
    const guess = () => call('post', 'session/password', { current: 'wrong', next: 'battery staple 9' });
    const said: number[] = [];
    for (let n = 0; n < 6; n++) said.push((await guess()).status);
    expect(said).toEqual([401, 401, 401, 401, 401, 429]);
  }, 60_000);

  it('has in the audit what failed, where it came from and how it ended, with roles before and after', async () => {
    const { signIn, as } = await setup((await open()).dataSource);
    await signIn('admin', 'wrong', { address: '198.51.100.9' });
    await signIn('my password by mistake', 'x');
    const admin = as(await signIn());
    const made = await admin.call('post', 'users', { name: 'lin', role: 'viewer', password: 'first password' });
    const { id } = made.body as { id: string };
    await admin.call('patch', `users/${id}`, { role: 'admin' });
    await admin.call('post', 'things/t1', { title: 'broken' });
    await admin.call('post', 'things/t2', { title: 'fine' });
    await admin.call('delete', 'session');
    const { call } = as(await signIn());
    const { items } = (await call('get', 'audit')).body as { items: Record<string, unknown>[] };
    const rows = items.map(({ user, action, target, address, outcome }) => [user, action, target, address, outcome]);
    expect(rows.slice(1, 8)).toEqual([
      ['admin', 'session.close', expect.any(String), expect.any(String), undefined],
      ['admin', 'POST /api/v1/things/:id', 't2', expect.any(String), 'done'],
      ['admin', 'POST /api/v1/things/:id', 't1', expect.any(String), 'failed'],
      ['admin', 'user.role', `${id} viewer > admin`, expect.any(String), 'done'],
      ['admin', 'user.create', `${id} as viewer`, expect.any(String), 'done'],
      ['admin', 'session.open', expect.any(String), '203.0.113.1', undefined],
      ['', 'session.refused', 'unknown name', '203.0.113.1', undefined],
    ]);
    expect(rows[8]).toEqual(['admin', 'session.refused', expect.any(String), '198.51.100.9', undefined]);
    const csv = await call('get', 'audit.csv');
    expect(csv.text.split('\r\n')[0]).toBe('\ufeffid,time,user,action,target,address,outcome');
    expect(csv.text).toContain(`user.role,${id} viewer > admin,`);
  }, 60_000);

  it('refuses an act whose row the record does not take', async () => {
    const { dataSource } = await open();
    const { signIn, as } = await setup(dataSource);
    const { call } = as(await signIn());
    await dataSource.query('ALTER TABLE audit RENAME TO audit_away');
    expect((await call('post', 'users', { name: 'lin', role: 'viewer', password: 'first password' })).status).toBe(500);
    await dataSource.query('ALTER TABLE audit_away RENAME TO audit');
    expect((await call('get', 'users')).body).toHaveLength(1);
  }, 60_000);

  it('refuses a title that the audit could not hold, and takes the longest one whole', async () => {
    const { signIn, as, withToken } = await setup((await open()).dataSource);
    const { call } = as(await signIn());
    expect((await call('post', 'tokens', { title: 'x'.repeat(59), role: 'admin' })).status).toBe(400);
    const { token } = (await call('post', 'tokens', { title: '长'.repeat(58), role: 'admin' })).body as {
      token: string;
    };
    expect((await withToken(token).call('post', 'things/t1', { title: 'a' })).status).toBe(201);
    const { items } = (await call('get', 'audit?limit=1')).body as { items: object[] };
    expect(items).toEqual([expect.objectContaining({ user: `token:${'长'.repeat(58)}`, target: 't1' })]);
  }, 60_000);

  it('ties a token to its maker, its term and its scopes', async () => {
    const { signIn, as, withToken, clock } = await setup((await open()).dataSource);
    const admin = as(await signIn());
    const made = await admin.call('post', 'users', { name: 'lin', role: 'admin', password: 'first password' });
    const { id } = made.body as { id: string };
    const lin = await signIn('lin', 'first password');
    await as(lin).call('post', 'session/password', { current: 'first password', next: 'battery staple 9' });
    const tokenOf = async (more: object) => {
      const { body } = await as(lin).call('post', 'tokens', { title: 'ci', role: 'admin', ...more });
      return withToken((body as { token: string }).token);
    };
    const [manage, access] = [await tokenOf({ days: 30 }), await tokenOf({ scopes: ['read', 'access'] })];
    expect((await manage.call('post', 'things/t1', { title: 'a' })).status).toBe(201);
    expect((await manage.call('get', 'users')).body).toMatchObject({ code: 'ACCESS_SCOPE_MISSING', status: 403 });
    expect((await access.call('post', 'things/t1', { title: 'a' })).status).toBe(403);
    expect((await access.call('post', 'tokens', { title: 'x', role: 'admin' })).body).toMatchObject({
      code: 'ACCESS_SCOPE_MISSING',
    });
    const child = await access.call('post', 'tokens', { title: 'x', role: 'viewer', scopes: ['read'] });
    const grandchild = withToken((child.body as { token: string }).token);
    expect((await grandchild.call('get', 'things')).status).toBe(200);
    await admin.call('patch', `users/${id}`, { role: 'viewer' });
    expect((await manage.call('post', 'things/t1', { title: 'a' })).status).toBe(403);
    expect((await manage.call('get', 'things')).status).toBe(200);
    clock.now += 31 * DAY;
    expect((await manage.call('get', 'things')).status).toBe(401);
    expect((await grandchild.call('get', 'things')).status).toBe(200);
    await as(await signIn()).call('delete', `users/${id}`);
    expect((await grandchild.call('get', 'things')).status).toBe(401);
  }, 60_000);

  it('resets a password to a one-time one, lists sessions and signs out everywhere', async () => {
    const { signIn, as, clock } = await setup((await open()).dataSource);
    const here = await signIn();
    await signIn('admin', 'correct horse', { address: '198.51.100.9' });
    const admin = as(here);
    expect((await admin.call('get', 'session/all')).body).toEqual([
      expect.objectContaining({ isCurrent: expect.any(Boolean) }),
      expect.objectContaining({ isCurrent: expect.any(Boolean) }),
    ]);
    expect((await admin.call('delete', 'session/others')).status).toBe(204);
    expect((await admin.call('get', 'session/all')).body).toEqual([
      { isCurrent: true, address: '203.0.113.1', createdAt: clock.now, seenAt: clock.now, agent: '' },
    ]);
    const made = await admin.call('post', 'users', { name: 'lin', role: 'viewer', password: 'first password' });
    const { id } = made.body as { id: string };
    const lin = await signIn('lin', 'first password');
    const { password } = (await admin.call('post', `users/${id}/password`)).body as { password: string };
    expect((await as(lin).call('get', 'session')).status).toBe(401);
    expect((await signIn('lin', password)).answer.body).toMatchObject({ mustChangePassword: true });
    expect((await admin.call('delete', `users/${id}/sessions`)).status).toBe(204);
    expect((await admin.call('get', `users/${id}/sessions`)).body).toEqual([]);
  }, 60_000);

  it('lists, adds and resets users from the command line, with a row in the audit', async () => {
    const { dataSource } = await open();
    const { signIn, as } = await setup(dataSource);
    const before = await signIn();
    const said: string[] = [];
    const run = (act: 'list' | 'add' | 'reset', name?: string) =>
      actOn(dataSource, { act, name, role: undefined, say: (line) => void said.push(line) }, 2 ** 10);
    await run('reset', 'admin');
    expect((await as(before).call('get', 'session')).status).toBe(401);
    const password = said[0]!.split(': ')[1]!;
    expect((await signIn('admin', password)).answer.body).toMatchObject({ mustChangePassword: true });
    await run('add', 'mei');
    expect((await signIn('mei', said[1]!.split(': ')[1])).answer.status).toBe(200);
    await run('list');
    expect(said.slice(2).toSorted()).toEqual(['admin\tadmin', 'mei\tadmin']);
    await expect(run('reset', 'nobody')).rejects.toMatchObject({ code: 'ACCESS_USER_ABSENT' });
    const rows = await dataSource.query<object[]>("SELECT action FROM audit WHERE `user` = 'command line' ORDER BY id");
    expect(rows).toEqual([{ action: 'password.reset' }, { action: 'user.create' }]);
  }, 60_000);

  it('sweeps sessions that ended without coming back', async () => {
    const { dataSource } = await open();
    const { signIn, clock } = await setup(dataSource);
    for (let n = 0; n < 3; n++) await signIn();
    clock.now += DAY;
    await signIn();
    expect(await dataSource.query('SELECT id FROM operator_session')).toHaveLength(1);
  }, 60_000);

  it('makes a preset password be changed when it is asked to, and takes no weak one', async () => {
    const { dataSource } = await open();
    const users = new Users(dataSource, Date.now, 2 ** 10);
    await expect(users.ensureFirst('aaaaaaaaaa', true)).rejects.toMatchObject({ code: 'ACCESS_PASSWORD_WEAK' });
    await users.ensureFirst('correct horse', true);
    const { signIn } = await setup(dataSource);
    expect((await signIn()).answer.body).toMatchObject({ mustChangePassword: true });
  }, 60_000);
});
