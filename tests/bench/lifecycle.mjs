import { Platform, readConfig } from '@perennial/server';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childMb, ms, seed, times } from './tags.mjs';

const DAY = 86_400_000;
const KEY = 'customer';
const STEP = 250_000;

/** What managers ask of a lifecycle, and what a new version of it would do, over many people. */
export async function benchLifecycle(people = 1_000_000, events = 10_000_000) {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  const env = { PERENNIAL_DATA_DIR: folder, PERENNIAL_SETTLE_SECONDS: '0' };
  const onError = (room, error) => console.error(room, error.message);
  const platform = await Platform.open({ config: readConfig({ env }), plugins: [], onError });
  await platform.warehouse.ready();
  platform.appender.start();
  const versions = await publish(platform);
  await platform.columns.ensure(platform.definitions.tagList());
  const now = Date.now();
  await seed(platform.warehouse, people, events, now);
  await seedMoves(platform.warehouse, people, now);
  const size = `${people / 1e6}M people, ${events / 1e6}M events`;
  const rows = [...(await asked(platform, size)), ...(await foretold(platform, versions, size))];
  rows.push({
    name: `memory of the warehouse child after it, ${size}`,
    value: `${childMb(platform)} MB`,
    floor: '',
    goal: '',
  });
  await platform.stop();
  rmSync(folder, { recursive: true, force: true });
  return rows;
}

/** The five stages under the key that the seeded people have; gives versions to foretell: other thresholds, and a preset's signals. */
export async function publish({ staging, definitions, tagging }) {
  const release = { by: 'bench', note: '', isTold: false, letGo: [] };
  const [five] = definitions.lifecycleList();
  await staging.publishing.publish({ ...five, key: KEY, version: 1 }, 0, release);
  const presets = staging.details.presets({ highValue: 2_000 });
  const beauty = presets.find(({ definition: { key } }) => key === 'beauty').definition;
  await staging.publishing.publish(beauty, 0, release);
  await tagging.runs.idle();
  const stages = five.stages.map((stage) =>
    stage.key === 'active' ? { ...stage, when: { tag: 'orders_total', test: { op: 'gte', value: 3 } } } : stage,
  );
  return { thresholds: { ...five, key: KEY, version: 2, stages }, preset: { ...beauty, key: KEY, version: 2 } };
}

/** Everybody's way from potential to where she stands, spread over half a year; the fifth of them went to and fro as well. */
export async function seedMoves(warehouse, people, now) {
  const stages = "['', 'potential', 'new', 'active', 'loyal', 'churn']";
  for (let from = 0; from < people; from += STEP)
    await warehouse.command(
      `INSERT INTO transitions SELECT number AS seq, toUInt32(number + 1) AS profile,
         fromUnixTimestamp64Milli(toInt64({now:Int64} - intDiv(180 * ${DAY} * (steps - step), steps + 1) - cityHash64(number, step, 5) % ${DAY}), 'UTC') AS at,
         '${KEY}' AS lifecycle, way[step] AS from_stage, way[step + 1] AS to_stage, '{"cause":"event","ref":"e"}' AS reason
       FROM (SELECT number, arrayConcat(arraySlice(${stages}, 1, 2 + cityHash64(number) % 5),
           if(cityHash64(number) % 5 = 4, ['active', 'churn'], [])) AS way, length(way) - 1 AS steps, arrayJoin(range(1, toUInt32(length(way)))) AS step
         FROM numbers({from:UInt64}, {step:UInt64}))`,
      { now, from, step: Math.min(STEP, people - from) },
    );
}

async function asked({ analysis, staging }, size) {
  const day = (ago) => new Date(Date.now() - ago * DAY).toISOString().slice(0, 10);
  const questions = {
    'board of 90 days': () => analysis.board(KEY, 90),
    'flows between two days': () => analysis.matrix(KEY, day(60), day(1)),
    'how long people stay, 180 days': () => analysis.dwell(KEY, 180),
    'funnel of 180 days': () => analysis.funnel(KEY, 180),
    'page of one stage with its indicators, 90 days': () => analysis.stage(KEY, 'new', 90),
    'retention of 12 months': () => analysis.retention('Order Completed', 12),
    'paths to a purchase, 90 days': () => analysis.paths('Order Completed', 5, 90),
    'thresholds from purchases': () => staging.wizard.propose(),
  };
  const found = await times(Object.values(questions));
  return Object.keys(questions).map((name, i) => ({
    name: `${name}, ${size}`,
    value: ms(found[i]),
    floor: '',
    goal: '< 300 ms',
  }));
}

async function foretold({ staging }, versions, size) {
  const found = await times(Object.values(versions).map((version) => () => staging.previews.preview(version)));
  return Object.keys(versions).map((name, i) => ({
    name: `preview of other ${name} for everybody and over history, ${size}`,
    value: ms(found[i]),
    floor: '',
    goal: 'seconds',
  }));
}
