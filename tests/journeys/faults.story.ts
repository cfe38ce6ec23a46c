import { afterAll, describe, expect, it } from '@jest/globals';
import { generate, type DemoEvent } from '../playground/src/index.js';
import { inspect, type Remains } from '../tools/inspect.js';
import { eventually, System } from '../tools/system.js';

const until = Date.parse('2026-06-01T00:00:00Z');
const KILLS = 20;
const BATCH = 100;
const events = [...generate({ people: 300, seed: 3, until })];
const systems: System[] = [];

afterAll(async () => {
  for (const system of systems) await system.close();
}, 60_000);

/** Sends until it is answered 200, however long nobody answers: what a good client does. */
async function sendAll(system: System, all: DemoEvent[]): Promise<void> {
  for (let from = 0; from < all.length; from += BATCH) {
    const batch = all.slice(from, from + BATCH).map(({ envelope }) => envelope);
    await eventually(async () => (await system.collect(batch).catch(() => undefined))?.status === 200, 60);
  }
}

async function finish(system: System, expected: number): Promise<Remains> {
  await eventually(
    async () => (await system.api<{ events: number }>('GET', '/overview').catch(() => undefined))?.events === expected,
    60,
  );
  await system.collector.end('SIGTERM');
  await system.core.end('SIGTERM');
  return inspect(system.folder);
}

/** Kills one process or the other at a random moment and starts it again. */
async function torment(system: System, isOver: () => boolean): Promise<number> {
  let kills = 0;
  for (; kills < KILLS || !isOver(); kills++) {
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 250));
    const victim = kills % 2 === 0 ? system.core : system.collector;
    await victim.end('SIGKILL');
    await victim.start();
  }
  return kills;
}

describe('killed at random moments', () => {
  it('loses nothing that was acknowledged and applies nothing twice: both stores equal an undisturbed run', async () => {
    const distinct = new Set(events.map(({ envelope }) => envelope.messageId)).size;
    // Time passes for nobody while the test runs, and both runs share the keys that hash identifiers: people are told by them.
    const settings = { PERENNIAL_SETTLE_SECONDS: '600' };
    const quiet = new System(settings);
    const wild = new System({ ...settings, PERENNIAL_KEYS_FILE: `${quiet.folder}/keys.json` });
    systems.push(wild, quiet);

    await quiet.start();
    await sendAll(quiet, events);
    const expected = await finish(quiet, distinct);

    await wild.start();
    let isSent = false;
    const sending = sendAll(wild, events).then(() => (isSent = true));
    const kills = await torment(wild, () => isSent);
    await sending;
    const found = await finish(wild, distinct);
    process.stdout.write(`faults: ${events.length} events sent through ${kills} kills\n`);

    expect(kills).toBeGreaterThanOrEqual(KILLS);
    expect(found.events).toBe(distinct);
    expect(found.distinctEvents).toBe(distinct);
    expect(found.record).toEqual(expected.record);
    expect(found.snapshots).toEqual(expected.snapshots);
    expect(found.transitions).toBe(expected.transitions);
    expect(found.pending).toBe(0);
  }, 300_000);
});
