import { describe, expect, it } from '@jest/globals';
import { defaultPolicy } from '@perennial/contract';
import { cpSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { aCore, aFolder, afterTest, until } from '../../../test-tools/cleaning.js';
import { SECRET } from '../../../test-tools/fake-core.js';
import { writeMmdb } from '../../../test-tools/mmdb-writer.js';
import type { CollectorConfig } from './config.js';
import { startCollector, type RunningCollector } from './serve.js';

async function start(coreUrl: string, folder: string, more: Partial<CollectorConfig> = {}): Promise<RunningCollector> {
  const config = {
    host: '127.0.0.1',
    port: 0,
    folder,
    coreUrl,
    secret: SECRET,
    secretFile: join(folder, 'secret'),
    maxBytes: 1e8,
    truncatesIp: true,
    keyPollMs: 100,
    ...more,
  };
  const collector = await startCollector(config, () => undefined);
  afterTest(() => collector.close().catch(() => undefined));
  return collector;
}

const post = (url: string, body: string | Uint8Array, headers: Record<string, string> = { 'x-write-key': 'key' }) =>
  fetch(`${url}/v1/track`, { method: 'POST', headers, body: body as Uint8Array<ArrayBuffer> });

const send = (url: string, n: number, key = 'key') =>
  post(url, JSON.stringify({ event: '下单', userId: 'm', messageId: `m${n}` }), { 'x-write-key': key });

describe('the collector as a service', () => {
  it('forwards what it accepted, once and in order', async () => {
    const { core, coreUrl } = await aCore();
    const collector = await start(coreUrl, aFolder());
    for (let n = 0; n < 50; n++) expect((await send(collector.url, n)).status).toBe(200);
    await until(() => core.frames.length >= 50);
    expect(core.ids).toEqual(Array.from({ length: 50 }, (_, n) => `m${n}`));
    expect(core.frames[0]!.header).toMatchObject({ sourceId: 'source of key', endpoint: 'track', ip: '127.0.0.0' });
    await until(() => collector.spool.backlogBytes === 0);
    await until(() => collector.metrics.text().includes('spool_oldest_age_seconds 0\n'));
    expect(collector.metrics.value('forwarded_lots_total')).toBeGreaterThan(0);
    expect(collector.metrics.text()).toMatch(/forward_seconds_count [1-9]/);
  });

  it('accepts while core is away, also after a restart, and hands everything over when core is back', async () => {
    const { core, coreUrl } = await aCore();
    const folder = aFolder();
    const first = await start(coreUrl, folder);
    await send(first.url, 0);
    await until(() => core.frames.length === 1);
    core.isAway = true;
    await send(first.url, 1);
    await first.close();
    const second = await start(coreUrl, folder);
    expect((await send(second.url, 2)).status).toBe(200);
    core.isAway = false;
    await until(() => core.frames.length === 3);
    expect(core.ids).toEqual(['m0', 'm1', 'm2']);
    expect(core.logIds.size).toBe(1);
  });

  it('goes on as a new log after its folder was restored, also when core is met only after a restart', async () => {
    const { core, coreUrl } = await aCore();
    const [folder, backup] = [aFolder(), aFolder()];
    const first = await start(coreUrl, folder);
    await until(async () => (await send(first.url, 0)).status === 200);
    await until(() => first.spool.backlogBytes === 0);
    await first.close();
    cpSync(folder, backup, { recursive: true });
    const second = await start(coreUrl, folder);
    for (const n of [1, 2]) await send(second.url, n);
    await until(() => core.frames.length === 3);
    await second.close();
    core.isAway = true;
    const restored = await start(coreUrl, backup);
    for (const n of [3, 4, 5]) expect((await send(restored.url, n)).status).toBe(200);
    await restored.close();
    const again = await start(coreUrl, backup);
    core.isAway = false;
    await until(() => again.spool.backlogBytes === 0);
    expect(core.ids).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
    expect(core.logIds.size).toBe(2);
  });

  it('asks to come back while it never had a list of keys, and starts to accept by itself', async () => {
    const { core, coreUrl } = await aCore();
    core.isAway = true;
    const collector = await start(coreUrl, aFolder());
    const early = await send(collector.url, 0);
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
    core.isAway = false;
    await until(async () => (await send(collector.url, 1)).status === 200);
  });

  it('waits with a clear word while core refuses its secret', async () => {
    const { core, coreUrl } = await aCore();
    const folder = aFolder();
    const first = await start(coreUrl, folder);
    await until(async () => (await send(first.url, 0)).status === 200);
    await until(() => first.spool.backlogBytes === 0);
    await first.close();
    const log: string[] = [];
    const config = { host: '127.0.0.1', port: 0, folder, coreUrl, secret: 'another-secret-012', secretFile: '' };
    const collector = await startCollector(
      { ...config, maxBytes: 1e8, truncatesIp: true, keyPollMs: 100 },
      (_, message, details) => void log.push(`${message} ${JSON.stringify(details)}`),
    );
    afterTest(() => collector.close());
    expect((await send(collector.url, 1)).status).toBe(200);
    await until(() => log.some((line) => line.includes('PERENNIAL_COLLECTOR_SECRET')));
    expect(log.join()).not.toContain('another-secret');
    expect(core.ids).toEqual(['m0']);
    expect(collector.spool.backlogBytes).toBeGreaterThan(0);
    await until(() => /spool_oldest_age_seconds 0\.\d*[1-9]/.test(collector.metrics.text()));
  });

  it('unpacks gzip from the wire and turns away what is too large, announced or not', async () => {
    const { core, coreUrl } = await aCore();
    const collector = await start(coreUrl, aFolder());
    await until(async () => (await send(collector.url, 0)).status === 200);
    expect((await post(collector.url, gzipSync(JSON.stringify({ event: 'X', userId: 'm' })))).status).toBe(200);
    expect((await post(collector.url, 'x'.repeat(5_000_000))).status).toBe(413);
    const endless = new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(65_536)) });
    const chunked = { method: 'POST', headers: { 'x-write-key': 'key' }, body: endless, duplex: 'half' } as RequestInit;
    const answer = await fetch(`${collector.url}/v1/track`, chunked).catch(() => undefined);
    expect(answer === undefined || answer.status === 413).toBe(true);
    expect((await send(collector.url, 1)).status).toBe(200);
    await until(() => core.frames.length === 3);
    expect(collector.metrics.text()).toContain('perennial_collector_in_flight_bytes 0\n');
  });

  it('lets go of what a client that breaks off had sent', async () => {
    const { coreUrl } = await aCore();
    const collector = await start(coreUrl, aFolder());
    const inFlight = () => /in_flight_bytes (\d+)/.exec(collector.metrics.text())?.[1];
    const socket = connect(collector.port, '127.0.0.1');
    socket.write('POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"half":');
    await until(() => inFlight() === '8');
    socket.destroy();
    await until(() => inFlight() === '0');
    expect((await send(collector.url, 0)).status).toBe(200);
  });

  it('finishes what is under way when it closes, quickly, and takes nothing more', async () => {
    const { coreUrl } = await aCore();
    const folder = aFolder();
    const collector = await start(coreUrl, folder);
    await until(async () => (await send(collector.url, 0)).status === 200);
    const body = JSON.stringify({ event: 'X', userId: 'm', messageId: 'late' });
    const socket = connect(collector.port, '127.0.0.1').setEncoding('utf8');
    let answer = '';
    socket.on('data', (text: string) => (answer += text));
    socket.write(`POST /v1/track HTTP/1.1\r\nHost: x\r\nX-Write-Key: key\r\nContent-Length: ${body.length}\r\n\r\n{`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const began = Date.now();
    const closing = collector.close();
    await expect(send(collector.url, 99)).rejects.toThrow('fetch failed');
    socket.write(body.slice(1));
    await closing;
    expect(Date.now() - began).toBeLessThan(2_000);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  });

  it('stamps what a request tells: its user agent, and its place by the whole address', async () => {
    const { core, coreUrl } = await aCore();
    core.policies = { 'source of key': { ...defaultPolicy('web'), bots: 'mark', revision: 1, hashKey: 'k' } };
    const folder = aFolder();
    const geoFile = join(folder, 'places.mmdb');
    writeFileSync(geoFile, writeMmdb({ '127.0.0.1/32': { country: 'CN', city: '上海' } }));
    const collector = await start(coreUrl, folder, { geoFile });
    const headers = { 'x-write-key': 'key', 'user-agent': 'Mozilla/5.0 (compatible; Baiduspider/2.0)' };
    expect((await post(collector.url, JSON.stringify({ event: 'X', userId: 'm' }), headers)).status).toBe(200);
    await until(() => core.frames.length === 1);
    const { ip, request } = core.frames[0]!.header;
    expect(ip).toBe('127.0.0.0');
    expect(request).toMatchObject({ browser: 'BaiduSpider', country: 'CN', city: '上海', isBot: true });
  });

  it('refuses a second collector on the same spool', async () => {
    const { coreUrl } = await aCore();
    const folder = aFolder();
    const first = await start(coreUrl, folder);
    await expect(start(coreUrl, folder)).rejects.toThrow('Another collector');
    await first.close();
    await start(coreUrl, folder);
  });

  it('lets go of the folder when its port is taken', async () => {
    const { coreUrl } = await aCore();
    const first = await start(coreUrl, aFolder());
    const folder = aFolder();
    await expect(start(coreUrl, folder, { port: first.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await start(coreUrl, folder);
  });
});
