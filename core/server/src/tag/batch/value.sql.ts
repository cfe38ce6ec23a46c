import type { Json, JsonScalar } from '@perennial/contract';
import type { Params } from '../../warehouse/index.js';
import { kindOf, VALUE_KIND } from '../rules/value.order.js';

/**
 * A JSON value of unknown type as three SQL expressions: its kind (`VALUE_KIND`; 0 is none), the number (also 0 and 1 of
 * a boolean) and the text (also the JSON of a list or object). So one rule reads alike over values of any type, and
 * nothing depends on how an engine casts.
 */
export interface SqlValue {
  kind: string;
  num: string;
  text: string;
  /** The one kind that it has where it is there at all, if that is known: then no query asks. */
  only?: number;
}

const { none, boolean, number, text, other } = VALUE_KIND;

export const NONE: SqlValue = { kind: String(none), num: '0', text: "''" };

/** A number that is there where `isThere` holds. */
export const numberValue = (num: string, isThere: string): SqlValue => ({
  kind: `if(${isThere}, ${number}, ${none})`,
  num: `toFloat64(${num})`,
  text: "''",
  only: number,
});

export const textValue = (sql: string, isThere: string): SqlValue => ({
  kind: `if(${isThere}, ${text}, ${none})`,
  num: '0',
  text: sql,
  only: text,
});

/** A list or an object, given as its JSON. */
export const jsonValue = (sql: string, isThere: string): SqlValue => ({
  kind: `if(${isThere}, ${other}, ${none})`,
  num: '0',
  text: sql,
});

export function constantValue(value: JsonScalar, params: Params): SqlValue {
  const kind = String(kindOf(value));
  if (typeof value === 'string') return { kind, num: '0', text: params.text(value) };
  return { kind, num: params.number(Number(value ?? 0)), text: "''" };
}

/**
 * The value that a piece of JSON holds; the empty text and `null` are none. Its first character tells the kind. The text of
 * a number or boolean is the piece itself, which is what `String(value)` gives in the other engine.
 */
export function parsedValue(raw: string): SqlValue {
  const kinds = `[${[none, text, other, other, boolean, boolean, none].join(', ')}]`;
  return {
    kind: `transform(ascii(${raw}), [0, 34, 91, 123, 102, 116, 110], ${kinds}, ${number})`,
    num: `if(ascii(${raw}) = 116, 1, toFloat64OrZero(${raw}))`,
    text: `if(ascii(${raw}) = 34, ${unquoted(raw)}, ${raw})`,
  };
}

/** Most texts hold no escape; those that do are read by the parser. */
const unquoted = (raw: string): string =>
  `if(position(${raw}, '\\\\') = 0, substring(${raw}, 2, length(${raw}) - 2), JSONExtractString(concat('[', ${raw}, ']'), 1))`;

export const isThere = ({ kind }: SqlValue): string => `(${kind} != ${none})`;

/** The value as JSON; the empty text where there is none. */
export const jsonOf = ({ kind, num, text: held }: SqlValue): string =>
  `multiIf(${kind} = ${none}, '', ${kind} = ${boolean}, if(${num} = 1, 'true', 'false'), ${kind} = ${number}, toString(${num}), ${kind} = ${text}, toJSONString(${held}), ${held})`;

/** What `jsonOf` gave, as a value. */
export const readJson = (text: string): Json | undefined => (text === '' ? undefined : (JSON.parse(text) as Json));

/** A scalar as a text, as `String(value)` has it in the other engine. */
export const textOf = ({ kind, num, text: held }: SqlValue): string =>
  `multiIf(${kind} = ${boolean}, if(${num} = 1, 'true', 'false'), ${kind} = ${number}, toString(${num}), ${held})`;

/** A scalar's text, or those of a list's scalars: what `distinct`, `top` and `scores` count. */
export function textsOf(value: SqlValue): string {
  const pieces = `JSONExtractArrayRaw(${value.text})`;
  const texts = `arrayMap(raw -> if(ascii(raw) = 34, ${unquoted('raw')}, raw), arrayFilter(raw -> ascii(raw) NOT IN (91, 110, 123), ${pieces}))`;
  return `multiIf(${isScalar(value)}, [${value.text}], startsWith(${value.text}, '['), ${texts}, [])`;
}

export const isScalar = ({ kind }: SqlValue): string => `(${kind} BETWEEN ${boolean} AND ${text})`;
export const isNumber = ({ kind }: SqlValue): string => `(${kind} = ${number})`;
