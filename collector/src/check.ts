import {
  checkEnvelope,
  isJsonObject,
  isTooLarge,
  LIMITS,
  overBatch,
  TOO_LARGE,
  type CheckContext,
  type EventType,
  type JsonObject,
  type Offsets,
  type Refusal,
} from '@perennial/contract';
import { turned, type ItemError, type Turned } from './answer.js';

export interface Checked {
  items: number;
  errors: ItemError[];
}

/** Looks at every item of a body; the body itself is refused only when it holds no list of items. */
export function checkBody(
  body: JsonObject,
  endpoint: EventType | 'batch',
  receivedAt: number,
  bytes: number,
  zone?: Offsets,
): Checked | Turned {
  const items = endpoint === 'batch' ? body['batch'] : [body];
  if (!Array.isArray(items)) return turned(400, 'BATCH_MISSING', 'the body needs a list `batch`');
  if (items.length > LIMITS.batchItems)
    return turned(413, 'BATCH_TOO_LONG', `a batch may hold ${LIMITS.batchItems} events`);
  if (inheritedBytes(body, items, bytes) > LIMITS.inheritedBytes)
    return turned(413, 'BATCH_TOO_LONG', INHERITS_TOO_MUCH);
  const context: CheckContext = {
    receivedAt,
    zone,
    sentAt: typeof body['sentAt'] === 'string' ? body['sentAt'] : undefined,
    type: endpoint === 'batch' ? undefined : endpoint,
  };
  // Items of a body that fits one event's limit fit it too; only larger bodies are measured item by item.
  const mustMeasure = bytes > LIMITS.eventBytes;
  const hasCommon = endpoint === 'batch' && isJsonObject(body['context']);
  const errors: ItemError[] = [];
  items.forEach((item, index) => {
    const whole = hasCommon && isJsonObject(item) ? overBatch(item, body) : item;
    const refusal = refusalOf(item, whole, context, mustMeasure);
    if (refusal) errors.push({ index, ...refusal });
  });
  return { items: items.length, errors };
}

/** `whole` is the item with what its batch says of all. */
const INHERITS_TOO_MUCH = 'what a batch states for all its events counts for each: send fewer events, or state less';

/** Every event of a batch gets the batch's own context, so a small request could be a thousand times as large in core. */
function inheritedBytes(body: JsonObject, items: unknown[], bytes: number): number {
  if (items[0] === body || bytes * items.length <= LIMITS.inheritedBytes) return 0;
  try {
    return items.length * (JSON.stringify([body['context'], body['integrations']]).length - '[null,null]'.length);
  } catch (error) {
    // Nested beyond any stack.
    if (error instanceof RangeError) return Infinity;
    throw error;
  }
}

function refusalOf(item: unknown, whole: unknown, context: CheckContext, mustMeasure: boolean): Refusal | undefined {
  const check = checkEnvelope(whole, context);
  if (!check.ok) return check.refusal;
  return mustMeasure && isTooLarge(item) ? TOO_LARGE : undefined;
}
