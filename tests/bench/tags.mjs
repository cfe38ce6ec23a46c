import { Platform, readConfig } from '@perennial/server';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileTags, tagQuery } from '../../core/server/dist/tag/index.js';

const NAMES = [
  '$page',
  'Product Viewed',
  'Product Added',
  'Order Completed',
  'Content Viewed',
  'Live Watched',
  'Message Clicked',
  'Coupon Redeemed',
];
/** Fewer for the largest sizes, which take minutes. */
const RUNS = Number(process.env['PERENNIAL_BENCH_RUNS'] ?? 7);
const DAY = 86_400_000;

/** Beyond so many people thirty tags at once take longer than a query may. */
const MOST_IN_BATCH = 2_000_000;

/** Tags and audiences over many people, beside queries that a person would write by hand for the same answer. */
export async function benchTags(people = 1_000_000, events = 10_000_000) {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  const env = { PERENNIAL_DATA_DIR: folder, PERENNIAL_SETTLE_SECONDS: '0' };
  const onError = (room, error) => console.error(room, error.message);
  const platform = await Platform.open({ config: readConfig({ env }), plugins: [], onError });
  await platform.warehouse.ready();
  await platform.columns.ensure(platform.definitions.tagList());
  const now = Date.now();
  await seed(platform.warehouse, people, events, now);
  const size = `${people / 1e6}M people, ${events / 1e6}M events`;
  const rows = [
    ...(await counting(platform, size)),
    ...(people <= MOST_IN_BATCH ? await batch(platform, size, now) : []),
    ...(await algebra(platform, size)),
  ];
  rows.push({
    name: `resident memory of the warehouse child, ${size}`,
    value: `${childMb(platform)} MB`,
    floor: '',
    goal: '',
  });
  await platform.stop();
  rmSync(folder, { recursive: true, force: true });
  return rows;
}

/** Drawn by the engine itself: a tenth of the people do half of everything. */
export async function seed(warehouse, people, events, now) {
  const names = NAMES.map((name) => `'${name}'`).join(', ');
  // A statement may take 30 s, also on a machine that has other things to do.
  const step = 250_000;
  for (let from = 0; from < events; from += step)
    await warehouse.command(
      `INSERT INTO events SELECT number + 1 AS seq, concat('e', toString(number)) AS event_id,
        toUInt32(1 + if(cityHash64(number, 1) % 2 = 0, cityHash64(number, 2) % {tenth:UInt64}, cityHash64(number, 2) % {people:UInt64})) AS profile,
        fromUnixTimestamp64Milli(toInt64({now:Int64} - cityHash64(number, 3) % (180 * ${DAY})), 'UTC') AS at, at AS received_at,
        's1' AS source_id, 'track' AS type, [${names}][1 + cityHash64(number, 4) % 8] AS name,
        concat('{"total":', toString((cityHash64(number, 5) % 100000) / 100), ',"category":"c', toString(cityHash64(number, 6) % 20), '","product_id":"p', toString(cityHash64(number, 7) % 500), '"}') AS properties,
        '{}' AS traits, '{}' AS context, [] AS identifiers, toDateTime64(0, 3, 'UTC') AS passed_to
      FROM numbers({from:UInt64}, {step:UInt64})`,
      { now, people, tenth: Math.ceil(people / 10), from, step: Math.min(step, events - from) },
    );
  for (let from = 0; from < people; from += step)
    await warehouse.command(
      `INSERT INTO profiles (profile, revision, created_at, first_seen_at, last_seen_at, events, is_identified, stages, tags, traits, sources, is_deleted, stage_since, kinds)
     SELECT toUInt32(number + 1), 1, now64(3), now64(3), now64(3), 10, 1,
      map('customer', ['potential', 'new', 'active', 'loyal', 'churn'][1 + cityHash64(number) % 5]),
      map('orders_365d', toString(cityHash64(number, 1) % 12), 'spend_365d', toString((cityHash64(number, 2) % 500000) / 100),
          'spend_total', toString((cityHash64(number, 3) % 900000) / 100), 'orders_total', toString(cityHash64(number, 4) % 30),
          'contacts_30d', toString(cityHash64(number, 5) % 40), 'recency_band', ['"hot"', '"warm"', '"cool"', '"cold"'][1 + cityHash64(number, 6) % 4],
          'last_purchase_at', toString({now:Int64} - cityHash64(number, 7) % (400 * ${DAY})), 'average_order', toString((cityHash64(number, 8) % 90000) / 100),
          'first_purchase_at', toString({now:Int64} - cityHash64(number, 9) % (900 * ${DAY})), 'last_contact_at', toString({now:Int64} - cityHash64(number, 10) % (90 * ${DAY})))
      || mapFromArrays(arrayMap(i -> concat('other_', toString(i)), range(20)), arrayMap(i -> toString(cityHash64(number, i) % 100), range(20))),
      map('city', concat('"c', toString(cityHash64(number, 11) % 50), '"')), ['s1'], 0, map('customer', now64(3)), ['phone']
     FROM numbers({from:UInt64}, {step:UInt64})`,
      { now, from, step: Math.min(step, people - from) },
    );
}

