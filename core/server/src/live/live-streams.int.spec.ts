import { Controller, Get, Res, type DynamicModule } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LiveEvent } from '@perennial/contract';
import type { Response } from 'express';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { AccessModule, Needs, Users, Who, type Principal } from '../access/index.js';
import { CORE_MIGRATIONS, CORE_TABLES, openDatabase } from '../database/index.js';
import { createHttpApp } from '../http/index.js';
import { LiveFeed } from './live-feed.js';
import { LiveStreams, MAX_STREAMS } from './live-streams.js';

/** A feed that says what it is told to. */
class Loud {
  private readonly listeners = new Set<(event: LiveEvent) => void>();

  listen(listener: (event: LiveEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get count(): number {
    return this.listeners.size;
  }

  say(name: string): void {
    for (const listener of this.listeners) listener({ name } as LiveEvent);
  }
}

@Needs('viewer')
@Controller('api/v1')
class Live {
  constructor(private readonly streams: LiveStreams) {}

  @Get('live')
  live(@Res() response: Response, @Who() who: Principal): void {
    this.streams.start(response, who);
  }
}

describe('live streams', () => {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-live-'));
  const feed = new Loud();
  let dataSource: DataSource;
  let url: string;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const place = `sqlite:${join(folder, 'record.db')}`;
    dataSource = await openDatabase({ url: place, tables: CORE_TABLES, migrations: CORE_MIGRATIONS });
    const access = AccessModule.with({
      dataSource,
      now: Date.now,
      collectorSecret: 'collector-secret',
      isSecure: false,
      passwordCost: 2 ** 10,
    });
    const root: DynamicModule = {
      module: class Root {},
      imports: [access],
      controllers: [Live],
      providers: [LiveStreams, { provide: LiveFeed, useValue: feed }],
    };
    const app = await createHttpApp(root, { logger: false, isHttps: false, adminFolder: '/nowhere' });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}/api/v1`;
    await app.get(Users).ensureFirst('correct horse');
    await app.get(Users).create('lin', 'admin', 'first password');
    await dataSource.query('UPDATE operator SET must_change = 0');
    close = () => app.close();
  }, 60_000);

  afterAll(async () => {
    await close();
    await dataSource.destroy();
    rmSync(folder, { recursive: true });
  }, 60_000);

  const signIn = async (name: string, password: string) => {
    const answer = await fetch(`${url}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, password }),
    });
    const { csrf } = (await answer.json()) as { csrf: string };
    return { cookie: answer.headers.get('set-cookie')!.split(';')[0]!, 'x-csrf-token': csrf };
  };

  /** All that a stream says until it ends. */
  const watch = async (headers: Record<string, string>) => {
    const answer = await fetch(`${url}/live`, { headers });
    return { status: answer.status, said: answer.text().catch(() => 'cut') };
  };

  const within = <T>(work: Promise<T>) => Promise.race([work, sleep(8_000).then(() => 'still open')]);

  it.each([
    [
      'signing out',
      async (headers: Record<string, string>) => void (await fetch(`${url}/session`, { method: 'DELETE', headers })),
    ],
    [
      'losing the role',
      async () => void (await dataSource.query("UPDATE operator SET role = 'viewer' WHERE name = 'lin'")),
    ],
    ['being idle too long', async () => void (await dataSource.query('UPDATE operator_session SET seen_at = 1'))],
    ['being removed', async () => void (await dataSource.query("DELETE FROM operator WHERE name = 'lin'"))],
  ])(
    'end with %s, and hear nothing that comes later',
    async (_, end) => {
      const headers = await signIn('lin', 'first password');
      const { said } = await watch(headers);
      feed.say('before');
      await end(headers);
      expect(await within(said)).toContain('"before"');
      feed.say('after');
      expect(await said).not.toContain('"after"');
      expect(feed.count).toBe(0);
    },
    30_000,
  );

  it('are bounded in number', async () => {
    const headers = await signIn('admin', 'correct horse');
    const open = await Promise.all(Array.from({ length: MAX_STREAMS + 5 }, () => watch(headers)));
    expect(open.filter(({ status }) => status === 429)).toHaveLength(5);
    await fetch(`${url}/session`, { method: 'DELETE', headers });
    await within(Promise.all(open.map(({ said }) => said)));
    expect(feed.count).toBe(0);
  }, 60_000);

  it('close on who does not read', async () => {
    const headers = await signIn('admin', 'correct horse');
    const answer = await fetch(`${url}/live`, { headers });
    const long = 'x'.repeat(200_000);
    for (let n = 0; n < 400 && feed.count > 0; n++) {
      feed.say(long);
      await sleep(5);
    }
    expect(feed.count).toBe(0);
    await answer.body!.cancel().catch(() => undefined);
  }, 60_000);
});
