import type { Zone } from '../../time/zone.js';
import { LIVING_PROFILES, Params } from '../../warehouse/index.js';
import { inputsOf } from '../rules/inputs.js';
import type { CompiledTag, ReadCell, TagProgram } from '../rules/program.js';
import { cellSql, countsSql, type Asked, type CellSql } from './cell.sql.js';
import { fitSql, placeSql, rawSql, type ComputeSql } from './compute.sql.js';
import { eventProperties, namedSql } from './event.sql.js';
import { columnsOf, Marks, Parsed, select, selected, withColumns } from './parsed.js';
import { isThere, jsonOf, type SqlValue } from './value.sql.js';

export interface Query {
  sql: string;
  params: Record<string, unknown>;
}

/** Tags of everybody as the warehouse has them. */
export interface TagQuery {
  /** One row a living person: `profile` and the columns of `values`; without FORMAT. */
  sql: string;
  params: Params;
  /** Where a tag's value stands in a row of the query. */
  values: Map<string, SqlValue>;
}

/**
 * The second engine (law 1): one query that gives the wanted tags of everybody at `now`, from the same compiled program as
 * live processing. Events are read once, however many tags count them; tags that read other tags stand in queries around.
 */
export function tagQuery(program: TagProgram, wanted: readonly string[], now: number, zone: Zone): TagQuery {
  const params = new Params();
  const asked = { now, zone, params };
  const tags = withInputs(program, wanted);
  const properties = eventProperties(params);
  const cells = cellsOf(tags, properties, asked);
  const traits = new Parsed('x', (key) => `traits[${params.text(key)}]`);
  const stored = new Parsed('s', (key) => `tags[${params.text(key)}]`);
  const values = new Map(tags.map(({ definition }, i) => [definition.key, columnsOf(`t${i}`)]));
  const factsOf = ({ cell }: CompiledTag): ComputeSql => ({
    ...asked,
    cell: cell && cells.values.get(readingKey(cell)),
    tag: (key) => values.get(key)!,
    trait: (key) => traits.value(key),
    stored: (key) => stored.value(key),
  });
  const steps = levelsOf(tags).flatMap((level) => stepsOf(level, factsOf));
  const grouped = groupedSql(tags, cells, { traits, stored, properties, params });
  const based = withColumns([...traits.values(), ...stored.values()], grouped);
  return {
    sql: steps.filter((columns) => columns.length > 0).reduce((from, columns) => withColumns(columns, from), based),
    params,
    values,
  };
}

interface Pieces {
  traits: Parsed;
  stored: Parsed;
  properties: Parsed;
  params: Params;
}

/**
 * Everybody with what was counted of them, by one grouping over events and snapshots together: a join of a million people
 * with their counts would cost more than the counting.
 */
function groupedSql(tags: CompiledTag[], cells: Cells, { traits, stored, properties, params }: Pieces): string {
  const names = [...new Set(tags.flatMap(({ cell }) => cell?.event.names ?? []))].sort();
  const held = [...traits.names(), ...stored.names()];
  const people = select(
    [
      'profile',
      '1 AS is_person',
      ...traits.raw(),
      ...stored.raw(),
      "toDateTime64(0, 3, 'UTC') AS at",
      "toLowCardinality('') AS name",
      ...properties.names().map((piece) => `'' AS ${piece}`),
    ],
    `SELECT * FROM ${LIVING_PROFILES}`,
  );
  if (cells.columns.length === 0) return people;
  const events = select(
    ['profile', '0 AS is_person', ...held.map((piece) => `'' AS ${piece}`), 'at', 'name', ...properties.raw()],
    `SELECT * FROM person_events WHERE ${namedSql(names, params)}`,
  );
  const rows = withColumns(cells.marks, withColumns(properties.values(), `${people} UNION ALL ${events}`));
  const kept = held.map((piece) => `anyIf(${piece}, is_person = 1) AS ${piece}`);
  return `${select(['profile', ...kept, ...cells.columns], rows)} GROUP BY profile HAVING max(is_person) = 1`;
}

