import { Platform, readConfig, toEvent } from '@perennial/server';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileTags, TAG_LIBRARY, TAG_SHELF } from '../../core/server/dist/tag/index.js';
import { generate } from '../dist/playground/src/index.js';

const EVENTS = 40_000;
const BATCH = 1_000;

/** What tags cost live processing: the same events with none, thirty and a hundred definitions of the library. */
export async function benchTagsLive() {
  const rates = [];
  for (const count of [0, 30, 100]) rates.push([count, await rateWith(count)]);
  return rates.map(([count, rate]) => ({
    name: `ingest, SQLite: identity and ${count} tags, no lifecycle, committed`,
    value: `${Math.round(rate)} events/s`,
    floor: count === 0 ? '' : `${Math.round(rates[0][1])} events/s without tags`,
    ratio: count === 0 ? undefined : rate / rates[0][1],
    goal: '',
  }));
}

async function rateWith(count) {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  const config = readConfig({ env: { PERENNIAL_DATA_DIR: folder, PERENNIAL_SETTLE_SECONDS: '3600' } });
  const onError = (room, error) => console.error(room, error.message);
  const platform = await Platform.open({ config, plugins: [], onError });
  const program = { tags: compileTags(tagsOf(count), platform.zone), lifecycles: [], audiences: [] };
  Object.defineProperty(platform.definitions, 'program', { get: () => program });
  platform.definitions.refresh = () => Promise.resolve();
  await platform.start();
  const receivedAt = Date.now();
  const events = [];
  for (const { envelope } of generate({ people: 3_000, seed: 7, until: receivedAt - 60_000 })) {
    events.push(toEvent(envelope, { sourceId: 'bench', receivedAt }, undefined, ''));
    if (events.length === EVENTS) break;
  }
  const began = performance.now();
  for (let from = 0; from < events.length; from += BATCH)
    await platform.ingest.accept({ events: events.slice(from, from + BATCH), refused: [] });
  const rate = events.length / ((performance.now() - began) / 1000);
  await platform.stop();
  rmSync(folder, { recursive: true, force: true });
  return rate;
}

/** Library and shelf, and where they do not suffice the same with other windows. */
function tagsOf(count) {
  const all = [...TAG_LIBRARY, ...TAG_SHELF];
  const others = all
    .filter(({ computation }) => computation.kind === 'aggregate')
    .map((tag) => ({
      ...tag,
      key: `${tag.key}_other`,
      computation: { ...tag.computation, window: { last: 45, unit: 'day' } },
    }));
  return [...all, ...others].slice(0, count);
}