const quantile = (times, part) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))];

/** Milliseconds of each run, in turn so that both meet the same machine. */
export async function times(works) {
  const found = works.map(() => []);
  for (let run = -1; run < RUNS; run++)
    for (const [i, work] of works.entries()) {
      const began = performance.now();
      await work();
      if (run >= 0) found[i].push(performance.now() - began);
    }
  return found.map((list) => ({ p50: quantile(list, 0.5), p95: quantile(list, 0.95) }));
}

export const ms = ({ p50, p95 }) => `${p50.toFixed(0)} ms (p95 ${p95.toFixed(0)})`;

async function counting({ warehouse, columns, definitions, audienceRoom }, size) {
  const tag = (key, test) => ({ tag: key, test });
  const rule = {
    all: [
      tag('spend_365d', { op: 'gte', value: 500 }),
      tag('orders_365d', { op: 'gte', value: 2 }),
      tag('recency_band', { op: 'in', values: ['hot', 'warm'] }),
      tag('contacts_30d', { op: 'gt', value: 3 }),
      tag('average_order', { op: 'lt', value: 800 }),
      { stage: 'customer', test: { op: 'isNot', value: 'churn' } },
      {
        behaviour: {
          kind: 'aggregate',
          event: { names: ['Order Completed'], where: [{ property: 'total', test: { op: 'gt', value: 100 } }] },
          measure: 'count',
          window: { last: 90, unit: 'day' },
        },
        test: { op: 'gte', value: 2 },
      },
    ],
  };
  const tags = new Map(definitions.tagList().map((one) => [one.key, one]));
  const column = (key) => columns.of(tags.get(key)).sql;
  const since = Math.floor((Date.now() + 8 * 3_600_000) / DAY) * DAY - 8 * 3_600_000 - 89 * DAY;
  const byHand = `SELECT count() AS people FROM profiles FINAL WHERE is_deleted = 0
    AND ${column('spend_365d')} >= 500 AND ${column('orders_365d')} >= 2 AND ${column('recency_band')} IN ('"hot"', '"warm"')
    AND ${column('contacts_30d')} > 3 AND ${column('average_order')} < 800 AND stages['customer'] != 'churn'
    AND profile IN (SELECT profile FROM person_events WHERE name = 'Order Completed'
      AND at >= fromUnixTimestamp64Milli(toInt64(${since}), 'UTC') AND JSONExtractFloat(properties, 'total') > 100
      GROUP BY profile HAVING count() >= 2)`;
  const ours = await audienceRoom.queries.count(rule);
  const [hand] = await warehouse.rows(byHand);
  if (ours !== hand.people) throw new Error(`the audience has ${ours} people, by hand ${hand.people}`);
  const simple = { all: rule.all.slice(0, 6) };
  const [audience, floor, alone, preview] = await times([
    () => audienceRoom.queries.count(rule),
    () => warehouse.rows(byHand),
    () => audienceRoom.queries.count(simple),
    () => audienceRoom.queries.preview(rule, 'bench'),
  ]);
  return [
    {
      name: `audience count, six predicates and one behaviour, ${size}`,
      value: ms(audience),
      floor: `${ms(floor)}, written by hand`,
      ratio: audience.p50 / floor.p50,
      goal: '<= 1.5; under 100 ms',
    },
    { name: `the six predicates alone, ${size}`, value: ms(alone), floor: '', goal: '' },
    { name: `preview with stages, parts and sample, ${size}`, value: ms(preview), floor: '', goal: '' },
  ];
}

const measured = (i) => {
  const event = { names: [NAMES[1 + (i % 7)]] };
  const window = [undefined, { last: 30, unit: 'day' }, { last: 90, unit: 'day' }][i % 3];
  const shapes = [
    { measure: 'count' },
    { measure: 'sum', property: 'total' },
    { measure: 'lastAt' },
    { measure: 'average', property: 'total' },
    { measure: 'distinct', property: 'product_id' },
    { measure: 'top', property: 'category' },
  ];
  return { kind: 'aggregate', event, ...shapes[i % shapes.length], ...(window && { window }) };
};

