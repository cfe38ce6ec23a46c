import { isJsonObject, type Json } from '@perennial/contract';
import { byText } from './order.js';

/** Kinds of JSON values in the order that both engines use where two values must be told apart; 0 is no value. */
export const VALUE_KIND = { none: 0, boolean: 1, number: 2, text: 3, other: 4 } as const;

export function kindOf(value: Json | undefined): number {
  if (value === undefined || value === null) return VALUE_KIND.none;
  if (typeof value === 'boolean') return VALUE_KIND.boolean;
  if (typeof value === 'number') return VALUE_KIND.number;
  return typeof value === 'string' ? VALUE_KIND.text : VALUE_KIND.other;
}

/** A total order of JSON values: by kind, numbers by size, texts by code point. */
export function byValue(a: Json, b: Json): number {
  const order = kindOf(a) - kindOf(b);
  if (order !== 0) return order;
  if (typeof a === 'number' || typeof a === 'boolean') return Number(a) - Number(b);
  return byText(textOf(a), textOf(b));
}

/** A value as a text: what `distinct` and `top` count by. */
export const textOf = (value: Json): string =>
  isJsonObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
