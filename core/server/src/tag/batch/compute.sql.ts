import type { Computation, DaysSince, Formula, JsonScalar, Recency, TagDefinition, Tiers } from '@perennial/contract';
import { DAY } from '../../time/zone.js';
import { VALUE_KIND } from '../rules/value.order.js';
import type { Asked } from './cell.sql.js';
import { conditionSql, traitValue, type SqlFacts } from './condition.sql.js';
import { constantValue, isNumber, isThere, numberValue, parsedValue, textOf, type SqlValue } from './value.sql.js';

export interface ComputeSql extends SqlFacts, Asked {
  /** The value of the tag's own cell. */
  cell: SqlValue | undefined;
}

/** The same as `compute` and `fit`: what a tag's rule gives, as its definition's type has it. */
export function computeSql(definition: TagDefinition, facts: ComputeSql): SqlValue {
  return fitSql(rawSql(definition.key, definition.computation, facts), definition, facts);
}

function rawSql(key: string, computation: Computation, facts: ComputeSql): SqlValue {
  switch (computation.kind) {
    case 'aggregate':
      return facts.cell!;
    case 'daysSince':
      return daysSinceSql(computation, facts);
    case 'recency':
      return recencySql(computation, facts);
    case 'tiers':
      return tiersSql(computation, facts);
    case 'trait':
      return traitValue(computation.trait, facts.params);
    case 'formula': {
      const sql = formulaSql(computation.formula, facts);
      const scale = 10 ** (computation.decimals ?? 4);
      const rounded = `floor(assumeNotNull(${sql}) * ${scale} + 0.5) / ${scale}`;
      return numberValue(`if(isNull(${sql}), 0, ${rounded})`, `isNotNull(${sql})`);
    }
    case 'model':
    case 'manual':
      return storedValue(key, facts);
  }
}

/** What stands on the person's snapshot: what models and people set, and what a rule gave last. */
export const storedValue = (key: string, { params }: Pick<Asked, 'params'>): SqlValue =>
  parsedValue(`tags[${params.text(key)}]`);

function daysSinceSql({ cap }: DaysSince, { cell, now, zone, params }: ComputeSql): SqlValue {
  const last = `toInt32(toDate32(fromUnixTimestamp64Milli(toInt64(${cell!.num}), 'UTC'), ${params.text(zone.name)}))`;
  const days = `least(greatest(${zone.dayOf(now)} - ${last}, 0), ${Math.trunc(cap)})`;
  return numberValue(days, isThere(cell!));
}

function recencySql({ bands, otherwise }: Recency, facts: ComputeSql): SqlValue {
  const { cell, now, params } = facts;
  const within = bands.map(({ withinDays, value }) => ({
    when: `${params.number(now)} < ${cell!.num} + ${params.number(withinDays * DAY)}`,
    value,
  }));
  const choice = choose(within, otherwise, facts);
  return { ...choice, kind: `if(${isThere(cell!)}, ${choice.kind}, ${VALUE_KIND.none})` };
}

const tiersSql = ({ tiers, otherwise }: Tiers, facts: ComputeSql): SqlValue =>
  choose(
    tiers.map(({ when, value }) => ({ when: conditionSql(when, facts), value })),
    otherwise,
    facts,
  );

/** First that holds; its place in the list is worked out once. */
function choose(
  options: { when: string; value: JsonScalar }[],
  otherwise: JsonScalar | undefined,
  { params }: ComputeSql,
): SqlValue {
  const values = [...options.map(({ value }) => value), otherwise ?? null].map((value) => constantValue(value, params));
  const place = `multiIf(${options.map(({ when }, i) => `${when}, ${i + 1}`).join(', ')}, ${values.length})`;
  const pick = (part: keyof SqlValue) => `[${values.map((value) => value[part]).join(', ')}][${place}]`;
  return { kind: pick('kind'), num: pick('num'), text: pick('text') };
}

/** A number that is NULL where the other engine has none. */
function formulaSql(formula: Formula, facts: ComputeSql): string {
  if ('number' in formula) return `toNullable(${facts.params.number(formula.number)})`;
  if ('tag' in formula) return nullable(facts.tag(formula.tag));
  if ('trait' in formula) return nullable(traitValue(formula.trait, facts.params));
  if ('aggregate' in formula) return 'NULL';
  const parts = formula.of.map((part) => formulaSql(part, facts));
  if (formula.op === 'coalesce') return `coalesce(${parts.join(', ')})`;
  const result = parts.reduce(OPERATIONS[formula.op]);
  const isMissing = parts.map((part) => `isNull(${part})`).join(' OR ');
  return `if(${isMissing} OR NOT isFinite(assumeNotNull(${result})), NULL, ${result})`;
}

const nullable = (value: SqlValue): string => `if(${isNumber(value)}, toFloat64(${value.num}), NULL)`;

type Operation = Exclude<Extract<Formula, { op: string }>['op'], 'coalesce'>;
const OPERATIONS: Record<Operation, (a: string, b: string) => string> = {
  add: (a, b) => `(${a} + ${b})`,
  subtract: (a, b) => `(${a} - ${b})`,
  multiply: (a, b) => `(${a} * ${b})`,
  divide: (a, b) => `(${a} / ${b})`,
  min: (a, b) => `least(${a}, ${b})`,
  max: (a, b) => `greatest(${a}, ${b})`,
};

const NUMBER = String.raw`'^-?\\d{1,15}(\\.\\d{1,6})?$'`;
const DATE = String.raw`'^\\d{4}-\\d{2}-\\d{2}$'`;
const { none, boolean, number, text, other } = VALUE_KIND;

function fitSql(value: SqlValue, definition: TagDefinition, facts: ComputeSql): SqlValue {
  const { kind, num, text: held } = value;
  switch (definition.valueType) {
    case 'number': {
      const isWritten = `${kind} = ${text} AND match(${held}, ${NUMBER})`;
      return numberValue(`if(${isWritten}, toFloat64OrZero(${held}), ${num})`, `${kind} = ${number} OR ${isWritten}`);
    }
    case 'date': {
      const day = `toDate32OrNull(if(${kind} = ${text} AND match(${held}, ${DATE}), ${held}, ''))`;
      const isWritten = `ifNull(toString(${day}) = ${held} AND toYear(${day}) <= 2200, 0)`;
      const at = `toInt64(assumeNotNull(${day})) * ${DAY}`;
      return numberValue(`if(${isWritten}, ${at}, ${num})`, `${kind} = ${number} OR ${isWritten}`);
    }
    case 'boolean':
      return { ...value, kind: `if(${kind} = ${boolean}, ${kind}, ${none})` };
    case 'text':
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
