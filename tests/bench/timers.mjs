import { Platform, readConfig, toEvent, upsertRows } from '@perennial/server';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const DAY = 86_400_000;
const MINUTE = 60_000;
/** Of the live trickle. */
const PER_SECOND = 200;
const TICK_MS = 25;
/** The default lifecycle's first warning. */
const QUIET = 45 * DAY;
const CALM_MS = 8_000;
const LOT = 20_000;

/** So many people fall due within one minute, while events go on arriving: how fast they are dealt with, and what the events suffer. */
export async function benchTimers(store = 'SQLite', databaseUrl, people = 1_000_000) {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  const env = { PERENNIAL_DATA_DIR: folder, PERENNIAL_SETTLE_SECONDS: '0' };
  const config = readConfig({ env: { ...env, ...(databaseUrl && { PERENNIAL_DATABASE_URL: databaseUrl }) } });
  // Nobody is due while they are written; then the clock leaps to the end of the minute.
  const clock = { ahead: -DAY };
  const due = Date.now();
  const platform = await Platform.open({
    config,
    plugins: [],
    now: () => Date.now() + clock.ahead,
    onError: (room, error) => console.error(room, error.message),
  });
  await platform.start();
  await seed(platform, people, due);
  await sleep(2_000);
  const trickle = trickleInto(platform);
  const before = await trickle.during(() => sleep(CALM_MS));
  clock.ahead = due + MINUTE - Date.now();
  const began = performance.now();
  const during = await trickle.during(() => allDealtWith(platform));
  const worked = (performance.now() - began) / 1000;
  const after = await trickle.during(() => sleep(CALM_MS));
  await trickle.stop();
  await platform.appender.drained();
  const landed = (performance.now() - began) / 1000;
  const [moved] = await platform.warehouse.rows(
    "SELECT count() AS moves FROM transitions WHERE to_stage = 'churn/at_risk'",
  );
  if (moved.moves !== people) throw new Error(`${moved.moves} people moved, not ${people}`);
  await platform.stop();
  rmSync(folder, { recursive: true, force: true });
  const row = (name, value, goal = '') => ({ name, value, floor: '', ratio: undefined, goal });
  return [
    row(
      `${people / 1e6}M people due within a minute, ${store}: dealt with, beside ${PER_SECOND} events/s`,
      `${worked.toFixed(0)} s (${Math.round(people / worked)} people/s); in the warehouse after ${landed.toFixed(0)} s`,
    ),
    row(`ingest of ${PER_SECOND} events/s, ${store}: before`, told(before)),
    row(`the same while they are dealt with`, told(during), 'p99 < 250 ms'),
    row(`the same after`, told(after)),
  ];
}

const told = ({ p50, p99, most, count, refused }) =>
  `p50 ${p50} ms, p99 ${p99} ms, longest ${most} ms (${count} batches${refused ? `, ${refused} times refused` : ''})`;

/** Sixty people who bought, a second apart, and everybody else as a copy of one of them. */
async function seed({ ingest, dataSource, now }, people, due) {
  const models = Array.from({ length: 60 }, (_, i) => due - QUIET + i * 1000);
  for (const [i, at] of models.entries()) await ingest.accept({ events: [buys(`model${i}`, at, now())], refused: [] });
  const rows = await dataSource.query(
    'SELECT id, last_seen_at, due_at, doc FROM profile WHERE due_at > 0 ORDER BY due_at',
  );
  for (let from = 60; from < people; from += LOT)
    await dataSource.transaction((manager) => copies(manager, rows, from, Math.min(LOT, people - from)));
  await dataSource.query("UPDATE counter SET next = ? WHERE name = 'profile'", [people + 1]);
}

async function copies(manager, rows, from, count) {
  const columns = ['id', 'last_seen_at', 'due_at', 'doc'];
  const copy = (n) => {
    const { id, last_seen_at, due_at, doc } = rows[n % rows.length];
    return [n + 1, last_seen_at, due_at, doc.replace(`"id":${id},`, `"id":${n + 1},`)];
  };
  await upsertRows(
    manager,
    'profile',
    ['id'],
    columns,
    Array.from({ length: count }, (_, n) => copy(from + n)),
  );
}

async function allDealtWith({ dataSource, now }) {
  for (;;) {
    await sleep(500);
    const due = await dataSource.query('SELECT id FROM profile WHERE due_at <= ? LIMIT 1', [now()]);
    if (due.length === 0) return;
  }
}

const buys = (userId, at, receivedAt, messageId = userId) =>
  toEvent(
    {
      type: 'track',
      event: 'Order Completed',
      userId,
      messageId,
      timestamp: new Date(at).toISOString(),
      properties: { total: 9 },
    },
    { sourceId: 'bench', receivedAt },
    undefined,
    '',
  );

/** Events at a steady pace, each batch timed from the moment at which it should have been sent. */
function trickleInto({ ingest, appender, now }) {
  const state = { isStopped: false };
  let [n, times, refused] = [0, [], 0];
  const perTick = (PER_SECOND * TICK_MS) / 1000;
  const send = (at) => {
    const events = Array.from({ length: perTick }, () => buys(`live${n % 5_000}`, now(), now(), `live${n++}`));
    if (appender.isBehind()) refused++;
    const into = times;
    void ingest.accept({ events, refused: [] }).then(() => into.push(performance.now() - at));
  };
  const running = (async () => {
    for (let at = performance.now(); !state.isStopped;) {
      await sleep(Math.max(0, at - performance.now()));
      // Whoever wakes late sends what should have been sent meanwhile, each timed from then.
      for (; at <= performance.now(); at += TICK_MS) send(at);
    }
  })();
  return {
    during: async (work) => {
      [times, refused] = [[], 0];
      await work();
      const sorted = times.toSorted((a, b) => a - b);
      const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
      return { p50: at(0.5), p99: at(0.99), most: at(1), count: sorted.length, refused };
    },
    stop: async () => {
      state.isStopped = true;
      await running;
    },
  };
}
