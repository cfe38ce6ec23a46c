import type { Window } from '@perennial/contract';
import type { Zone } from '../../time/zone.js';
import type { Params } from '../../warehouse/index.js';
import { MAX_AMOUNT, MAX_SEEN } from '../rules/cell.js';
import { DEFAULT_SCORES } from '../rules/measure.js';
import type { ReadCell } from '../rules/program.js';
import { spanAt, startOf, unitOf } from '../rules/window.js';
import { filterSql } from './event.sql.js';
import type { Marks, Parsed } from './parsed.js';
import { isNumber, isScalar, jsonValue, numberValue, textsOf, textValue, type SqlValue } from './value.sql.js';

/** The instant of an answer and what values it binds. */
export interface Asked {
  /** Epoch ms. */
  now: number;
  zone: Zone;
  params: Params;
}

/** A cell as columns of a query that groups events by person, and what its value is outside of that query. */
export interface CellSql {
  /** `<aggregate> AS <name>` */
  columns: string[];
  value: SqlValue;
}

/** Instants between which the window lies, as a condition on `at`; empty for all time. */
export function windowSql(window: Window | undefined, { now, zone, params }: Asked): string {
  if (!window) return '';
  const { from, to } = spanAt(window, now, zone);
  const unit = unitOf(window);
  const bound = (bucket: number) => `fromUnixTimestamp64Milli(${params.whole(startOf(unit, bucket, zone))}, 'UTC')`;
  return `at >= ${bound(from)} AND at < ${bound(to + 1)}`;
}

/** Which events a cell counts. */
export function countsSql({ event, spec }: Pick<ReadCell, 'event' | 'spec'>, properties: Parsed, asked: Asked): string {
  const conditions = [filterSql(event, properties, asked.params), windowSql(spec.window, asked)];
  return conditions.filter((condition) => condition !== '').join(' AND ');
}

/** What a cell is made from: its events (`counts` is a condition, or `1` among nothing but such events) and their properties. */
export interface CellInput {
  counts: string;
  properties: Parsed;
  marks: Marks;
  asked: Asked;
}

/** The same as `measure` over the same events: `name` is free for its columns. */
export function cellSql(name: string, cell: ReadCell, input: CellInput): CellSql {
  const { properties, marks, asked } = input;
  const counts = (condition?: string) => marks.of(condition ? `${input.counts} AND ${condition}` : input.counts);
  const column = (expression: string) => `${expression} AS ${name}`;
  /** An aggregate that is NULL where nothing was counted. */
  const orNull = (expression: string, read: (sql: string) => string = (sql) => sql): CellSql => ({
    columns: [column(expression)],
    value: numberValue(read(`ifNull(${name}, 0)`), `isNotNull(${name})`),
  });
  const measured = () => properties.value(cell.property!);
  const zone = asked.params.text(asked.zone.name);
  const ms = () => marks.of('toUnixTimestamp64Milli(at)');

  switch (cell.spec.measure) {
    case 'count':
      return { columns: [column(`countIf(${counts()})`)], value: numberValue(name, `${name} > 0`) };
    case 'firstAt':
      return orNull(`minOrNullIf(${ms()}, ${counts()})`);
    case 'lastAt':
      return orNull(`maxOrNullIf(${ms()}, ${counts()})`);
    case 'sum':
    case 'min':
    case 'max': {
      const units = marks.of(unitsOf(measured()));
      return orNull(
        `${cell.spec.measure}OrNullIf(${units}, ${counts(isAmount(measured()))})`,
        (sql) => `${sql} / 10000`,
      );
    }
    case 'average': {
      const condition = counts(isAmount(measured()));
      const columns = [
        `countIf(${condition}) AS ${name}c`,
        column(`sumIf(${marks.of(unitsOf(measured()))}, ${condition})`),
      ];
      return { columns, value: numberValue(`floor(${name} / ${name}c + 0.5) / 10000`, `${name}c > 0`) };
    }
    case 'first':
    case 'last':
      return endSql(name, cell.spec.measure, measured(), ms(), counts(isScalar(measured())));
    case 'distinct': {
      const distinct = column(`least(uniqExactArrayIf(${marks.of(textsOf(measured()))}, ${counts()}), ${MAX_SEEN})`);
      return { columns: [distinct], value: numberValue(name, `${name} > 0`) };
    }
    case 'top':
    case 'scores':
      return rankedSql(name, cell, input);
    case 'hour':
      return clockSql(name, marks.of(`toUInt8(toHour(at, ${zone}))`), counts());
    case 'weekday':
      return clockSql(name, marks.of(`toUInt8(toDayOfWeek(at, 0, ${zone}))`), counts());
    case 'days':
    case 'streak': {
      const day = marks.of(`toInt32(toDate32(at, ${zone}))`);
      const length = cell.spec.measure === 'days' ? `length(${name})` : longestRun(name);
      const columns = [column(`arraySort(groupUniqArrayIf(${day}, ${counts()}))`)];
      return { columns, value: numberValue(length, `notEmpty(${name})`) };
    }
  }
}

