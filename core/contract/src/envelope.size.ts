import { checkEnvelope, type CheckContext, type EnvelopeCheck, type Refusal } from './envelope.check.js';
import { LIMITS } from './envelope.js';

const encoder = new TextEncoder();

/** Whether an item's JSON text may pass the limit of one event, in UTF-8 bytes. The item's depth must be bounded. */
export function isTooLarge(item: unknown): boolean {
  // Writing each item out again costs as much as parsing it did; nearly all are far below the limit and are told by a look.
  if (mostBytes(item) <= LIMITS.eventBytes) return false;
  return encoder.encode(JSON.stringify(item)).length > LIMITS.eventBytes;
}

/** No JSON text of the value is longer: a UTF-16 unit takes at most six bytes (an escape), a number at most 25. */
function mostBytes(value: unknown): number {
  if (typeof value === 'string') return value.length * 6 + 2;
  if (typeof value !== 'object' || value === null) return 25;
  let sum = 2;
  if (Array.isArray(value)) for (const item of value) sum += mostBytes(item) + 1;
  else for (const key in value) sum += key.length * 6 + 4 + mostBytes((value as Record<string, unknown>)[key]);
  return sum;
}

export const TOO_LARGE: Refusal = {
  code: 'ENVELOPE_TOO_LARGE',
  message: `an event may have ${LIMITS.eventBytes} bytes`,
};

/** As `checkEnvelope`, for ways in on which nobody has measured the item: files and pulls. */
export function checkUnmeasured(raw: unknown, context: CheckContext): EnvelopeCheck {
  const check = checkEnvelope(raw, context);
  return check.ok && isTooLarge(raw) ? { ok: false, refusal: TOO_LARGE } : check;
}
