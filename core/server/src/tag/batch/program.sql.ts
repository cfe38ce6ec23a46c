import type { Zone } from '../../time/zone.js';
import { LIVING_PROFILES, Params } from '../../warehouse/index.js';
import { inputsOf } from '../rules/inputs.js';
import type { CompiledTag, ReadCell, TagProgram } from '../rules/program.js';
import { cellSql, type Asked, type CellSql } from './cell.sql.js';
import { fitSql, placeSql, rawSql, type ComputeSql } from './compute.sql.js';
import { eventProperties } from './event.sql.js';
import { columnsOf, Parsed, select, selected, withColumns } from './parsed.js';
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
  const cells = cellsOf(tags, asked);
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
  const people = select(['profile', ...traits.raw(), ...stored.raw()], `SELECT * FROM ${LIVING_PROFILES}`);
  const based = withColumns([...traits.values(), ...stored.values()], people);
  const counted = cells.sql
    ? `SELECT * FROM (${based}) AS people LEFT JOIN (${cells.sql}) AS cells USING (profile)`
    : based;
  return { sql: steps.reduce((from, columns) => withColumns(columns, from), counted), params, values };
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
  const raw = level.flatMap(({ tag, name }) => selected(rawSql(tag.definition, factsOf(tag), `${name}p`), `${name}r`));
  const fitted = level.flatMap(({ tag, name }) => selected(kept(tag, name, factsOf(tag)), name));
  return [places, raw, fitted];
}

function kept({ definition }: CompiledTag, name: string, facts: ComputeSql): SqlValue {
  const given = fitSql(columnsOf(`${name}r`), definition, facts);
  if (definition.onUnmatched !== 'keep') return given;
  const last = facts.stored(definition.key);
  const either = (part: keyof SqlValue) => `if(${isThere(given)}, ${given[part]}, ${last[part]})`;
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

/** One pass over the events that any of the tags counts; tags that measure the same and show it alike share columns. */
function cellsOf(tags: CompiledTag[], asked: Asked): { sql: string; values: Map<string, SqlValue> } {
  const properties = eventProperties(asked.params);
  const sqls = new Map<string, CellSql>();
  for (const { cell } of tags)
    if (cell && !sqls.has(readingKey(cell)))
      sqls.set(readingKey(cell), cellSql(`c${sqls.size}`, cell, properties, asked));
  const values = new Map([...sqls].map(([key, { value }]) => [key, value]));
  if (sqls.size === 0) return { sql: '', values };
  const names = [...new Set(tags.flatMap(({ cell }) => cell?.event.names ?? []))].sort();
  const events = select(
    ['profile', 'at', 'name', ...properties.raw()],
    `SELECT * FROM person_events WHERE has(${asked.params.texts(names)}, name)`,
  );
  const columns = [...sqls.values()].flatMap((cell) => cell.columns);
  const grouped = select(['profile', ...columns], withColumns(properties.values(), events));
  return { sql: `${grouped} GROUP BY profile`, values };
}