const TYPES = { count: 'number', sum: 'number', lastAt: 'date', average: 'number', distinct: 'number', top: 'text' };

export function thirtyTags() {
  return Array.from({ length: 30 }, (_, i) => {
    const computation = measured(i);
    const text = { zh: `t${i}`, en: `t${i}` };
    return {
      key: `t${i}`,
      title: text,
      category: 'behaviour',
      valueType: TYPES[computation.measure],
      computation,
      scenario: text,
      owner: 'bench',
      onUnmatched: 'empty',
      version: 1,
    };
  });
}

/** The same thirty aggregates as somebody would write them who knows that totals are numbers and the rest texts. */
export function byHandSql(tags, now, zone) {
  const day = (last) => zone.startOf(zone.dayOf(now) - last + 1);
  const columns = tags.map(({ computation: { event, measure, window } }, i) => {
    const when = `name = '${event.names[0]}'${window ? ` AND ms >= ${day(window.last)}` : ''}`;
    const sql = {
      count: `countIf(${when})`,
      sum: `sumIf(toInt64(round(total * 10000)), ${when}) / 10000`,
      lastAt: `maxIf(ms, ${when})`,
      average: `avgIf(total, ${when})`,
      distinct: `uniqExactIf(product, ${when})`,
      top: `arraySort(x -> (-x.2, x.1), arrayZip((sumMapIf([category], [toInt64(1)], ${when}) AS m${i}).1, m${i}.2))[1].1`,
    }[measure];
    return `${sql} AS c${i}`;
  });
  const inner = `SELECT profile, name, toUnixTimestamp64Milli(at) AS ms, JSONExtractFloat(properties, 'total') AS total,
    JSONExtractString(properties, 'category') AS category, JSONExtractString(properties, 'product_id') AS product FROM person_events WHERE name != '$page'`;
  return `SELECT profile, ${columns.join(', ')} FROM (${inner}) GROUP BY profile`;
}

async function batch({ warehouse, zone }, size, now) {
  const tags = thirtyTags();
  const program = compileTags(tags, zone);
  const { sql, params, values } = tagQuery(
    program,
    tags.map(({ key }) => key),
    now,
    zone,
  );
  const sums = tags.map(({ key, valueType }) => {
    const { num, text } = values.get(key);
    return valueType === 'text' ? `sum(cityHash64(${text}))` : `sum(${num})`;
  });
  const ours = `SELECT ${sums.join(', ')} FROM (${sql})`;
  const byHand = `SELECT ${tags.map(({ valueType }, i) => (valueType === 'text' ? `sum(cityHash64(c${i}))` : `sum(c${i})`)).join(', ')} FROM (${byHandSql(tags, now, zone)})`;
  const [engine, floor] = await times([() => warehouse.rows(ours, params.values), () => warehouse.rows(byHand)]);
  return [
    {
      name: `30 tags of everybody in batch, ${size}`,
      value: ms(engine),
      floor: `${ms(floor)}, written by hand`,
      ratio: engine.p50 / floor.p50,
      goal: '<= 2',
    },
  ];
}

async function algebra({ audienceRoom }, size) {
  const { audiences, counting } = audienceRoom;
  const text = { zh: '量', en: 'bench' };
  const draft = (key, rule) => ({ key, title: text, scenario: text, kind: 'dynamic', everyMinutes: 60, rule });
  await audiences.save(draft('one', { tag: 'spend_365d', test: { op: 'gte', value: 2_000 } }), 0, 'bench');
  await audiences.save(draft('two', { tag: 'orders_365d', test: { op: 'gte', value: 5 } }), 0, 'bench');
  await counting.count('one');
  await counting.count('two');
  const [overlap, snapshot] = await times([() => counting.overlap(['one', 'two']), () => counting.count('one')]);
  return [
    {
      name: `overlap of two audiences of about half of everybody, ${size}`,
      value: ms(overlap),
      floor: '',
      goal: 'single milliseconds',
    },
    {
      name: `count that keeps who belongs and compares with the last, ${size}`,
      value: ms(snapshot),
      floor: '',
      goal: '',
    },
  ];
}

export const childMb = ({ warehouse }) => {
  const status = readFileSync(`/proc/${warehouse.source.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024);
};
