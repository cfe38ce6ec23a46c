import {
  Constraints,
  CORE_KINDS,
  defaultRules,
  insertRows,
  Platform,
  readConfig,
  resolveClaim,
  rulebookOf,
  toEvent,
} from '@perennial/server';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadGraph, saveGraph } from '../../core/server/dist/identity/store/identifier.store.js';

const PEOPLE = 400_000;
/** A member id, a phone for half of them, an anonymous id: a million in all. */
const IDENTIFIERS = PEOPLE * 2.5;
const BATCHES = 20;
const BATCH = 1_000;
const ROUNDED = { undo: 'undo' };

/** Resolving over a million identifiers, merging people with much history, trying rules on all of it. */
export async function benchIdentity(store, databaseUrl) {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  const env = {
    PERENNIAL_DATA_DIR: folder,
    PERENNIAL_SETTLE_SECONDS: '0',
    ...(databaseUrl && { PERENNIAL_DATABASE_URL: databaseUrl }),
  };
  const onError = (room, error) => console.error(room, error.message);
  const platform = await Platform.open({ config: readConfig({ env }), plugins: [], onError });
  await platform.warehouse.ready();
  platform.appender.start();
  const merging = await mergeTimes(platform);
  await seed(platform);
  const rows = [...(await resolving(platform, store)), merging(store), ...(databaseUrl ? [] : await trying(platform))];
  await platform.stop();
  rmSync(folder, { recursive: true, force: true });
  return rows;
}

const ref = (platform, kind, value) => ({ hash: platform.keys.hash(`${kind}\n\n${value}`), kind, namespace: '' });

async function seed(platform) {
  const columns = [
    'hash',
    'kind',
    'namespace',
    'profile_id',
    'shown',
    'sealed',
    'first_seen_at',
    'source_id',
    'event_id',
    'rule',
    'seen_at',
  ];
  for (let from = 1; from <= PEOPLE; from += 10_000) {
    const rows = [];
    for (let n = from; n < from + 10_000; n++)
      for (const { hash, kind } of known(platform, n))
        rows.push([hash, kind, '', n + 100, 'x', 'k1.x', 0, 's', 'e', 'shared_event', null]);
    await platform.dataSource.transaction((manager) => insertRows(manager, 'identifier', columns, rows));
  }
  await platform.dataSource.query('UPDATE counter SET next = ? WHERE name = ?', [PEOPLE + 1_000, 'profile']);
}

const known = (platform, n) => [
  ref(platform, 'user_id', `m${n}`),
  ref(platform, 'anonymous_id', `a${n}`),
  ...(n % 2 === 0 ? [ref(platform, 'phone', `+861${String(n).padStart(10, '0')}`)] : []),
];

/** Mostly regulars; one in twenty is a new visit, one in twenty a new visit that logs in. */
function claimsOf(platform, batch) {
  return Array.from({ length: BATCH }, (_, n) => {
    const person = ((batch * BATCH + n) * 7919) % PEOPLE || 1;
    const fresh = ref(platform, 'anonymous_id', `new-${batch}-${n}`);
    if (n % 20 === 0) return [fresh];
    return n % 20 === 1 ? [known(platform, person)[0], fresh] : known(platform, person);
  });
}

/** Ours, and then the very statements that it sent, alone; both in a transaction that is taken back. */
async function resolving(platform, store) {
  const book = rulebookOf(0, defaultRules(CORE_KINDS), CORE_KINDS, new Constraints());
  let [ours, floor] = [0, 0];
  for (let batch = 0; batch < BATCHES; batch++) {
    const claims = claimsOf(platform, batch);
    const sent = [];
    ours += await takenBack(platform, (manager) => resolveBatch(recording(manager, sent), claims, book, batch));
    floor += await takenBack(platform, async (manager) => {
      for (const [sql, parameters] of sent) await manager.query(sql, parameters);
    });
  }
  const rate = (ms) => Math.round((BATCHES * BATCH) / (ms / 1000));
  return [
    {
      name: `identity, ${store}: batches of 1,000 events over ${IDENTIFIERS.toLocaleString('en')} identifiers`,
      value: `${rate(ours)} events/s`,
      floor: `${rate(floor)} events/s of the same statements alone`,
      ratio: floor / ours,
      goal: '',
    },
  ];
}

const recording = (manager, sent) =>
  new Proxy(manager, {
    get: (target, key) =>
      key === 'query'
        ? (sql, parameters) => {
            sent.push([sql, parameters]);
            return target.query(sql, parameters);
          }
        : target[key],
  });

