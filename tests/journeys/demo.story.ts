import { afterAll, expect, it, describe } from '@jest/globals';
import type { ModelRunView, Overview } from '@perennial/contract';
import { openWarehouse } from '@perennial/server';
import { mariadbBinary, mariadbUrl } from '@perennial/testing';
import { join } from 'node:path';
import { generate, scorePartition, sendAll } from '../playground/src/index.js';
import { eventually, System, WRITE_KEY } from '../tools/system.js';

const PEOPLE = 1_000;
const events = [...generate({ people: PEOPLE, seed: 5, until: Date.now() - 3_600_000 })];
const truth = new Map(events.map(({ envelope, person }) => [envelope.messageId!, person]));
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
}, 60_000);

async function expectWholeYear(more: Record<string, string>): Promise<void> {
  const system = new System(more);
  closing.push(() => system.close());
  await system.start();
  const sent = await sendAll(
    events.map(({ envelope }) => envelope),
    { to: system.collectorUrl, writeKey: WRITE_KEY },
    () => undefined,
  );
  expect(sent).toBe(events.length);
  const overview = await eventually(async () => {
    const read = await system.api<Overview>('GET', '/overview?days=400');
    return read.events === truth.size && read.pipeline.pendingTimers === 0 && read.pipeline.pendingRows === 0 && read;
  }, 60);
  const staged = overview.stages.map(({ people }) => people);
  expect(staged.every((people) => people > 0)).toBe(true);
  expect(staged.reduce((a, b) => a + b)).toBe(overview.people);

  await system.api('POST', '/models/rfm.score/run');
  const model = await eventually(async () => {
    const [latest] = await system.api<ModelRunView[]>('GET', '/models');
    return latest?.status !== 'running' && latest;
  });
  const buyers = new Set(
    events.filter(({ envelope }) => envelope.event === 'Order Completed').map(({ person }) => person),
  );
  expect(model).toMatchObject({ status: 'done', model: 'rfm.score' });
  expect(model.profiles / buyers.size).toBeGreaterThan(0.97);
  expect(model.profiles / buyers.size).toBeLessThan(1.03);
  const tags = await eventually(async () => {
    const list = await system.api<{ key: string; people: number }[]>('GET', '/tags');
    return list.find(({ key, people }) => key === 'rfm.segment' && people === model.profiles);
  });
  expect(tags.people).toBe(model.profiles);

  await system.collector.end('SIGTERM');
  await system.core.end('SIGTERM');
  const { precision, recall } = await score(system.folder);
  process.stdout.write(
    `demo: ${events.length} events of ${PEOPLE} people, pairs of events put together: precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}\n`,
  );
  expect(precision).toBeGreaterThan(0.99);
  expect(recall).toBeGreaterThan(0.8);
}

/** The partition of events that the platform found, against whose they truly are. */
async function score(folder: string) {
  const warehouse = openWarehouse({ directory: join(folder, 'warehouse') });
  try {
    const rows = await warehouse.rows<{ event_id: string; profile: number }>(
      'SELECT event_id, profile FROM person_events',
    );
    return scorePartition(rows.map((row) => ({ truth: truth.get(row.event_id)!, found: String(row.profile) })));
  } finally {
    await warehouse.close();
  }
}

describe('a brand’s year through the collector', () => {
  it('becomes people, stages and scores [sqlite]', () => expectWholeYear({}), 180_000);

  (mariadbBinary() ? it : it.skip)(
    'becomes people, stages and scores [mariadb]',
    async () => {
      const { url, remove } = await mariadbUrl();
      closing.push(remove);
      await expectWholeYear({ PERENNIAL_DATABASE_URL: url });
    },
    180_000,
  );
});
