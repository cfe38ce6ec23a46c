import { afterEach, describe, expect, it } from '@jest/globals';
import { readFrames, type LogFrame } from '@perennial/contract';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCollector, type RunningCollector } from './serve.js';
import { Spool } from './spool/spool.js';

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'perennial-spool-'));
  closing.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Core as far as a collector knows it: takes frames, can be away, and remembers what it was given. */
async function fakeCore() {
  const core = { frames: [] as LogFrame[], isAway: false, position: 0 };
  const server = createServer((request, response) => {
    void (async () => {
      const body = await readAll(request);
      if (core.isAway) return response.writeHead(503).end();
      if (request.headers.authorization !== 'Bearer shared-secret-0123') return response.writeHead(403).end();
      if (request.url === '/internal/v1/keys')
        return response.end(
          JSON.stringify({ keys: [{ hash: createHash('sha256').update('key').digest('hex'), sourceId: 's1' }] }),
        );
      const from = Number(request.headers['x-log-from']);
      const frames = readFrames(new Uint8Array(body), from).filter(({ end }) => end > core.position);
      core.frames.push(...frames);
      core.position = Math.max(core.position, from + body.length);
      return response.end(JSON.stringify({ position: core.position }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  closing.push(() => server.closeAllConnections());
  return { core, coreUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function start(coreUrl: string, path: string): Promise<RunningCollector> {
  const config = {
    host: '127.0.0.1',
    port: 0,
    folder: path,
    coreUrl,
    secret: 'shared-secret-0123',
    secretFile: join(path, 'secret'),
    maxBytes: 1e8,
    truncatesIp: true,
  };
  const collector = await startCollector(config, () => undefined);
  closing.push(() => collector.close().catch(() => undefined));
  return collector;
}

const send = (url: string, n: number) =>
  fetch(`${url}/v1/track`, {
    method: 'POST',
    headers: { 'x-write-key': 'key' },
    body: JSON.stringify({ event: 'X', userId: 'm', messageId: `m${n}` }),
  });

const idsOf = (frames: LogFrame[]) =>
  frames.map(({ body }) => (JSON.parse(new TextDecoder().decode(body)) as { messageId: string }).messageId);

async function until(test: () => boolean): Promise<void> {
  for (let n = 0; n < 200 && !test(); n++) await new Promise((resolve) => setTimeout(resolve, 25));
  expect(test()).toBe(true);
}

describe('the collector as a service', () => {
  it('forwards what it accepted, once and in order', async () => {
    const { core, coreUrl } = await fakeCore();
    const collector = await start(coreUrl, folder());
    for (let n = 0; n < 50; n++) expect((await send(collector.url, n)).status).toBe(200);
    await until(() => core.frames.length >= 50);
    expect(idsOf(core.frames)).toEqual(Array.from({ length: 50 }, (_, n) => `m${n}`));
    await until(() => collector.spool.backlogBytes === 0);
  });

  it('accepts while core is away, also after a restart, and hands everything over when core is back', async () => {
    const { core, coreUrl } = await fakeCore();
    const path = folder();
    const first = await start(coreUrl, path);
    await send(first.url, 0);
    await until(() => core.frames.length === 1);
    core.isAway = true;
    await send(first.url, 1);
    await first.close();
    const second = await start(coreUrl, path);
    expect((await send(second.url, 2)).status).toBe(200);
    core.isAway = false;
    await until(() => core.frames.length === 3);
    expect(idsOf(core.frames)).toEqual(['m0', 'm1', 'm2']);
  });

  it('refuses a second collector on the same spool', async () => {
    const { coreUrl } = await fakeCore();
    const path = folder();
    await start(coreUrl, path);
    writeFileSync(join(path, 'lock'), String(process.ppid));
    await expect(start(coreUrl, path)).rejects.toThrow('Another collector');
  });
});

const header = { receivedAt: 1, sourceId: 's', endpoint: 'track' };
const text = (n: number) => new TextEncoder().encode(`{"n":${n}}`);
const openSpool = (path: string, log: string[] = [], maxBytes = 1e9) =>
  new Spool({ folder: path, maxBytes, log: (_, message) => void log.push(message) });
const numbers = async (spool: Spool, from = 0) =>
  readFrames(await spool.read(from, 1e9), from).map(
    ({ body }) => (JSON.parse(new TextDecoder().decode(body)) as { n: number }).n,
  );

describe('the spool', () => {
  it('cuts a torn tail off at every byte and goes on from the last whole frame', async () => {
    const path = folder();
    const first = openSpool(path);
    await first.append(header, text(1));
    const whole = first.end;
    await first.append(header, text(2));
    const { end } = first;
    await first.close();
    const segment = join(
      path,
      readdirSync(path).find((name) => name.endsWith('.log'))!,
    );
    const bytes = readFileSync(segment);
    for (let cut = whole + 1; cut < end; cut += 7) {
      writeFileSync(segment, bytes);
      truncateSync(segment, cut);
      const again = openSpool(path);
      expect(again.end).toBe(whole);
      await again.append(header, text(3));
      expect(await numbers(again)).toEqual([1, 3]);
      await again.close();
    }
  });

  it('moves damage aside, says so, and keeps what lies before it', async () => {
    const path = folder();
    const first = openSpool(path);
    for (const n of [1, 2, 3]) await first.append(header, text(n));
    await first.close();
    const segment = join(
      path,
      readdirSync(path).find((name) => name.endsWith('.log'))!,
    );
    const bytes = readFileSync(segment);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(segment, bytes);
    const log: string[] = [];
    const again = openSpool(path, log);
    expect(await numbers(again)).toEqual([1]);
    expect(log.join()).toMatch(/damaged/);
    expect(readdirSync(path).some((name) => name.endsWith('.damaged'))).toBe(true);
    await again.close();
  });

  it('goes on with the next segment when one is damaged in the middle', async () => {
    const path = folder();
    const spool = openSpool(path);
    await spool.append(header, text(1));
    appendFileSync(
      join(
        path,
        readdirSync(path).find((name) => name.endsWith('.log'))!,
      ),
      Buffer.alloc(0),
    );
    const position = spool.end;
    await spool.append(header, text(2));
    await spool.setAside(position);
    expect(spool.backlogBytes).toBe(0);
    await spool.append(header, text(3));
    expect(await numbers(spool, spool.checkpoint)).toEqual([3]);
    await spool.close();
  });

  it('turns requests away when it is full, and takes them again when core has caught up', async () => {
    const spool = openSpool(folder(), [], 150);
    await spool.append(header, text(1));
    await expect(spool.append(header, new Uint8Array(100))).rejects.toThrow('no room');
    spool.acknowledge(spool.end);
    await spool.append(header, text(2));
    await spool.close();
  });

  it('shares one sync among requests that wait together', async () => {
    const spool = openSpool(folder());
    await Promise.all(Array.from({ length: 500 }, (_, n) => spool.append(header, text(n))));
    expect(await numbers(spool)).toHaveLength(500);
    await spool.close();
  });
});
