import type { Distribution, Json, TagDefinition, TagPreview, Text } from '@perennial/contract';
import { publicId } from '../profile/profile.id.js';
import { jsonOf, readJson, tagQuery, type TagProgram } from '../tag/index.js';
import type { Zone } from '../time/zone.js';
import { LIVING_PROFILES, type Params, type Warehouse } from '../warehouse/index.js';

const SHOWN_VALUES = 20;
const BANDS = 20;
const EXAMPLES = 20;

/** A source of rows `{profile, before, after}` with both values as JSON texts, empty where there is none. */
interface Compared {
  sql: string;
  params: Params;
}

export interface PreviewTools {
  warehouse: Warehouse;
  zone: Zone;
  now: () => number;
}

/** Law 5: what a definition would change, computed for everybody in the warehouse; nothing is written. */
export async function previewTag(
  definition: TagDefinition,
  program: TagProgram,
  { warehouse, zone, now }: PreviewTools,
): Promise<TagPreview> {
  const began = performance.now();
  const compared = compare(definition.key, program, now(), zone);
  const counts = await countChanges(warehouse, compared);
  const [before, after] = await distributions(warehouse, definition, compared, counts);
  const examples = await exampleChanges(warehouse, compared);
  const { gained, lost, changed } = counts;
  return { before, after, gained, lost, changed, examples, ms: Math.round(performance.now() - began) };
}

function compare(key: string, program: TagProgram, now: number, zone: Zone): Compared {
  const { sql, params, values } = tagQuery(program, [key], now, zone);
  const after = jsonOf(values.get(key)!);
  const before = `SELECT profile, tags[${params.text(key)}] AS before FROM ${LIVING_PROFILES}`;
  return {
    sql: `SELECT profile, before, after FROM (${before}) AS b INNER JOIN (SELECT profile, ${after} AS after FROM (${sql})) AS a USING (profile)`,
    params,
  };
}

interface Counts {
  total: number;
  had: number;
  has: number;
  gained: number;
  lost: number;
  changed: number;
}

async function countChanges(warehouse: Warehouse, { sql, params }: Compared): Promise<Counts> {
  const [row] = await warehouse.rows<Counts>(
    `SELECT count() AS total, countIf(before != '') AS had, countIf(after != '') AS has,
      countIf(before = '' AND after != '') AS gained, countIf(before != '' AND after = '') AS lost,
      countIf(before != '' AND after != '' AND before != after) AS changed FROM (${sql})`,
    params.values,
  );
  return row!;
}

function distributions(
  warehouse: Warehouse,
  definition: TagDefinition,
  compared: Compared,
  counts: Counts,
): Promise<[Distribution, Distribution]> {
  const isMeasured = definition.valueType === 'number' || definition.valueType === 'date';
  return isMeasured ? bandsOf(warehouse, compared, counts) : valuesOf(warehouse, definition, compared, counts);
}

const totals = ({ total, had, has }: Counts): [Distribution, Distribution] => [
  { people: had, none: total - had },
  { people: has, none: total - has },
];

/** The same bands for both sides, so that they can be laid beside each other; the highest fiftieth shares the last one. */
async function bandsOf(
  warehouse: Warehouse,
  { sql, params }: Compared,
  counts: Counts,
): Promise<[Distribution, Distribution]> {
  const values = `SELECT toFloat64OrNull(before) AS b, toFloat64OrNull(after) AS a FROM (${sql})`;
  const [range] = await warehouse.rows<{ low: number | null; high: number | null }>(
    `SELECT min(least(ifNull(b, a), ifNull(a, b))) AS low,
      quantileExact(0.98)(greatest(ifNull(b, a), ifNull(a, b))) AS high FROM (${values})`,
    params.values,
  );
  const [before, after] = totals(counts);
  const { low, high } = range!;
  if (low === null || high === null || counts.had + counts.has === 0)
    return [
      { ...before, bands: [] },
      { ...after, bands: [] },
    ];
  const width = bandWidth(low, high);
  const band = `least(${BANDS - 1}, toInt32(floor((side.1 - ${params.number(low)}) / ${params.number(width)})))`;
  const rows = await warehouse.rows<{ band: number; was: number; is: number }>(
    `SELECT ${band} AS band, sum(side.2) AS was, sum(side.3) AS is FROM (
      SELECT arrayJoin([(b, 1, 0), (a, 0, 1)]) AS side FROM (${values})
    ) WHERE isNotNull(side.1) GROUP BY band`,
    params.values,
  );
  const shape = (side: 'was' | 'is') =>
    Array.from({ length: BANDS }, (_, i) => ({
      from: low + i * width,
      to: low + (i + 1) * width,
      people: rows.find((row) => row.band === i)?.[side] ?? 0,
    })).filter(({ from, people }) => from <= high || people > 0);
  return [
    { ...before, bands: shape('was') },
    { ...after, bands: shape('is') },
  ];
}

/** Whole numbers get whole bands. */
function bandWidth(low: number, high: number): number {
  const exact = (high - low) / BANDS;
  return Number.isInteger(low) && Number.isInteger(high) ? Math.max(1, Math.ceil(exact)) : exact || 1;
}

/** The most frequent values of both sides. */
async function valuesOf(
  warehouse: Warehouse,
  definition: TagDefinition,
  { sql, params }: Compared,
  counts: Counts,
): Promise<[Distribution, Distribution]> {
  const rows = await warehouse.rows<{ value: string; was: number; is: number }>(
    `SELECT side.1 AS value, sum(side.2) AS was, sum(side.3) AS is FROM (
      SELECT arrayJoin([(before, 1, 0), (after, 0, 1)]) AS side FROM (${sql})
    ) WHERE side.1 != '' GROUP BY value ORDER BY greatest(was, is) DESC, value LIMIT ${SHOWN_VALUES}`,
    params.values,
  );
  const titleOf = new Map((definition.values ?? []).map(({ value, title }) => [JSON.stringify(value), title]));
  const shape = (side: 'was' | 'is') =>
    rows
      .filter((row) => row[side] > 0)
      .map((row) => ({ value: readJson(row.value) as Json, ...titled(titleOf.get(row.value)), people: row[side] }));
  const [before, after] = totals(counts);
  return [
    { ...before, values: shape('was') },
    { ...after, values: shape('is') },
  ];
}

const titled = (title: Text | undefined): { title?: Text } => (title ? { title } : {});

async function exampleChanges(warehouse: Warehouse, { sql, params }: Compared): Promise<TagPreview['examples']> {
  const rows = await warehouse.rows<{ profile: number; before: string; after: string }>(
    `SELECT profile, before, after FROM (${sql}) WHERE before != after ORDER BY profile LIMIT ${EXAMPLES}`,
    params.values,
  );
  return rows.map(({ profile, before, after }) => ({
    profile: publicId(profile),
    before: readJson(before) ?? null,
    after: readJson(after) ?? null,
  }));
}