/** Rows of `{profile, v0, v1, ...}`: the wanted tags as JSON texts, empty where there is none. */
export function valuesQuery(program: TagProgram, wanted: readonly string[], now: number, zone: Zone): Query {
  const { sql, params, values } = tagQuery(program, wanted, now, zone);
  const columns = wanted.map((key, i) => `${jsonOf(values.get(key)!)} AS v${i}`);
  return { sql: select(['profile', ...columns], sql), params: params.values };
}

type Placed = { tag: CompiledTag; name: string };

/** Three queries around each other: which constant, what the rule gives, what the definition's type makes of it. */
function stepsOf(level: Placed[], factsOf: (tag: CompiledTag) => ComputeSql): string[][] {
  const places = level.flatMap(({ tag, name }) => {
    const place = placeSql(tag.definition, factsOf(tag));
    return place === undefined ? [] : [`${place} AS ${name}p`];
  });
  const given = level.map(({ tag, name }) => ({ tag, name, value: rawSql(tag.definition, factsOf(tag), `${name}p`) }));
  const raw = given.flatMap(({ name, value }) => selected(value, `${name}r`));
  const fitted = given.flatMap(({ tag, name, value: { only } }) => {
    const held = { ...columnsOf(`${name}r`), ...(only !== undefined && { only }) };
    return selected(kept(tag, held, factsOf(tag)), name);
  });
  return [places, raw, fitted];
}

function kept({ definition }: CompiledTag, held: SqlValue, facts: ComputeSql): SqlValue {
  const given = fitSql(held, definition, facts);
  if (definition.onUnmatched !== 'keep') return given;
  const last = facts.stored(definition.key);
  const either = (part: 'kind' | 'num' | 'text') => `if(${isThere(given)}, ${given[part]}, ${last[part]})`;
  return { kind: either('kind'), num: either('num'), text: either('text') };
}

/** Tags that read no tag, then those that read only them, and so on. */
function levelsOf(tags: CompiledTag[]): Placed[][] {
  const levels: Placed[][] = [];
  const levelOf = new Map<string, number>();
  tags.forEach((tag, i) => {
    const inputs = inputsOf(tag.definition.computation).tags.map((key) => levelOf.get(key)! + 1);
    const level = Math.max(0, ...inputs);
    levelOf.set(tag.definition.key, level);
    (levels[level] ??= []).push({ tag, name: `t${i}` });
  });
  return levels;
}

/** The wanted tags and all that feed them, inputs first. */
function withInputs(program: TagProgram, wanted: readonly string[]): CompiledTag[] {
  const needed = new Set(wanted);
  for (const { definition } of program.tags.toReversed())
    if (needed.has(definition.key)) for (const key of inputsOf(definition.computation).tags) needed.add(key);
  return program.tags.filter(({ definition }) => needed.has(definition.key));
}

const readingKey = (cell: ReadCell): string => `${cell.key}:${JSON.stringify(cell.reading)}`;

interface Cells {
  columns: string[];
  /** Columns of events that they are made from. */
  marks: string[];
  /** By what is read of which cell. */
  values: Map<string, SqlValue>;
}

/** Tags that measure the same and show it alike share columns. */
function cellsOf(tags: CompiledTag[], properties: Parsed, asked: Asked): Cells {
  const marks = new Marks();
  const sqls = new Map<string, CellSql>();
  for (const { cell } of tags) {
    if (!cell || sqls.has(readingKey(cell))) continue;
    const counts = countsSql(cell, properties, asked);
    sqls.set(readingKey(cell), cellSql(`c${sqls.size}`, cell, { counts, properties, marks, asked }));
  }
  const values = new Map([...sqls].map(([key, { value }]) => [key, value]));
  return { columns: [...sqls.values()].flatMap(({ columns }) => columns), marks: marks.select(), values };
}
