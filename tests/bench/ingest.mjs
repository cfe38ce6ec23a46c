import { Platform, insertIgnoreRows, readConfig, toEvent, upsertRows } from '@perennial/server';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '../dist/playground/src/index.js';
import platformFile from '../../platform.config.mjs';

const EVENTS = 60_000;
const BATCH = 1_000;

/** The whole of ingest with the warehouse behind it, against the same amount of bare batched writes on the same store. */
export async function benchIngest(store, databaseUrl) {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  const config = readConfig({
    env: {
      PERENNIAL_DATA_DIR: folder,
      PERENNIAL_SETTLE_SECONDS: '3600',
      ...(databaseUrl && { PERENNIAL_DATABASE_URL: databaseUrl }),
    },
  });
  const platform = await Platform.open({
    config,
    plugins: platformFile.plugins,
    onError: (room, error) => console.error(room, error.message),
  });
  await platform.start();
  const events = takeEvents();
  const began = performance.now();
  for (let from = 0; from < events.length; from += BATCH)
    await platform.ingest.accept({ events: events.slice(from, from + BATCH), refused: [] });
  const committed = performance.now();
  await platform.appender.drained();
  const drained = performance.now();
  const rate = EVENTS / ((committed - began) / 1000);
  const floor = await floorRate(platform.dataSource);
  await platform.stop();
  rmSync(folder, { recursive: true, force: true });
  return [
    {
      name: `ingest, ${store}: identity, ${platform.definitions.tagList().length} tags, lifecycle, committed`,
      value: `${Math.round(rate)} events/s`,
      floor: `${Math.round(floor)} events/s bare batched writes`,
      ratio: rate / floor,
      goal: '>= 0.4',
    },
    {
      name: `ingest, ${store}: the same until the warehouse has all of it`,
      value: `${Math.round(EVENTS / ((drained - began) / 1000))} events/s`,
      floor: '',
      ratio: undefined,
      goal: '',
    },
  ];
}

function takeEvents() {
  const receivedAt = Date.now();
  const events = [];
  for (const { envelope } of generate({ people: 4000, seed: 7, until: Date.parse('2026-06-01T00:00:00Z') })) {
    events.push(toEvent(envelope, { sourceId: 'bench', receivedAt }, undefined, ''));
    if (events.length === EVENTS) return events;
  }
  throw new Error('the generator told too little');
}

/** Dedupe keys, identifiers and state documents in batches of 1,000, one transaction each, and nothing decided. */
async function floorRate(dataSource) {
  const doc = JSON.stringify({ text: 'x'.repeat(1800) });
  const began = performance.now();
  for (let batch = 0; batch < EVENTS / BATCH; batch++) {
    const ids = Array.from({ length: BATCH }, (_, n) => batch * BATCH + n);
    await dataSource.transaction(async (manager) => {
      await insertIgnoreRows(
        manager,
        'seen_message',
        ['id', 'day'],
        ids.map((n) => [`f${n}`, 1]),
      );
      await manager.query(
        `SELECT hash FROM identifier WHERE hash IN (${ids.map(() => '?').join(',')})`,
        ids.map((n) => `f${n % 9000}`),
      );
      await manager.query(
        `SELECT id, doc FROM profile WHERE id IN (${ids
          .slice(0, 600)
          .map(() => '?')
          .join(',')})`,
        ids.slice(0, 600).map((n) => 1_000_000 + (n % 4000)),
      );
      await upsertRows(
        manager,
        'profile',
        ['id'],
        ['id', 'last_seen_at', 'due_at', 'doc'],
        ids.slice(0, 600).map((n) => [1_000_000 + (n % 4000), n, n, doc]),
      );
    });
  }
  return EVENTS / ((performance.now() - began) / 1000);
}
