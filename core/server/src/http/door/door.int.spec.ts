import { Body, Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IsObject } from 'class-validator';
import type { Request } from 'express';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import type { DataSource } from 'typeorm';
import { AccessModule, Needs, Users } from '../../access/index.js';
import { addressOf } from '../../access/http/client-address.js';
import { CORE_MIGRATIONS, CORE_TABLES, openDatabase } from '../../database/index.js';
import { createHttpApp, type HttpOptions } from '../index.js';

class RuleBody {
  @IsObject() rule!: object;
}

@Controller()
class Rooms {
  @Needs('collector')
  @Post('internal/v1/log')
  @HttpCode(200)
  log(@Req() { body }: Request) {
    return { bytes: (body as Buffer).length };
  }

  @Needs('viewer')
  @Post('api/v1/rules')
  @HttpCode(200)
  rule(@Body() { rule }: RuleBody) {
    return { keys: Object.keys(rule).length };
  }

  @Needs('collector')
  @Get('api/v1/address')
  address(@Req() asked: Request) {
    return { address: addressOf(asked) };
  }
}

const SECRET = 'Bearer collector-secret';
const MB = 1024 ** 2;
/** One for all senders, so that what grows is the server's. */
const FILLER = Buffer.alloc(31 * MB);
const closing: (() => unknown)[] = [];

async function setup(dataSource: DataSource, more: Partial<HttpOptions> = {}) {
  const access = AccessModule.with({
    dataSource,
    now: Date.now,
    collectorSecret: 'collector-secret',
    isSecure: false,
    passwordCost: 2 ** 10,
  });
  const app = await createHttpApp(
    { module: class Root {}, imports: [access], controllers: [Rooms] },
    { logger: false, isHttps: false, adminFolder: '/nowhere', ...more },
  );
  await app.listen(0, '127.0.0.1');
  closing.push(() => app.close());
  await app.get(Users).ensureFirst('correct horse');
  const server = app.getHttpServer() as Parameters<typeof request>[0];
  return { server, port: (app.getHttpServer().address() as AddressInfo).port };
}

/** A request whose last byte never comes; tells what was answered meanwhile. */
function withhold(port: number, head: string, bytes: number): { socket: Socket; said: () => string } {
  const socket = connect(port, '127.0.0.1');
  let said = '';
  socket.on('data', (part) => (said += part.toString()));
  socket.on('error', () => undefined);
  socket.write(`${head}\r\nHost: core\r\nContent-Length: ${bytes}\r\n\r\n`);
  socket.write(FILLER.subarray(0, bytes - 1));
  closing.push(() => socket.destroy());
  return { socket, said: () => said };
}

const LOG = 'POST /internal/v1/log HTTP/1.1\r\nContent-Type: application/octet-stream';

describe('doors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-doors-'));
  let dataSource: DataSource;
  beforeAll(async () => {
    const url = `sqlite:${join(folder, 'record.db')}`;
    dataSource = await openDatabase({ url, tables: CORE_TABLES, migrations: CORE_MIGRATIONS });
  }, 60_000);
  afterAll(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
    await dataSource.destroy();
    rmSync(folder, { recursive: true });
  }, 60_000);

  it('answers strangers before their bodies, whose bytes fill no memory', async () => {
    const { port } = await setup(dataSource);
    const before = process.memoryUsage().arrayBuffers;
    const strangers = Array.from({ length: 40 }, () => withhold(port, LOG, 31 * MB));
    for (let n = 0; n < 100 && strangers.some(({ said }) => said() === ''); n++) await sleep(50);
    expect(strangers.map(({ said }) => said().slice(0, 12))).toEqual(Array(40).fill('HTTP/1.1 401'));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * MB);
  }, 60_000);

  it('bounds the bytes under way of those who may send, and gives the room back', async () => {
    const { server, port } = await setup(dataSource);
    const send = () =>
      request(server)
        .post('/internal/v1/log')
        .set('authorization', SECRET)
        .type('application/octet-stream')
        .send(Buffer.alloc(31 * MB));
    const held = Array.from({ length: 4 }, () => withhold(port, `${LOG}\r\nAuthorization: ${SECRET}`, 31 * MB));
    await sleep(500);
    expect((await send()).body).toMatchObject({ status: 503, code: 'REQUEST_BUSY' });
    for (const { socket } of held) socket.destroy();
    await sleep(200);
    expect((await send()).body).toEqual({ bytes: 31 * MB });
  }, 60_000);

  it('takes raw bytes for the log alone, and little at the sign-in', async () => {
    const { server } = await setup(dataSource);
    const large = JSON.stringify({ name: 'admin', password: 'x'.repeat(20_000) });
    const signIn = await request(server).post('/api/v1/session').type('application/json').send(large);
    expect(signIn.body).toMatchObject({ status: 413, code: 'REQUEST_TOO_LARGE' });
    const unknown = await request(server).post('/nowhere').send({ a: 1 });
    expect(unknown.status).toBe(401);
  }, 60_000);

  it('answers a body that is nested too deep with 400', async () => {
    const { server } = await setup(dataSource);
    const { headers, body } = await request(server)
      .post('/api/v1/session')
      .send({ name: 'admin', password: 'correct horse' });
    const post = (text: string) =>
      request(server)
        .post('/api/v1/rules')
        .set('Cookie', headers['set-cookie']![0]!.split(';')[0]!)
        .set('x-csrf-token', (body as { csrf: string }).csrf)
        .type('application/json')
        .send(text);
    const deep = await post(`{"rule":${'{"all":['.repeat(5_000)}${']}'.repeat(5_000)}}`);
    expect(deep.body).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    expect((await post(`{"rule":${'{"all":['.repeat(20)}${']}'.repeat(20)}}`)).body).toEqual({ keys: 1 });
  }, 60_000);

  it('believes a forwarded address only behind as many proxies as are trusted', async () => {
    const seen = async (proxies: number) => {
      const { server } = await setup(dataSource, { proxies });
      const answer = await request(server)
        .get('/api/v1/address')
        .set('authorization', SECRET)
        .set('X-Forwarded-For', '198.51.100.9, 203.0.113.7');
      return (answer.body as { address: string }).address;
    };
    expect([await seen(0), await seen(1), await seen(2)]).toEqual(['127.0.0.1', '203.0.113.7', '198.51.100.9']);
  }, 60_000);

  it('shows figures and the description to this machine, to the token and to operators, and keeps no answer', async () => {
    const { server } = await setup(dataSource, { proxies: 1, metricsToken: 'metrics-token-0123' });
    const get = (address: string) => request(server).get('/api/openapi.json').set('X-Forwarded-For', address);
    expect((await get('127.0.0.1')).status).toBe(200);
    expect((await get('203.0.113.7')).status).toBe(401);
    expect((await get('203.0.113.7').set('authorization', 'Bearer metrics-token-0123')).status).toBe(200);
    const answer = await request(server).get('/api/v1/address').set('authorization', SECRET);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(answer.headers['etag']).toBeUndefined();
  }, 60_000);
});
