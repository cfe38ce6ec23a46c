import { jetstream } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { encodeFrame, NATS_HEADERS, natsMessageId, natsSubjectOf } from '@perennial/contract';
import { describeStores } from '@perennial/testing';
import type { DataSource } from 'typeorm';
import { describeNats, NatsCluster } from '../../../../../collector/test-tools/nats.js';
import { LogDoor } from '../log-door.js';
import type { Batch } from '../rules/event.js';
import { NatsIntake } from './nats-intake.js';

const LOGS = Array.from({ length: 12 }, (_, n) => `log${n}`);
const LOTS = 40;
let cluster: NatsCluster;

describeNats('several cores', () => {
  beforeAll(async () => void (cluster = await NatsCluster.start()));
  afterAll(() => cluster.close());

  describeStores('share the log', (open) => {
    it('by leases, in halves, with each log in order and each lot once, while one comes and another goes', async () => {
      const { dataSource } = await open();
      const { applied, core } = setup(dataSource);
      const [first, second] = [core('a'), core('b')];
      first.start();
      await until(() => first.partitions === 8);
      const publishing = publishAll();
      await until(() => applied.size > 0);
      second.start();
      await until(() => first.partitions === 4 && second.partitions === 4);
      await first.stop();
      await publishing;
      await until(() => [...applied.values()].reduce((sum, { length }) => sum + length, 0) >= LOGS.length * LOTS);
      const expected = Array.from({ length: LOTS }, (_, n) => String(n));
      for (const log of LOGS) expect(applied.get(log)).toEqual(expected);
      await until(() => second.partitions === 8 && second.figures.lag === 0);
      expect(await second.holds('log0')).toBe(false);
      await second.stop();
      const leases = await dataSource.query<{ until: number }[]>("SELECT until FROM lease WHERE name LIKE 'log-%'");
      expect(new Set(leases.map((row) => row.until))).toEqual(new Set([0]));
    }, 30_000);
  });
});

/** Cores with one record, whose ingest only notes what it applies and takes its time. */
function setup(dataSource: DataSource) {
  const applied = new Map<string, string[]>();
  const positions = new Map<string, number>();
  const accept = async ({ mark, events }: Batch) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { logId, to } = mark!;
    if (to <= (positions.get(logId) ?? 0)) return;
    applied.set(logId, [...(applied.get(logId) ?? []), ...events.map(({ eventId }) => eventId)]);
    positions.set(logId, to);
  };
  const ingest = { accept, positionOf: (logId: string) => Promise.resolve(positions.get(logId) ?? 0) };
  const core = (holder: string) => {
    const onError = (error: unknown) => {
      throw error;
    };
    const door = new LogDoor({
      ingest,
      appender: { isBehind: () => false },
      batchEvents: 10,
      nats: () => intake,
      onError,
    });
    const nats = { servers: [cluster.url], ...NO_CREDENTIALS, replicas: 1, maxBytes: 1e8 };
    const intake: NatsIntake = new NatsIntake({ nats, dataSource, door, holder, now: Date.now, onError });
    return intake;
  };
  return { applied, core };
}

const NO_CREDENTIALS = {
  credentialsFile: undefined,
  user: undefined,
  password: undefined,
  caFile: undefined,
  certFile: undefined,
  keyFile: undefined,
};

async function publishAll(): Promise<void> {
  const connection = await connect({ servers: cluster.url });
  const client = jetstream(connection);
  const ends = new Map<string, number>();
  for (let n = 0; n < LOTS; n++)
    for (const log of LOGS) {
      const body = new TextEncoder().encode(JSON.stringify({ event: 'X', userId: 'm', messageId: String(n) }));
      const bytes = encodeFrame({ receivedAt: 1, sourceId: 's', endpoint: 'track' }, body);
      const from = ends.get(log) ?? 0;
      const said = headers();
      for (const name of [NATS_HEADERS.from, NATS_HEADERS.after]) said.set(name, String(from));
      const msgID = `${Math.random()}${natsMessageId(log, from, from + bytes.length)}`;
      await client.publish(natsSubjectOf(log), bytes, { msgID, headers: said });
      ends.set(log, from + bytes.length);
    }
  await connection.close();
}

async function until(test: () => boolean): Promise<void> {
  for (let n = 0; n < 800 && !test(); n++) await new Promise((resolve) => setTimeout(resolve, 25));
  expect(test()).toBe(true);
}
