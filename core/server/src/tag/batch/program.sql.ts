import { LIVING_PROFILES, Params } from '../../warehouse/index.js';
import type { Zone } from '../../time/zone.js';
import { inputsOf } from '../rules/inputs.js';
import type { CompiledTag, TagProgram } from '../rules/program.js';
import { cellSql } from './cell.sql.js';
import { computeSql, storedValue } from './compute.sql.js';
import { Properties } from './event.sql.js';
import { isThere, jsonOf, type SqlValue } from './value.sql.js';

export interface Query {
  sql: string;
  params: Record<string, unknown>;
}

/** Tags of everybody as the warehouse has them. */
export interface TagQuery {
  /** A `SELECT profile, <columns>`, one row a living person, without FORMAT. */
  sql: string;
  params: Params;
  /** Where a tag's value stands in a row of the query. */
  values: Map<string, SqlValue>;
}

/**
 * The second engine (law 1): one query that gives the wanted tags of everybody at `now`, from the same compiled program as
 * live processing. Events are read once, however many tags count them.
 */
export function tagQuery(program: TagProgram, wanted: readonly string[], now: number, zone: Zone): TagQuery {
  const params = new Params();
  const asked = { now, zone, params };
  const tags = withInputs(program, wanted);
  const cells = distinctCells(tags);
  const properties = new Properties(params);
  const cellSqls = new Map(
    [...cells.values()].map(({ name, cell }) => [name, cellSql(name, cell, properties, asked)] as const),
  );
  const values = new Map<string, SqlValue>();
  const columns = tags.flatMap((tag, i) => {
    const cell = tag.cell && cellSqls.get(cells.get(readingKey(tag))!.name)!.value;
    const facts = { ...asked, cell, tag: (key: string) => values.get(key)! };
    const value = computeSql(tag.definition, facts);
    const name = `t${i}`;
    values.set(tag.definition.key, named(name));
    return columnsOf(name, tag, value, asked);
  });
  const people = `(SELECT profile, tags, traits FROM ${LIVING_PROFILES}) AS people`;
  const joined =
    cells.size === 0
      ? people
      : `${people} LEFT JOIN (${cellsQuery(tags, cellSqls, properties, params)}) AS cells USING (profile)`;
  return { sql: `SELECT profile, ${columns.join(',\n')} FROM ${joined}`, params, values };
}

/** Rows of `{profile, <tag>: JSON text}` for reading values one by one. */
export function valuesQuery(program: TagProgram, wanted: readonly string[], now: number, zone: Zone): Query {
  const { sql, params, values } = tagQuery(program, wanted, now, zone);
  const columns = wanted.map((key, i) => `${jsonOf(values.get(key)!)} AS v${i}`);
  return { sql: `SELECT profile, ${columns.join(', ')} FROM (${sql})`, params: params.values };
}

const named = (name: string): SqlValue => ({ kind: `${name}k`, num: `${name}n`, text: `${name}t` });

function columnsOf(name: string, { definition }: CompiledTag, value: SqlValue, asked: { params: Params }): string[] {
  const raw = `${name}r`;
  const columns = (of: SqlValue, as: string) => [
    `toUInt8(${of.kind}) AS ${as}k`,
    `toFloat64(${of.num}) AS ${as}n`,
    `toString(${of.text}) AS ${as}t`,
  ];
  if (definition.onUnmatched !== 'keep') return columns(value, name);
  const [given, kept] = [named(raw), storedValue(definition.key, asked)];
  const either = (part: keyof SqlValue) => `if(${isThere(given)}, ${given[part]}, ${kept[part]})`;
  return [...columns(value, raw), ...columns({ kind: either('kind'), num: either('num'), text: either('text') }, name)];
}

/** The wanted tags and all that feed them, inputs first. */
function withInputs(program: TagProgram, wanted: readonly string[]): CompiledTag[] {
  const needed = new Set(wanted);
  for (const { definition } of [...program.tags].reverse())
    if (needed.has(definition.key)) for (const key of inputsOf(definition.computation).tags) needed.add(key);
  return program.tags.filter(({ definition }) => needed.has(definition.key));
}

const readingKey = ({ cell }: CompiledTag): string => (cell ? `${cell.key}:${JSON.stringify(cell.reading)}` : '');

/** Tags that measure the same and show it alike share columns. */
function distinctCells(tags: CompiledTag[]) {
  const found = new Map<string, { name: string; cell: NonNullable<CompiledTag['cell']> }>();
  for (const tag of tags)
    if (tag.cell && !found.has(readingKey(tag))) found.set(readingKey(tag), { name: `c${found.size}`, cell: tag.cell });
  return found;
}

function cellsQuery(
  tags: CompiledTag[],
  cells: Map<string, { columns: string[] }>,
  properties: Properties,
  params: Params,
): string {
  const names = [...new Set(tags.flatMap(({ cell }) => cell?.event.names ?? []))].sort();
  const columns = [...cells.values()].flatMap((cell) => cell.columns);
  const events = `SELECT ${['profile', 'at', 'name', ...properties.select()].join(', ')} FROM person_events WHERE has(${params.texts(names)}, name)`;
  return `SELECT profile, ${columns.join(',\n')} FROM (${events}) GROUP BY profile`;
}
