import { insertRows, Platform, readConfig, toEvent } from '@perennial/server';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '../dist/playground/src/index.js';
import platformFile from '../../platform.config.mjs';

const EVENTS = 30_000;
const BATCH = 1_000;
const ROUNDS = 2;
const WAITING = 100_000;
const CONSULTANTS = 200;
const WHO = { name: 'bench', role: 'admin', mustChangePassword: false };
const RULE = {
  title: 'bench',
  cause: { on: 'event.applied', event: 'Product Viewed' },
  strategy: 'round-robin',
  fallback: 'anyone',
  slaMinutes: 60,
  maxHops: 1,
  withdraws: false,
  isEnabled: true,
};

/** What a rule of assignment in force costs ingest, and how fast a long queue is given out. */
export async function benchConsultants(store, databaseUrl) {
  const kinds = [[], [{ ...RULE, cause: { on: 'event.applied', event: 'Never Happens' } }], [RULE]];
  const best = [];
  // In turns, the best of each: what else the machine does, and warming up, count for none of them alone.
  for (let round = 0; round < ROUNDS; round++)
    for (const [kind, rules] of kinds.entries()) {
      const measured = await ingestRate(databaseUrl, rules);
      if (!best[kind] || measured.cpu < best[kind].cpu) best[kind] = measured;
    }
  const [without, idle, busy] = best;
  const given = await giveOut(databaseUrl);
  return [
    {
      name: `ingest, ${store}: with an assignment rule that never fires`,
      value: said(idle),
      floor: `${said(without)} without a rule`,
      ratio: without.cpu / idle.cpu,
      goal: '',
    },
    {
      name: `ingest, ${store}: with one that fires for ${busy.share} % of the events (${busy.made} assignments)`,
      value: said(busy),
      floor: `${said(without)} without a rule`,
      ratio: without.cpu / busy.cpu,
      goal: '',
    },
    {
      name: `${WAITING / 1_000}k waiting assignments to ${CONSULTANTS} consultants, ${store}`,
      value: `${Math.round(WAITING / given.seconds)}/s (${given.seconds.toFixed(1)} s, ${given.cpu.toFixed(1)} s CPU), longest turn ${given.longestMs} ms`,
      floor: '',
      ratio: undefined,
      goal: '',
    },
  ];
}

/** Of core's own process: what else the machine does at the time does not count. */
const said = ({ rate, cpu }) => `${Math.round(cpu)} µs CPU an event, ${Math.round(rate)} events/s`;

async function withPlatform(databaseUrl, work) {
  const folder = folderOf(databaseUrl);
  const env = { PERENNIAL_DATA_DIR: folder, PERENNIAL_SETTLE_SECONDS: '3600' };
  if (databaseUrl) env.PERENNIAL_DATABASE_URL = databaseUrl;
  const platform = await Platform.open({
    config: readConfig({ env }),
    plugins: platformFile.plugins,
    onError: (room, error) => console.error(room, error.message),
  });
  try {
    await platform.warehouse.ready();
    return await work(platform);
  } finally {
    await platform.stop();
    if (!databaseUrl) rmSync(folder, { recursive: true, force: true });
  }
}

const folders = new Map();

/** A record that outlives a measurement keeps the folder with its keys; an embedded one begins anew each time. */
function folderOf(databaseUrl) {
  const folder = folders.get(databaseUrl) ?? mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  if (databaseUrl) folders.set(databaseUrl, folder);
  return folder;
}

/** The events happen now, so that the rule takes them for no history. */
function fresh(round) {
  const receivedAt = Date.now();
  const events = [];
  for (const { envelope } of generate({ people: 2_000, seed: 7, until: Date.parse('2026-06-01T00:00:00Z') })) {
    const now = {
      ...envelope,
      messageId: `${round}-${envelope.messageId}`,
      timestamp: new Date(receivedAt).toISOString(),
    };
    delete now.sentAt;
    events.push(toEvent(now, { sourceId: 'bench', receivedAt }, undefined, ''));
    if (events.length === EVENTS) return events;
  }
  throw new Error('the generator told too little');
}

let rounds = 0;

function ingestRate(databaseUrl, rules) {
  return withPlatform(databaseUrl, async (platform) => {
    for (const rule of rules) await platform.consultantRoom.rules.create(rule);
    const events = fresh(rounds++);
    const cpu = process.cpuUsage();
    const began = performance.now();
    for (let from = 0; from < events.length; from += BATCH)
      await platform.ingest.accept({ events: events.slice(from, from + BATCH), refused: [] });
    const rate = EVENTS / ((performance.now() - began) / 1000);
    const { user, system } = process.cpuUsage(cpu);
    const [{ n }] = await platform.dataSource.query('SELECT COUNT(*) AS n FROM assignment');
    const firing = events.filter(({ name }) => name === RULE.cause.event).length;
    for (const { id } of await platform.consultantRoom.rules.list())
      await platform.consultantRoom.rules.remove(id, 'bench');
    return { rate, cpu: (user + system) / EVENTS, made: Number(n), share: Math.round((100 * firing) / EVENTS) };
  });
}

function giveOut(databaseUrl) {
  return withPlatform(databaseUrl, async (platform) => {
    const { consultantRoom: room, dataSource } = platform;
    const rule = await room.rules.create(RULE);
    for (let n = 0; n < CONSULTANTS; n++)
      await room.consultants.create({ name: `C${n}`, shop: '', capacity: WAITING / CONSULTANTS, isOnDuty: true }, WHO);
    await fill(dataSource, rule.id);
    let longest = 0;
    const { transaction } = dataSource;
    dataSource.transaction = async (...args) => {
      const began = performance.now();
      const done = await transaction.apply(dataSource, args);
      longest = Math.max(longest, performance.now() - began);
      return done;
    };
    const cpu = process.cpuUsage();
    const began = performance.now();
    const given = await room.desk.giveOut();
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    if (given !== WAITING) throw new Error(`${given} were given out`);
    const loads = (await room.consultants.list()).map(({ load }) => load);
    if (loads.some((load) => load !== WAITING / CONSULTANTS)) throw new Error('it was not fair');
    return { seconds, cpu: (user + system) / 1e6, longestMs: Math.round(longest) };
  });
}

async function fill(dataSource, rule) {
  const now = Date.now();
  const columns = [
    'id',
    'rule_id',
    'profile_id',
    'origin_id',
    'status',
    'shop',
    'lane',
    'hops',
    'cause',
    'created_at',
    'sort_at',
  ];
  const first = 1_000_000;
  const rows = Array.from({ length: WAITING }, (_, n) => [
    first + n,
    rule,
    first + n,
    first + n,
    'waiting',
    '',
    `${rule}|`,
    0,
    '{"hook":"event.applied","payload":{},"at":0}',
    now,
    now,
  ]);
  for (let from = 0; from < WAITING; from += 5_000)
    await dataSource.transaction((manager) =>
      insertRows(manager, 'assignment', columns, rows.slice(from, from + 5_000)),
    );
}