/** The value of the first or last event; ties of time are broken by the value. */
function endSql(
  name: string,
  measure: 'first' | 'last',
  { kind, num, text }: SqlValue,
  ms: string,
  counts: string,
): CellSql {
  const of = measure === 'first' ? 'argMinIf' : 'argMaxIf';
  const columns = [`${of}((${kind}, ${num}, ${text}), (${ms}, ${kind}, ${num}, ${text}), ${counts}) AS ${name}`];
  return { columns, value: { kind: `${name}.1`, num: `${name}.2`, text: `${name}.3` } };
}

const isAmount = (value: SqlValue): string => `(${isNumber(value)} AND abs(${value.num}) <= ${MAX_AMOUNT})`;
const unitsOf = ({ num }: SqlValue): string => `toInt64(floor(${num} * 10000 + 0.5))`;

/** Runs of days that follow each other; the longest. */
const longestRun = (days: string): string =>
  `arrayMax(arrayMap(run -> length(run), arraySplit((day, step) -> step != 1, ${days}, arrayDifference(${days}))))`;

/** Pairs of value and score, the highest first, ties by the value's bytes: the order of `byCountThenText`. */
function rankedSql(name: string, cell: ReadCell, { counts, properties, marks }: CellInput): CellSql {
  const value = properties.value(cell.property!);
  const weight = cell.weight === undefined ? undefined : properties.value(cell.weight);
  const condition = marks.of([counts, ...(weight ? [isAmount(weight)] : [])].join(' AND '));
  const texts = marks.of(textsOf(value));
  const each = (units: string) => `arrayWithConstant(length(${texts}), ${units})`;
  // Values whose weights add up to nothing would be dropped but for the second list.
  const lists = weight ? `${each(marks.of(unitsOf(weight)))}, ${each('toInt64(1)')}` : each('toInt64(1)');
  const columns = [`sumMapIf(${texts}, ${lists}, ${condition}) AS ${name}`];
  const ranked = `arraySlice(arraySort(x -> (-x.2, x.1), arrayZip(${name}.1, ${name}.2)), 1, ${MAX_SEEN})`;
  const isAny = `notEmpty(${name}.1)`;
  const { limit } = cell.reading;
  if (cell.spec.measure === 'scores') return { columns, value: jsonValue(scoresJson(ranked, limit, weight), isAny) };
  if (limit === undefined) return { columns, value: textValue(`(${ranked})[1].1`, isAny) };
  const best = `arrayMap(x -> toJSONString(x.1), arraySlice(${ranked}, 1, ${Math.trunc(limit)}))`;
  return { columns, value: jsonValue(`concat('[', arrayStringConcat(${best}, ','), ']')`, isAny) };
}

function scoresJson(ranked: string, limit = DEFAULT_SCORES, weight: SqlValue | undefined): string {
  const score = weight ? 'toString(x.2 / 10000)' : 'toString(x.2)';
  const entries = `arrayMap(x -> concat(toJSONString(x.1), ':', ${score}), arraySlice(${ranked}, 1, ${Math.trunc(limit)}))`;
  return `concat('{', arrayStringConcat(${entries}, ','), '}')`;
}

/** The most frequent number; of equals the lower. */
function clockSql(name: string, reading: string, counts: string): CellSql {
  const columns = [`sumMapIf([${reading}], [toInt64(1)], ${counts}) AS ${name}`];
  const ranked = `arraySort(x -> (-x.2, x.1), arrayZip(${name}.1, ${name}.2))`;
  return { columns, value: numberValue(`(${ranked})[1].1`, `notEmpty(${name}.1)`) };
}
