import { expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { NATS_HEADERS, NATS_LOG, natsSubjectOf, readFrames } from '@perennial/contract';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { aCore, aFolder, afterTest, until } from '../../../../test-tools/cleaning.js';
import { SECRET } from '../../../../test-tools/fake-core.js';
import { describeNats, NatsCluster } from '../../../../test-tools/nats.js';
import { startCollector, type RunningCollector } from '../serve.js';
import { readNatsOptions } from './read-options.js';

async function aCluster(size: 1 | 3 = 1, more = ''): Promise<NatsCluster> {
  const cluster = await NatsCluster.start(size, more);
  afterTest(() => cluster.close());
  return cluster;
}

interface Starting {
  coreUrl: string;
  folder: string;
  cluster?: NatsCluster;
  log?: string[];
}

async function start({ coreUrl, folder, cluster, log }: Starting): Promise<RunningCollector> {
  const replicas = cluster?.servers.length ?? 1;
  const nats = cluster && {
    servers: cluster.url.split(','),
    credentialsFile: undefined,
    user: undefined,
    password: undefined,
    caFile: undefined,
    certFile: undefined,
    keyFile: undefined,
    replicas,
    maxBytes: 1e8,
  };
  const collector = await startCollector(
    {
      host: '127.0.0.1',
      port: 0,
      folder,
      coreUrl,
      secret: SECRET,
      secretFile: join(folder, 'secret'),
      maxBytes: 1e8,
      truncatesIp: true,
      keyPollMs: 100,
      nats,
    },
    (_, message, details) => void log?.push(`${message} ${JSON.stringify(details ?? {})}`),
  );
  afterTest(() => collector.close().catch(() => undefined));
  return collector;
}

const send = (url: string, id: string, more: object = {}) =>
  fetch(`${url}/v1/track`, {
    method: 'POST',
    headers: { 'x-write-key': 'key' },
    body: JSON.stringify({ event: '下单', userId: 'm', messageId: id, ...more }),
  });

/** What lies in the stream, message by message, as a core would read it; removed when it was read. */
async function takeOut(cluster: NatsCluster) {
  const connection = await connect({ servers: cluster.url.split(',') });
  try {
    const manager = await jetstreamManager(connection);
    const { state } = await manager.streams.info(NATS_LOG.stream);
    const parts: { subject: string; from: number; after: number; rest: number; bytes: Uint8Array }[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
      const message = await manager.streams.getMessage(NATS_LOG.stream, { seq });
      if (!message) continue;
      const number = (name: string) => Number(message.header.get(name) || 0);
      const [from, after, rest] = [NATS_HEADERS.from, NATS_HEADERS.after, NATS_HEADERS.rest].map(number);
      parts.push({ subject: message.subject, from: from!, after: after!, rest: rest!, bytes: message.data });
      await manager.streams.deleteMessage(NATS_LOG.stream, seq, false);
    }
    return parts;
  } finally {
    await connection.close();
  }
}

async function anotherStream(cluster: NatsCluster): Promise<void> {
  const connection = await connect({ servers: cluster.url });
  await (await jetstreamManager(connection)).streams.add({ name: NATS_LOG.stream, subjects: ['other'] });
  await connection.close();
}

/**
 * By core's rule: what ends at or before a position that was reached is known, and nothing is left out between two. JetStream
 * drops nearly all repeats by their id; around the loss of a leader it may keep one, and a lot whose acknowledgement was
 * lost may have grown until it goes again: of that one what lies after the position is new.
 */
function asApplied(parts: Parts): Parts {
  let position = 0;
  return parts.flatMap((part) => {
    const [from, end] = [position, part.from + part.bytes.length];
    if (end <= from) return [];
    expect(part.from).toBeLessThanOrEqual(from);
    position = end;
    return [{ ...part, from, bytes: part.bytes.subarray(from - part.from) }];
  });
}

function aCopy(folder: string): string {
  const copy = aFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

type Parts = Awaited<ReturnType<typeof takeOut>>;

const idsOf = (parts: Parts): string[] =>
  parts.flatMap(({ bytes, from }) =>
    readFrames(bytes, from).map(
      ({ body }) => (JSON.parse(new TextDecoder().decode(body)) as { messageId: string }).messageId,
    ),
  );

describeNats('forwarding to NATS', () => {
  it('publishes in order on a subject of the log, each lot behind the one before, and forgets what is acknowledged', async () => {
    const [cluster, { core, coreUrl }] = [await aCluster(), await aCore()];
    const collector = await start({ coreUrl, folder: aFolder(), cluster });
    const ids = Array.from({ length: 40 }, (_, n) => `m${n}`);
    for (const id of ids) await until(async () => (await send(collector.url, id)).status === 200);
    await until(() => collector.spool.backlogBytes === 0);
    const parts = await takeOut(cluster);
    expect(idsOf(parts)).toEqual(ids);
    expect(new Set(parts.map(({ subject }) => subject))).toEqual(new Set([natsSubjectOf(collector.spool.logId)]));
    for (const [n, { from, after, bytes }] of parts.entries())
      expect([after, from + bytes.length]).toEqual([from, parts[n + 1]?.from ?? collector.spool.end]);
    expect(core.frames).toEqual([]);
    expect(collector.metrics.text()).toMatch(/forward_seconds_bucket\{le="0.25"\} [1-9]/);
  });

  it('keeps in the spool while NATS is away, goes on by itself, and goes straight to core after a change', async () => {
    const [cluster, { core, coreUrl }] = [await aCluster(), await aCore()];
    const [folder, log] = [aFolder(), [] as string[]];
    const first = await start({ coreUrl, folder, cluster, log });
    await until(async () => (await send(first.url, 'a')).status === 200);
    await until(() => first.spool.backlogBytes === 0);
    await cluster.killAll();
    expect((await send(first.url, 'b')).status).toBe(200);
    await until(() => log.some((line) => line.includes('NATS does not take events; they wait in the spool')));
    await cluster.startAll();
    await until(() => first.spool.backlogBytes === 0);
    expect(log.at(-1)).toContain('NATS takes events again');
    await first.close();
    const handedOver = first.spool.checkpoint;
    const second = await start({ coreUrl, folder });
    expect((await send(second.url, 'c')).status).toBe(200);
    await until(() => core.ids.includes('c'));
    expect(core.afters).toEqual([handedOver]);
    expect(idsOf(await takeOut(cluster))).toEqual(['a', 'b']);
    await second.close();
    const third = await start({ coreUrl, folder });
    await send(third.url, 'd');
    await until(() => core.ids.includes('d'));
    expect(core.afters.at(-1)).toBe(0);
  }, 20_000);

  it('makes the stream anew when it is gone, and goes on', async () => {
    const [cluster, { coreUrl }] = [await aCluster(), await aCore()];
    const collector = await start({ coreUrl, folder: aFolder(), cluster });
    await until(async () => (await send(collector.url, 'a')).status === 200);
    await until(() => collector.spool.backlogBytes === 0);
    const connection = await connect({ servers: cluster.url });
    await (await jetstreamManager(connection)).streams.delete(NATS_LOG.stream);
    await connection.close();
    await send(collector.url, 'b');
    await until(() => collector.spool.backlogBytes === 0);
    expect(idsOf(await takeOut(cluster))).toEqual(['b']);
  });

  it('goes on as a new log when its folder was restored, by what lies in NATS, and by core where nothing does', async () => {
    const [cluster, { core, coreUrl }] = [await aCluster(), await aCore()];
    const [folder, backup] = [aFolder(), aFolder()];
    const first = await start({ coreUrl, folder, cluster });
    await until(async () => (await send(first.url, 'a')).status === 200);
    await until(() => first.spool.backlogBytes === 0);
    await first.close();
    cpSync(folder, backup, { recursive: true });
    const second = await start({ coreUrl, folder, cluster });
    await send(second.url, 'b');
    await until(() => second.spool.backlogBytes === 0);
    const { logId, end } = second.spool;
    await second.close();
    const restored = await start({ coreUrl, folder: aCopy(backup), cluster });
    await send(restored.url, 'c');
    await until(() => restored.spool.backlogBytes === 0);
    expect(restored.spool.logId).not.toBe(logId);
    expect(idsOf(await takeOut(cluster))).toEqual(['a', 'b', 'c']);
    core.positions.set(logId, end);
    const later = await start({ coreUrl, folder: aCopy(backup), cluster });
    await send(later.url, 'd');
    await until(() => later.spool.backlogBytes === 0);
    expect(later.spool.logId).not.toBe(logId);
    expect(idsOf(await takeOut(cluster))).toEqual(['d']);
  }, 20_000);

  it('sends a frame that is larger than a message in pieces', async () => {
    const [cluster, { coreUrl }] = [await aCluster(1, 'max_payload: 16384'), await aCore()];
    const collector = await start({ coreUrl, folder: aFolder(), cluster });
    const properties = { text: 'x'.repeat(30_000) };
    await until(async () => (await send(collector.url, 'large', { properties })).status === 200);
    await until(() => collector.spool.backlogBytes === 0);
    const parts = await takeOut(cluster);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.at(-1)!.rest).toBe(0);
    const bytes = new Uint8Array(Buffer.concat(parts.map((part) => part.bytes)));
    expect(readFrames(bytes, parts[0]!.from)).toHaveLength(1);
    expect(parts[0]!.rest).toBe(bytes.length - parts[0]!.bytes.length);
  });

  it('says what is wrong: credentials, no JetStream, another stream of the name', async () => {
    const { coreUrl } = await aCore();
    const faults = [
      { more: 'authorization { user: u, password: p }', says: 'NATS refuses the credentials' },
      { more: 'jetstream: false', says: 'JetStream is not enabled' },
      { more: '', says: 'must keep perennial.log.> as a work queue' },
    ];
    for (const { more, says } of faults) {
      const [cluster, log] = [await aCluster(1, more), [] as string[]];
      if (!more) await anotherStream(cluster);
      const collector = await start({ coreUrl, folder: aFolder(), cluster, log });
      await until(() => log.length > 0);
      expect(log[0]).toContain(says);
      await collector.close();
    }
  });
});

describeNats('a cluster of three', () => {
  it('loses nothing that was answered 200, keeps the order and doubles nothing, whoever is killed', async () => {
    const [cluster, { coreUrl }] = [await aCluster(3), await aCore()];
    const collector = await start({ coreUrl, folder: aFolder(), cluster });
    await until(async () => (await send(collector.url, '0-first')).status === 200);
    await until(() => collector.spool.backlogBytes === 0);
    const [answered, sending] = [['0-first'], { isOver: false }];
    const sender = async (name: number) => {
      for (let n = 0; !sending.isOver; n++) {
        const id = `${name}-${String(n).padStart(6, '0')}`;
        if ((await send(collector.url, id)).status === 200) answered.push(id);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const senders = Promise.all([1, 2, 3, 4].map(sender));
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const leader = await cluster.leader();
    const follower = (leader + 1) % 3;
    await cluster.servers[follower]!.end('SIGKILL');
    await pause(400);
    await cluster.restart(follower);
    await cluster.servers[leader]!.end('SIGKILL');
    await pause(400);
    await cluster.restart(leader);
    await cluster.killAll();
    await pause(400);
    await cluster.startAll();
    sending.isOver = true;
    await senders;
    for (let n = 0; n < 6 && collector.spool.backlogBytes > 0; n++) await pause(1_000);
    await until(() => collector.spool.backlogBytes === 0);
    const delivered = idsOf(asApplied(await takeOut(cluster)));
    expect(answered.length).toBeGreaterThan(500);
    expect(delivered.length).toBe(new Set(delivered).size);
    expect(delivered.toSorted()).toEqual(answered.toSorted());
    for (const name of [1, 2, 3, 4]) {
      const ofOne = delivered.filter((id) => id.startsWith(`${name}-`));
      expect(ofOne).toEqual(ofOne.toSorted());
    }
  }, 60_000);
});

it('NATS settings are checked at the start, all in one message', () => {
  const problems: string[] = [];
  const reading = {
    number: (_: string, fallback: number) => fallback,
    require: (isRight: boolean, problem: string) => void (isRight || problems.push(problem)),
  };
  readNatsOptions({ PERENNIAL_LOG: 'nats', PERENNIAL_NATS_USER: 'u', PERENNIAL_NATS_CA: '/nowhere/ca.pem' }, reading);
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
    'PERENNIAL_NATS_URL',
    'PERENNIAL_NATS_USER',
    'PERENNIAL_NATS_CA',
  ]);
});
