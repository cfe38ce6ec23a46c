import type { Json, TagDefinition } from '@perennial/contract';
import { isJsonObject } from '@perennial/contract';

type Fitted = Pick<TagDefinition, 'valueType' | 'values'>;

const NUMBER = /^-?\d{1,15}(\.\d{1,6})?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The value as the definition's value type has it, or undefined where it is none: clients write numbers as texts and
 * dates as days. Both engines do this last, so that one column of one type holds a tag.
 */
export function fit(value: Json | undefined, { valueType, values }: Fitted): Json | undefined {
  if (value === undefined || value === null) return undefined;
  switch (valueType) {
    case 'number':
      return typeof value === 'number' ? value : numberIn(value);
    case 'date':
      return typeof value === 'number' ? value : dateIn(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'text':
      return textIn(value);
    case 'enum':
      return isPermitted(value, values) ? value : undefined;
    case 'list':
      return Array.isArray(value) ? value : undefined;
    case 'scores':
      return isJsonObject(value) ? value : undefined;
  }
}

const numberIn = (value: Json): number | undefined =>
  typeof value === 'string' && NUMBER.test(value) ? Number(value) : undefined;

/** Midnight UTC of a day as it is written; 30 February is no day. */
function dateIn(value: Json): number | undefined {
  if (typeof value !== 'string' || !DATE.test(value)) return undefined;
  const [year, month, day] = value.split('-').map(Number) as [number, number, number];
  if (year < 1900 || year > 2200) return undefined;
  const at = Date.UTC(year, month - 1, day);
  return new Date(at).toISOString().startsWith(value) ? at : undefined;
}

const textIn = (value: Json): string | undefined => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};

const isPermitted = (value: Json, values: Fitted['values']): boolean =>
  typeof value !== 'object' && (values === undefined || values.some((permitted) => permitted.value === value));
