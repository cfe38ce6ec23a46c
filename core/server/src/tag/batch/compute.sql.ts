import type { DaysSince, Formula, JsonScalar, Recency, TagDefinition, Tiers } from '@perennial/contract';
import { DAY } from '../../time/zone.js';
import { VALUE_KIND } from '../rules/value.order.js';
import type { Asked } from './cell.sql.js';
import { conditionSql, type SqlFacts } from './condition.sql.js';
import { constantValue, isNumber, isThere, numberValue, textOf, type SqlValue } from './value.sql.js';

const { none, boolean, number, text, other } = VALUE_KIND;

export interface ComputeSql extends SqlFacts, Asked {
  /** The value of the tag's own cell. */
  cell: SqlValue | undefined;
  /** What stands on the person's snapshot: what models and people set, and what a rule gave last. */
  stored(key: string): SqlValue;
}

/** Where a rule's outcome is one of several constants: which of them, counted from 1; in a query of its own. */
export function placeSql({ computation }: TagDefinition, facts: ComputeSql): string | undefined {
  if (computation.kind === 'tiers')
    return place(
      computation.tiers.map(({ when }) => conditionSql(when, facts)),
      computation.tiers.length + 1,
    );
  return computation.kind === 'recency' ? recencyPlace(computation, facts) : undefined;
}

const place = (conditions: string[], last: number): string =>
  `multiIf(${conditions.map((when, i) => `${when}, ${i + 1}`).join(', ')}, ${last})`;

/** The same as `compute`: what the rule gives. `placed` is the column that holds what `placeSql` gave. */
export function rawSql({ key, computation }: TagDefinition, facts: ComputeSql, placed: string): SqlValue {
  switch (computation.kind) {
    case 'aggregate':
      return facts.cell!;
    case 'daysSince':
      return daysSinceSql(computation, facts);
    case 'recency':
      return recencySql(computation, facts, placed);
    case 'tiers':
      return tiersSql(computation, facts, placed);
    case 'trait':
      return facts.trait(computation.trait);
    case 'formula':
      return roundedSql(formulaSql(computation.formula, facts), computation.decimals ?? 4);
    case 'model':
    case 'manual':
      return facts.stored(key);
  }
}

/** A number or NULL, rounded; what is not finite is none. */
function roundedSql(sql: string, decimals: number): SqlValue {
  const scale = 10 ** decimals;
  const rounded = `arrayMap(x -> floor(x * ${scale} + 0.5) / ${scale}, [${sql}])[1]`;
  return numberValue(`ifNull(${rounded}, 0)`, `ifNull(isFinite(${rounded}), 0)`);
}

function daysSinceSql({ cap }: DaysSince, { cell, now, zone, params }: ComputeSql): SqlValue {
  const last = `toInt32(toDate32(fromUnixTimestamp64Milli(toInt64(${cell!.num}), 'UTC'), ${params.text(zone.name)}))`;
  const days = `least(greatest(${zone.dayOf(now)} - ${last}, 0), ${Math.trunc(cap)})`;
  return numberValue(days, isThere(cell!));
}

function recencyPlace({ bands }: Recency, { cell, now, params }: ComputeSql): string {
  const within = bands.map(
    ({ withinDays }) => `${params.number(now)} < ${cell!.num} + ${params.number(withinDays * DAY)}`,
  );
  return place(within, bands.length + 1);
}

function recencySql({ bands, otherwise }: Recency, facts: ComputeSql, placed: string): SqlValue {
  const choice = choose([...bands.map(({ value }) => value), otherwise ?? null], facts, placed);
  return { ...choice, kind: `if(${isThere(facts.cell!)}, ${choice.kind}, ${none})` };
}

const tiersSql = ({ tiers, otherwise }: Tiers, facts: ComputeSql, placed: string): SqlValue =>
  choose([...tiers.map(({ value }) => value), otherwise ?? null], facts, placed);

function choose(constants: JsonScalar[], { params }: ComputeSql, placed: string): SqlValue {
  const values = constants.map((value) => constantValue(value, params));
  const pick = (part: 'kind' | 'num' | 'text') => `[${values.map((value) => value[part]).join(', ')}][${placed}]`;
  return { kind: pick('kind'), num: pick('num'), text: pick('text') };
}

