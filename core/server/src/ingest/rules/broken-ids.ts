import { crc32, cut, isJsonObject, isWellFormed, LIMITS, toWellFormed, type JsonObject } from '@perennial/contract';

const encoder = new TextEncoder();

/**
 * Two message ids that differ in halves of characters alone look the same once those are replaced, and the second message
 * would count as a repetition of the first. So such an id gets a mark of what it was: the same for the same message, sent
 * again, and another for another. `broken` is what was parsed of the same text as it came.
 */
export function keepIdsApart(clean: unknown, broken: unknown): unknown {
  if (!isJsonObject(clean) || !isJsonObject(broken)) return clean;
  mark(clean, broken['messageId']);
  const [items, were] = [clean['batch'], broken['batch']];
  if (Array.isArray(items) && Array.isArray(were))
    items.forEach((item, i) => {
      const was = were[i];
      if (isJsonObject(item) && isJsonObject(was)) mark(item, was['messageId']);
    });
  return clean;
}

function mark(item: JsonObject, was: unknown): void {
  if (typeof was !== 'string' || isWellFormed(was)) return;
  // As JSON each half is written by its number.
  const sum = crc32(encoder.encode(JSON.stringify(was))).toString(16);
  if (was.length <= LIMITS.idLength) item['messageId'] = `${cut(toWellFormed(was), LIMITS.idLength - 9)}~${sum}`;
}
