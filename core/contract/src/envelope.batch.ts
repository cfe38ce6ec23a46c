import { isJsonObject, type JsonObject } from './json.js';

/** An item of a batch over the batch's own context and integrations: as it is checked at the edge, and applied in core. */
export function overBatch(item: JsonObject, batch: JsonObject): JsonObject {
  const merged = { ...item };
  // Also what is refused needs it: without the sending, no device's clock can be corrected when it is tried again.
  if (typeof batch['sentAt'] === 'string') merged['sentAt'] ??= batch['sentAt'];
  for (const key of ['context', 'integrations'] as const)
    if (isJsonObject(batch[key])) merged[key] = { ...batch[key], ...(isJsonObject(item[key]) ? item[key] : {}) };
  return merged;
}
