import { serve } from '@hono/node-server';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FOREIGN } from '../../adapters/foreign.js';
import { createCollector } from '../../app.js';
import { answerScripts } from '../../script-files.js';
import { InFlight } from '../../in-flight.js';
import { Metrics } from '../../metrics.js';
import type { CollectorConfig } from './config.js';
import { FolderLock } from './folder-lock.js';
import { Facts } from './request-facts.js';
import { Forwarder } from './forwarder.js';
import { HttpOutlet } from './http-outlet.js';
import { KeyCache } from './key-cache.js';
import { logToStdout, type Log } from './log.js';
import { glance, receiveNode } from './receive.js';
import { readScripts } from './script-files.js';
import { keepPrivate } from './private-folder.js';
import { readOrMakeSecret } from './secret.js';
import type { Outlet } from './outlet.js';
import { PairedRecord } from './paired-record.js';
import { Spool } from './spool/spool.js';
import { HttpWay, NatsWay } from './way.js';

export interface RunningCollector {
  port: number;
  url: string;
  spool: Spool;
  metrics: Metrics;
  /** Stops accepting, answers what is under way (for at most four seconds), syncs and lets go of the folder. */
  close(): Promise<void>;
}

/** Slow clients may not hold a connection for ever. */
const TIMEOUTS = {
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  keepAliveTimeout: 65_000,
  // Node looks only every half minute otherwise.
  connectionsCheckingInterval: 2_000,
};
const DRAIN_MS = 4_000;
const DRAIN_LOOK_MS = 50;
const IN_FLIGHT_BYTES = 64 * 1024 * 1024;

/**
 * Opens the spool, listens and forwards. Rejects when the port is taken or another collector has the folder. `onLost` is
 * told when another one has taken it later: this process keeps nothing more, and must end.
 */
export async function startCollector(
  config: CollectorConfig,
  log: Log = logToStdout,
  onLost: () => void = () => undefined,
): Promise<RunningCollector> {
  for (const sentence of keepPrivate(config.folder)) log('info', sentence);
  const lock = await FolderLock.take(config.folder);
  lock.onLost = onLost;
  try {
    return await open(config, log, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function open(config: CollectorConfig, log: Log, lock: FolderLock): Promise<RunningCollector> {
  const { folder, coreUrl, truncatesIp } = config;
  const secret = config.secret ?? readOrMakeSecret(config.secretFile);
  const metrics = new Metrics();
  const inFlight = new InFlight(IN_FLIGHT_BYTES);
  const spool = new Spool({ folder, maxBytes: config.maxBytes, keepMs: config.keepMs, log, metrics, lock });
  const keys = new KeyCache({ folder, coreUrl, secret, pollMs: config.keyPollMs, now: Date.now, log });
  const facts = new Facts(config.geoFile, log);
  const outlet = await outletOf(config, new HttpOutlet({ coreUrl, secret }));
  const way = config.nats ? new NatsWay(folder) : new HttpWay(folder, () => spool.checkpoint);
  const forwarder = new Forwarder({ spool, outlet, way, record: new PairedRecord(folder), log, metrics });
  metrics.gauge('spool_backlog_bytes', () => spool.backlogBytes);
  metrics.gauge('spool_oldest_age_seconds', () => forwarder.oldestAge(Date.now()) / 1000);
  metrics.gauge('in_flight_bytes', () => inFlight.bytes);
  metrics.gauge('write_keys', () => keys.size);
  await facts.start();
  const leaving = { isOn: false };
  const app = createCollector({
    receive: receiveNode,
    sourceOf: (key) => keys.sourceOf(key),
    keep: (header, body) => spool.append(header, body),
    now: Date.now,
    glance,
    factsOf: (userAgent, address) => facts.of(userAgent, address),
    foreign: FOREIGN,
    truncatesIp,
    proxies: config.proxies ?? 0,
    inFlight,
    metrics,
    isLeaving: () => leaving.isOn,
  });
  // Pages load the tracker from a collector that has a disk; workers have theirs elsewhere.
  answerScripts(app, readScripts(log));
  const server = await listen(app.fetch, config);
  keys.start();
  const forwarding = forwarder.run();
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    leaving.isOn = true;
    if (config.leaveMs) await sleep(config.leaveMs);
    await stopListening(server);
    keys.stop();
    facts.stop();
    await forwarder.stop();
    await forwarding;
    await spool.close();
    lock.release();
  };
  return { port, url: `http://127.0.0.1:${port}`, spool, metrics, close };
}

/** The client of NATS is loaded only where it is used. */
async function outletOf({ nats }: CollectorConfig, core: HttpOutlet): Promise<Outlet> {
  if (!nats) return core;
  const { NatsOutlet } = await import('./nats/nats-outlet.js');
  return new NatsOutlet(nats, core);
}

function listen(fetch: Parameters<typeof serve>[0]['fetch'], { port, host }: CollectorConfig): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: host, serverOptions: TIMEOUTS }, () => resolve(server)) as Server;
    server.once('error', reject);
  });
}

/** What has begun is finished, for a while; connections go as soon as they are idle. */
function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const began = Date.now();
    const timer = setInterval(() => {
      if (Date.now() - began < DRAIN_MS) server.closeIdleConnections();
      else server.closeAllConnections();
    }, DRAIN_LOOK_MS);
    server.close(() => {
      clearInterval(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
