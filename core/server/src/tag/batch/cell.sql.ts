import type { Window } from '@perennial/contract';
import type { Zone } from '../../time/zone.js';
import type { Params } from '../../warehouse/index.js';
import { MAX_AMOUNT, MAX_SEEN } from '../rules/cell.js';
import { DEFAULT_SCORES } from '../rules/measure.js';
import type { ReadCell } from '../rules/program.js';
import { spanAt, startOf, unitOf } from '../rules/window.js';
import { filterSql } from './event.sql.js';
import type { Parsed } from './parsed.js';
import { isNumber, isScalar, jsonValue, numberValue, textOf, textValue, type SqlValue } from './value.sql.js';

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

/** The same as `measure` over the same events: `name` is free for its columns. */
export function cellSql(name: string, cell: ReadCell, properties: Parsed, asked: Asked): CellSql {
  const conditions = [filterSql(cell.event, properties, asked.params), windowSql(cell.spec.window, asked)];
  const counts = conditions.filter((condition) => condition !== '').join(' AND ');
  const column = (expression: string, suffix = '') => `${expression} AS ${name}${suffix}`;
  const times = (condition: string) => column(`countIf(${condition})`, 'c');
  const isAny = `${name}c > 0`;
  const measured = () => properties.value(cell.property!);
  const zone = asked.params.text(asked.zone.name);

  switch (cell.spec.measure) {
    case 'count':
      return { columns: [times(counts)], value: numberValue(`${name}c`, isAny) };
    case 'firstAt':
    case 'lastAt': {
      const of = cell.spec.measure === 'firstAt' ? 'minIf' : 'maxIf';
      const columns = [times(counts), column(`${of}(toUnixTimestamp64Milli(at), ${counts})`)];
      return { columns, value: numberValue(name, isAny) };
    }
    case 'sum':
    case 'min':
    case 'max': {
      const condition = `${counts} AND ${isAmount(measured())}`;
      const columns = [times(condition), column(`${cell.spec.measure}If(${unitsOf(measured())}, ${condition})`)];
      return { columns, value: numberValue(`${name} / 10000`, isAny) };
    }
    case 'average': {
      const condition = `${counts} AND ${isAmount(measured())}`;
      const columns = [times(condition), column(`sumIf(${unitsOf(measured())}, ${condition})`)];
      return { columns, value: numberValue(`floor(${name} / ${name}c + 0.5) / 10000`, isAny) };
    }
    case 'first':
    case 'last': {
      const { kind, num, text } = measured();
      const value = `(toUInt8(${kind}), toFloat64(${num}), toString(${text}))`;
      const order = `(toUnixTimestamp64Milli(at), toUInt8(${kind}), toFloat64(${num}), toString(${text}))`;
      const of = cell.spec.measure === 'first' ? 'argMinIf' : 'argMaxIf';
      const columns = [column(`${of}(${value}, ${order}, ${counts} AND ${isScalar(measured())})`)];
      return { columns, value: { kind: `${name}.1`, num: `${name}.2`, text: `${name}.3` } };
    }
    case 'distinct': {
      const condition = `${counts} AND ${isCounted(measured())}`;
      const distinct = column(`least(uniqExactIf(${textOf(measured())}, ${condition}), ${MAX_SEEN})`);
      return { columns: [distinct], value: numberValue(name, `${name} > 0`) };
    }
    case 'top':
    case 'scores':
      return rankedSql(name, cell, counts, properties);
    case 'hour':
      return clockSql(name, `toHour(at, ${zone})`, counts);
    case 'weekday':
      return clockSql(name, `toDayOfWeek(at, 0, ${zone})`, counts);
    case 'days':
    case 'streak': {
      const columns = [column(`arraySort(groupUniqArrayIf(toInt32(toDate32(at, ${zone})), ${counts}))`)];
      const length = cell.spec.measure === 'days' ? `length(${name})` : longestRun(name);
      return { columns, value: numberValue(length, `notEmpty(${name})`) };
    }
  }
}

const isAmount = (value: SqlValue): string => `(${isNumber(value)} AND abs(${value.num}) <= ${MAX_AMOUNT})`;
const unitsOf = ({ num }: SqlValue): string => `toInt64(floor(${num} * 10000 + 0.5))`;
const isCounted = (value: SqlValue): string => `(${isScalar(value)} AND ${value.text} != '__proto__')`;

/** Runs of days that follow each other; the longest. */
const longestRun = (days: string): string =>
  `arrayMax(arrayMap(run -> length(run), arraySplit((day, step) -> step != 1, ${days}, arrayDifference(${days}))))`;

/** Pairs of value and score, the highest first, ties by the value's bytes: the order of `byCountThenText`. */
function rankedSql(name: string, cell: ReadCell, counts: string, properties: Parsed): CellSql {
  const value = properties.value(cell.property!);
  const weight = cell.weight === undefined ? undefined : properties.value(cell.weight);
  const condition = [counts, isCounted(value), ...(weight ? [isAmount(weight)] : [])].join(' AND ');
  const score = weight ? unitsOf(weight) : 'toInt64(1)';
  // The third list keeps values whose scores add up to nothing, which sumMap would drop.
  const columns = [`sumMapIf([${textOf(value)}], [${score}], [toInt64(1)], ${condition}) AS ${name}`];
  const ranked = `arraySlice(arraySort(x -> (-x.2, x.1), arrayZip(${name}.1, ${name}.2)), 1, ${MAX_SEEN})`;
  const isAny = `notEmpty(${name}.1)`;
  const { limit } = cell.reading;
  if (cell.spec.measure === 'scores') return { columns, value: jsonValue(scoresJson(ranked, limit, weight), isAny) };
  if (limit === undefined) return { columns, value: textValue(`(${ranked})[1].1`, isAny) };
  const texts = `arrayMap(x -> toJSONString(x.1), arraySlice(${ranked}, 1, ${Math.trunc(limit)}))`;
  return { columns, value: jsonValue(`concat('[', arrayStringConcat(${texts}, ','), ']')`, isAny) };
}

function scoresJson(ranked: string, limit = DEFAULT_SCORES, weight: SqlValue | undefined): string {
  const score = weight ? 'toString(x.2 / 10000)' : 'toString(x.2)';
  const entries = `arrayMap(x -> concat(toJSONString(x.1), ':', ${score}), arraySlice(${ranked}, 1, ${Math.trunc(limit)}))`;
  return `concat('{', arrayStringConcat(${entries}, ','), '}')`;
}

/** The most frequent number; of equals the lower. */
function clockSql(name: string, reading: string, counts: string): CellSql {
  const columns = [`sumMapIf([toUInt8(${reading})], [toInt64(1)], ${counts}) AS ${name}`];
  const ranked = `arraySort(x -> (-x.2, x.1), arrayZip(${name}.1, ${name}.2))`;
  return { columns, value: numberValue(`(${ranked})[1].1`, `notEmpty(${name}.1)`) };
}
