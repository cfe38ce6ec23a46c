import { afterAll, expect, it } from '@jest/globals';
import { describeNats, NatsCluster } from '../../collector/test-tools/nats.js';
import { generate, type DemoEvent } from '../playground/src/index.js';
import { inspect, type Remains } from '../tools/inspect.js';
import { eventually, System } from '../tools/system.js';

const until = Date.parse('2026-06-01T00:00:00Z');
const BATCH = 20;
const events = [...generate({ people: 60, seed: 5, until })];
const distinct = new Set(events.map(({ envelope }) => envelope.messageId)).size;
const closing: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
}, 60_000);

async function sendAll(system: System, all: DemoEvent[], pauseMs = 0): Promise<void> {
  for (let from = 0; from < all.length; from += BATCH) {
    const batch = all.slice(from, from + BATCH).map(({ envelope }) => envelope);
    await eventually(async () => (await system.collect(batch).catch(() => undefined))?.status === 200, 60);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

async function finish(system: System): Promise<Remains> {
  await eventually(
    async () => (await system.api<{ events: number }>('GET', '/overview').catch(() => undefined))?.events === distinct,
    60,
  );
  await system.collector.end('SIGTERM');
  await system.core.end('SIGTERM');
  return inspect(system.folder);
}

async function undisturbed(settings: Record<string, string>): Promise<{ folder: string; remains: Remains }> {
  const system = new System(settings);
  closing.push(() => system.close());
  await system.start();
  await sendAll(system, events);
  return { folder: system.folder, remains: await finish(system) };
}

type Signal = 'SIGTERM' | 'SIGKILL';

async function again(process: System['core'], signal: Signal): Promise<void> {
  await process.end(signal);
  await process.start();
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describeNats('the way from collectors to core', () => {
  it('changes from HTTP to NATS and back while events flow and everything is killed: nothing is lost, doubled or out of order', async () => {
    // Time passes for nobody while the test runs, and both runs share the keys that hash identifiers.
    const settings = { PERENNIAL_SETTLE_SECONDS: '600' };
    const quiet = await undisturbed(settings);
    const cluster = await NatsCluster.start(3);
    closing.push(() => cluster.close());
    const way: Record<string, string> = {
      ...settings,
      PERENNIAL_KEYS_FILE: `${quiet.folder}/keys.json`,
      PERENNIAL_NATS_URL: cluster.url,
      PERENNIAL_NATS_REPLICAS: '3',
    };
    const system = new System(way);
    closing.push(() => system.close());
    await system.start();
    let isSent = false;
    const sending = sendAll(system, events, 15).then(() => (isSent = true));
    await pause(500);
    way['PERENNIAL_LOG'] = 'nats';
    await again(system.core, 'SIGTERM');
    await again(system.collector, 'SIGKILL');
    await pause(1_000);
    await again(system.core, 'SIGKILL');
    const leader = await cluster.leader();
    await cluster.servers[leader]!.end('SIGKILL');
    await pause(500);
    await cluster.restart(leader);
    await again(system.collector, 'SIGTERM');
    await system.core.end('SIGKILL');
    await pause(500);
    // Lots wait in NATS while what follows them comes by HTTP already: it must not overtake.
    way['PERENNIAL_LOG'] = 'http';
    await again(system.collector, 'SIGTERM');
    way['PERENNIAL_LOG'] = 'nats';
    await system.core.start();
    await sending;
    expect(isSent).toBe(true);
    await eventually(async () => (await fetch(`${system.coreUrl}/metrics`)).text().then(isDrained), 60);
    way['PERENNIAL_LOG'] = 'http';
    await again(system.core, 'SIGTERM');
    const found = await finish(system);
    const { remains: expected } = quiet;
    expect([found.events, found.distinctEvents, found.pending]).toEqual([distinct, distinct, 0]);
    expect(found.record).toEqual(expected.record);
    expect(found.snapshots).toEqual(expected.snapshots);
    expect(found.transitions).toBe(expected.transitions);
  }, 240_000);
});

const isDrained = (metrics: string): boolean =>
  /perennial_log_partitions 8\n/.test(metrics) && /perennial_log_lag_messages 0\n/.test(metrics);