async function resolveBatch(manager, claims, book, batch) {
  const graph = await loadGraph(manager, claims);
  let next = 10_000_000 + batch * BATCH;
  const changes = claims.flatMap((identifiers, n) => {
    const event = { eventId: `b${batch}-${n}`, sourceId: 's', at: 1_790_000_000_000 + n };
    const { changes: made } = resolveClaim({ ...event, identifiers }, graph, book, () => next++);
    return made.map((change) => ({ change, event, rule: 'shared_event' }));
  });
  const sealing = { plain: () => ({ kind: 'anonymous_id', namespace: '', value: 'x' }), seal: () => 'k1.x' };
  await saveGraph(manager, changes, graph, sealing, 1);
}

async function takenBack(platform, work) {
  let ms = 0;
  await platform.dataSource
    .transaction(async (manager) => {
      const began = performance.now();
      await work(manager);
      ms = performance.now() - began;
      throw ROUNDED;
    })
    .catch((thrown) => {
      if (thrown !== ROUNDED) throw thrown;
    });
  return ms;
}

/** The commit that makes two people one, by how much history each has. */
async function mergeTimes(platform) {
  const times = { 10: [], 10_000: [] };
  let n = 0;
  const event = (userless) =>
    toEvent(
      {
        type: 'track',
        event: 'Product Viewed',
        messageId: `m${n++}`,
        properties: { category: `c${n % 5}` },
        ...userless,
      },
      { sourceId: 's', receivedAt: Date.now() },
      undefined,
      '',
    );
  for (const events of [10, 10_000, 10, 10_000, 10, 10_000]) {
    const [one, other] = [{ anonymousId: `x${n}` }, { anonymousId: `y${n}` }];
    const list = Array.from({ length: events * 2 }, (_, at) => event(at % 2 ? one : other));
    for (let from = 0; from < list.length; from += BATCH)
      await platform.ingest.accept({ events: list.slice(from, from + BATCH), refused: [] });
    const began = performance.now();
    await platform.ingest.accept({
      events: [event({ ...one, context: { externalIds: [{ type: 'anonymous_id', id: other.anonymousId }] } })],
      refused: [],
    });
    times[events].push(performance.now() - began);
  }
  const median = (list) => list.toSorted((a, b) => a - b)[1];
  return (store) => ({
    name: `identity, ${store}: merge of two people with 10,000 events each`,
    value: `${median(times[10_000]).toFixed(1)} ms`,
    floor: `${median(times[10]).toFixed(1)} ms with 10 events each`,
    ratio: median(times[10_000]) / median(times[10]),
    goal: 'constant',
  });
}

/** The rules in force, tried on an event a person over all identifiers. */
async function trying(platform) {
  for (let from = 1; from <= PEOPLE; from += 50_000) {
    const lines = [];
    for (let n = from; n < from + 50_000; n++) {
      const at = 1_790_000_000_000 + n;
      const facts = { source_id: 's', type: 'track', name: 'Seen', properties: '{}', traits: '{}', context: '{}' };
      const identifiers = known(platform, n).map(({ hash }) => hash);
      lines.push(
        JSON.stringify({
          seq: 1_000_000 + n,
          event_id: `t${n}`,
          profile: n + 100,
          at,
          received_at: at,
          passed_to: 0,
          ...facts,
          identifiers,
        }),
      );
    }
    await platform.warehouse.insert('events', lines.join('\n'), `bench-${from}`);
  }
  const { ruleRuns } = platform.steward;
  const { rules } = await ruleRuns.view([]);
  const before = Math.round(process.memoryUsage().rss / 2 ** 20);
  const began = performance.now();
  let run = await ruleRuns.startTrial(rules, 'bench');
  while (run.status === 'running') {
    await sleep(50);
    run = await ruleRuns.get(run.id);
  }
  if (run.status !== 'done') throw new Error(run.error);
  return [
    {
      name: `identity: trial of rules over ${run.result.identifiers.toLocaleString('en')} identifiers, ${run.result.events.toLocaleString('en')} events`,
      value: `${((performance.now() - began) / 1000).toFixed(1)} s, memory ${before} to ${run.result.peakMemoryMb} MB, ${run.result.merged} merged, ${run.result.parted} parted`,
      floor: '',
      ratio: undefined,
      goal: '',
    },
  ];
}
