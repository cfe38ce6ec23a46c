import { isJsonObject } from '@perennial/contract';

const MAX_DEPTH = 20;

/** Whether a value from outside is a condition: the shape alone, not whether what it names exists. */
export function isCondition(value: unknown, depth = 0): boolean {
  if (!isJsonObject(value) || depth > MAX_DEPTH) return false;
  const keys = Object.keys(value);
  if (keys.length === 1 && (keys[0] === 'all' || keys[0] === 'any')) {
    const parts = value[keys[0]];
    return Array.isArray(parts) && parts.length <= 100 && parts.every((part) => isCondition(part, depth + 1));
  }
  if (keys.length === 1 && keys[0] === 'not') return isCondition(value['not'], depth + 1);
  const subject = ['tag', 'trait', 'stage'].find((key) => typeof value[key] === 'string');
  return keys.length === 2 && subject !== undefined && isTest(value['test']);
}

const isScalar = (value: unknown): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value);
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);

function isTest(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  switch (value['op']) {
    case 'is':
    case 'isNot':
      return isScalar(value['value']);
    case 'in':
    case 'notIn':
      return Array.isArray(value['values']) && value['values'].length <= 5000 && value['values'].every(isScalar);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return isNumber(value['value']);
    case 'contains':
      return typeof value['value'] === 'string';
    case 'within':
    case 'olderThan':
      return isNumber(value['days']);
    default:
      return value['op'] === 'exists' || value['op'] === 'missing';
  }
}
