import { Controller, Get } from '@nestjs/common';
import { afterAll, expect, it } from '@jest/globals';
import { describeStores } from '@perennial/testing';
import type { DataSource } from 'typeorm';
import request from 'supertest';
import { createHttpApp } from '../http/index.js';
import { AccessModule, Needs, Users } from './index.js';

@Controller('api/v1/things')
class Things {
  @Needs('viewer')
  @Get()
  list() {
    return [];
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
    { logger: false, isHttps: true, adminFolder: '/nowhere' },
  );
  await app.init();
  closing.push(() => app.close());
  await app.get(Users).ensureFirst('correct horse');
  const server = app.getHttpServer() as Parameters<typeof request>[0];
  const signIn = async (name = 'admin', password = 'correct horse') => {
    const answer = await request(server).post('/api/v1/session').send({ name, password });
    const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    return { answer, cookie, csrf: (answer.body as { csrf: string }).csrf };
  };
  return { server, clock, app, signIn };
}

describeStores('access', (open) => {
  afterAll(async () => {
    for (const close of closing.splice(0)) await close();
  });

  it('signs in with a cookie that scripts cannot read, and out again', async () => {
    const { server, signIn } = await setup((await open()).dataSource);
    const { answer, cookie, csrf } = await signIn();
    expect(answer.headers['set-cookie']?.[0]).toMatch(/HttpOnly; Secure; SameSite=Lax/);
    await request(server).get('/api/v1/things').set('Cookie', cookie).expect(200);
    await request(server).delete('/api/v1/session').set('Cookie', cookie).set('x-csrf-token', csrf).expect(204);
    await request(server).get('/api/v1/things').set('Cookie', cookie).expect(401);
  });

  it('answers a wrong name and a wrong password alike, as problem+json', async () => {
    const { signIn } = await setup((await open()).dataSource);
    const [wrongName, wrongPassword] = [await signIn('nobody'), await signIn('admin', 'wrong')];
    expect(wrongName.answer.status).toBe(401);
    expect(wrongName.answer.headers['content-type']).toMatch(/application\/problem\+json/);
    expect(wrongName.answer.body).toEqual(wrongPassword.answer.body);
  });

  it('slows guessing down after ten attempts', async () => {
    const { signIn } = await setup((await open()).dataSource);
    for (let n = 0; n < 10; n++) await signIn('ghost', 'wrong');
    const { answer } = await signIn('ghost', 'wrong');
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(60);
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
  });

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
  });

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
  });

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
  });

  it('keeps the last admin, and writes changes to the audit without values', async () => {
    const { server, signIn } = await setup((await open()).dataSource);
    const { cookie, csrf, answer } = await signIn();
    const { id } = (answer.body as { user: { id: string } }).user;
    const remove = await request(server).delete(`/api/v1/users/${id}`).set('Cookie', cookie).set('x-csrf-token', csrf);
    expect(remove.body).toMatchObject({ code: 'ACCESS_LAST_ADMIN' });
    const trail = await request(server).get('/api/v1/audit?limit=1').set('Cookie', cookie);
    expect(trail.body).toMatchObject({ items: [{ user: 'admin', action: 'session.open', target: id }] });
  });

  it('refuses broken bodies, unknown fields and edited cursors with the reason', async () => {
    const { server, signIn } = await setup((await open()).dataSource);
    const bad = await request(server).post('/api/v1/session').send({ name: 'admin', password: 'x', role: 'admin' });
    expect(bad.body).toMatchObject({ status: 400, code: 'REQUEST_INVALID', detail: expect.stringContaining('role') });
    const { cookie } = await signIn();
    const edited = await request(server).get('/api/v1/audit?cursor=abc').set('Cookie', cookie);
    expect(edited.body).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  });

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
  });
});
