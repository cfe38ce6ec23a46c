import { serve, type HttpBindings } from '@hono/node-server';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { createCollector } from '../../app.js';
import { Metrics } from '../../metrics.js';
import type { CollectorConfig } from './config.js';
import { lockFolder } from './folder-lock.js';
import { Forwarder } from './forwarder.js';
import { KeyCache } from './key-cache.js';
import { Spool } from './spool/spool.js';

export interface RunningCollector {
  port: number;
  url: string;
  spool: Spool;
  metrics: Metrics;
  close(): Promise<void>;
}

/** Slow clients may not hold a connection for ever. */
const TIMEOUTS = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 };
const DRAIN_MS = 4_000;

/** Opens the spool, listens and forwards. Rejects when the port is taken or another collector has the folder. */
export async function startCollector(
  config: CollectorConfig,
  log: (level: 'info' | 'error', message: string) => void,
): Promise<RunningCollector> {
  mkdirSync(config.folder, { recursive: true });
  const release = lockFolder(config.folder);
  const secret = config.secret ?? readOrMakeSecret(config.secretFile);
  const spool = new Spool({ folder: config.folder, maxBytes: config.maxBytes, log });
  const keys = new KeyCache({ folder: config.folder, coreUrl: config.coreUrl, secret, now: Date.now });
  const forwarder = new Forwarder({ spool, coreUrl: config.coreUrl, secret, log });
  const metrics = new Metrics();
  metrics.gauge('spool_backlog_bytes', () => spool.backlogBytes);
  const app = createCollector({
    sourceOf: (key) => keys.sourceOf(key),
    keep: (header, body) => spool.append(header, body),
    now: Date.now,
    ipOf: (c) => (c.env as HttpBindings | undefined)?.incoming?.socket.remoteAddress,
    truncatesIp: config.truncatesIp,
    metrics,
  });
  const server = await listen(app.fetch, config).catch((error: unknown) => {
    release();
    throw error;
  });
  keys.start();
  const forwarding = forwarder.run();
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    spool,
    metrics,
    close: async () => {
      await stopListening(server);
      keys.stop();
      forwarder.stop();
      await forwarding;
      await spool.close();
      release();
    },
  };
}

function listen(fetch: Parameters<typeof serve>[0]['fetch'], { port, host }: CollectorConfig): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: host, serverOptions: TIMEOUTS }, () => resolve(server)) as Server;
    server.once('error', reject);
  });
}

/** What has begun is finished, for a while; idle connections go at once. */
function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function readOrMakeSecret(path: string): string {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600 });
  }
  return readFileSync(path, 'utf8').trim();
}