/** A number that is NULL where the other engine has none. */
function formulaSql(formula: Formula, facts: ComputeSql): string {
  if ('number' in formula) return `toNullable(${facts.params.number(formula.number)})`;
  if ('tag' in formula) return nullable(facts.tag(formula.tag));
  if ('trait' in formula) return nullable(facts.trait(formula.trait));
  if ('aggregate' in formula) return 'NULL';
  const parts = formula.of.map((part) => formulaSql(part, facts));
  return formula.op === 'coalesce' ? `coalesce(${parts.join(', ')})` : parts.reduce(OPERATIONS[formula.op]);
}

const nullable = (value: SqlValue): string => `if(${isNumber(value)}, toFloat64(${value.num}), NULL)`;

type Operation = Exclude<Extract<Formula, { op: string }>['op'], 'coalesce'>;
const OPERATIONS: Record<Operation, (a: string, b: string) => string> = {
  add: (a, b) => `(${a} + ${b})`,
  subtract: (a, b) => `(${a} - ${b})`,
  multiply: (a, b) => `(${a} * ${b})`,
  divide: (a, b) => `(${a} / nullIf(${b}, 0))`,
  min: (a, b) => lesser('<', a, b),
  max: (a, b) => lesser('>', a, b),
};

/** Each side is written once, and where one is NULL so is the outcome. */
const lesser = (sign: string, a: string, b: string): string =>
  `arrayMap((a, b) -> if(isNull(a) OR isNull(b), NULL, if(a ${sign} b, a, b)), [${a}], [${b}])[1]`;

const NUMBER = String.raw`'^-?\\d{1,15}(\\.\\d{1,6})?$'`;
const DATE = String.raw`'^\\d{4}-\\d{2}-\\d{2}$'`;
/** The same as `fit`. */
export function fitSql(value: SqlValue, definition: TagDefinition, facts: ComputeSql): SqlValue {
  const { kind, num, text: held } = value;
  switch (definition.valueType) {
    case 'number': {
      if (value.only === number) return value;
      const isWritten = `${kind} = ${text} AND match(${held}, ${NUMBER})`;
      return numberValue(`if(${isWritten}, toFloat64OrZero(${held}), ${num})`, `${kind} = ${number} OR ${isWritten}`);
    }
    case 'date': {
      if (value.only === number) return value;
      const day = `toDate32OrNull(if(${kind} = ${text} AND match(${held}, ${DATE}), ${held}, ''))`;
      const isWritten = `ifNull(toString(${day}) = ${held} AND toYear(${day}) <= 2200, 0)`;
      const at = `toInt64(assumeNotNull(${day})) * ${DAY}`;
      return numberValue(`if(${isWritten}, ${at}, ${num})`, `${kind} = ${number} OR ${isWritten}`);
    }
    case 'boolean':
      return { ...value, kind: `if(${kind} = ${boolean}, ${kind}, ${none})` };
    case 'text':
      if (value.only === text) return value;
      return { kind: `if(${kind} BETWEEN ${boolean} AND ${text}, ${text}, ${none})`, num: '0', text: textOf(value) };
    case 'enum':
      return { ...value, kind: `if(${permitted(value, definition.values, facts)}, ${kind}, ${none})` };
    case 'list':
      return { ...value, kind: `if(${kind} = ${other} AND startsWith(${held}, '['), ${kind}, ${none})` };
    case 'scores':
      return { ...value, kind: `if(${kind} = ${other} AND startsWith(${held}, '{'), ${kind}, ${none})` };
  }
}

function permitted(value: SqlValue, values: TagDefinition['values'], { params }: ComputeSql): string {
  if (!values) return `${value.kind} != ${other}`;
  const parts = values.map((item) => {
    const constant = constantValue(item.value, params);
    const same = typeof item.value === 'string' ? 'text' : 'num';
    return `(${value.kind} = ${constant.kind} AND ${value[same]} = ${constant[same]})`;
  });
  return `(${parts.join(' OR ')})`;
}
