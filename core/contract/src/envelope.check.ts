import { happenedAt, readStamps } from './clock.js';
import { EVENT_TYPES, LIMITS, type Envelope, type EventType } from './envelope.js';
import { isJsonObject, type JsonObject } from './json.js';
import { PLAN_CODES } from './plan.js';
import { EARLIEST, type Offsets } from './zone-offsets.js';

/** Why an item is refused. The code goes into the client's answer, the quarantine and the metrics. */
export interface Refusal {
  code: RefusalCode;
  message: string;
}

export const REFUSAL_CODES = [
  'ENVELOPE_NOT_OBJECT',
  'ENVELOPE_TYPE_UNKNOWN',
  'ENVELOPE_ID_MISSING',
  'ENVELOPE_FIELD_INVALID',
  'ENVELOPE_TOO_LARGE',
  'ENVELOPE_TOO_DEEP',
  'ENVELOPE_TIME_INVALID',
  'ENVELOPE_TIME_FUTURE',
  'ENVELOPE_JSON_MALFORMED',
  ...PLAN_CODES,
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

export type EnvelopeCheck = { ok: true; envelope: Envelope } | { ok: false; refusal: Refusal };

export interface CheckContext {
  receivedAt: number;
  /** `sentAt` of the batch, used when the item has none. */
  sentAt?: string | undefined;
  /** Of times that are written without an offset: the platform's zone; where it is not known, core decides later. */
  zone?: Offsets | undefined;
  /** The type that the endpoint fixes (`/v1/track`), when it does. */
  type?: EventType | undefined;
}

const refuse = (code: RefusalCode, message: string): EnvelopeCheck => ({ ok: false, refusal: { code, message } });

/** Checks one item as a client sent it. Pure; the same answer at the edge and in core. Sizes are checked by the caller. */
export function checkEnvelope(raw: unknown, context: CheckContext): EnvelopeCheck {
  if (!isJsonObject(raw)) return refuse('ENVELOPE_NOT_OBJECT', 'an event must be a JSON object');
  return checkObject(withTextIds(raw), context);
}

function checkObject(raw: JsonObject, context: CheckContext): EnvelopeCheck {
  const type = context.type ?? raw['type'];
  if (!EVENT_TYPES.includes(type as EventType))
    return refuse('ENVELOPE_TYPE_UNKNOWN', `type must be one of ${EVENT_TYPES.join(', ')}`);
  const envelope = { ...raw, type } as unknown as Envelope;
  const problem =
    fieldProblem(raw) ?? personProblem(raw) ?? nameProblem(envelope) ?? depthProblem(raw) ?? timeProblem(raw, context);
  return problem ? { ok: false, refusal: problem } : { ok: true, envelope };
}

const ID_FIELDS = ['messageId', 'anonymousId', 'userId', 'groupId', 'previousId'] as const;
const NAME_FIELDS = ['event', 'name', 'category'] as const;
const OBJECT_FIELDS = ['properties', 'traits', 'context', 'integrations'] as const;

/** Whole numbers that JSON readers keep digit by digit; a larger one may be another id than was sent. */
const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);

/** Ids that clients send as JSON numbers stand for their digits, as the common libraries make them. */
function withTextIds(raw: JsonObject): JsonObject {
  let changed: JsonObject | undefined;
  for (const field of ID_FIELDS) {
    const id = raw[field];
    if (isWhole(id)) (changed ??= { ...raw })[field] = String(id);
  }
  return changed ?? raw;
}

function fieldProblem(raw: JsonObject): Refusal | undefined {
  for (const field of ID_FIELDS)
    if (!isTextOrAbsent(raw[field], LIMITS.idLength))
      return wrong(field, `a text of at most ${LIMITS.idLength} characters, or a whole number below 2^53`);
  for (const field of NAME_FIELDS)
    if (!isTextOrAbsent(raw[field], LIMITS.nameLength))
      return wrong(field, `a text of at most ${LIMITS.nameLength} characters`);
  for (const field of OBJECT_FIELDS)
    if (!isAbsent(raw[field]) && !isJsonObject(raw[field])) return wrong(field, 'a JSON object');
  return undefined;
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null;
const isTextOrAbsent = (value: unknown, limit: number): boolean =>
  typeof value === 'string' ? value.length <= limit : isAbsent(value);
const wrong = (field: string, expected: string): Refusal => ({
  code: 'ENVELOPE_FIELD_INVALID',
  message: `${field} must be ${expected}`,
});

function personProblem(raw: JsonObject): Refusal | undefined {
  const externalIds = isJsonObject(raw['context']) ? raw['context']['externalIds'] : undefined;
  if (externalIds !== undefined) {
    const problem = externalIdsProblem(externalIds);
    if (problem) return { code: 'ENVELOPE_FIELD_INVALID', message: problem };
  }
  const isNamed = Boolean(raw['userId']) || Boolean(raw['anonymousId']) || Array.isArray(externalIds);
  return isNamed
    ? undefined
    : { code: 'ENVELOPE_ID_MISSING', message: 'userId, anonymousId or context.externalIds must name the person' };
}

function externalIdsProblem(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > LIMITS.externalIds)
    return `context.externalIds must be a list of 1 to ${LIMITS.externalIds}`;
  const isSound = (item: unknown) =>
    isJsonObject(item) &&
    isShortText(item['type']) &&
    (isShortText(item['id']) || isWhole(item['id'])) &&
    (item['namespace'] === undefined || isShortText(item['namespace']));
  return value.every(isSound) ? undefined : 'each of context.externalIds needs the texts type and id';
}

const isShortText = (value: unknown): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= LIMITS.idLength;

function nameProblem({ type, event, previousId, userId }: Envelope): Refusal | undefined {
  if (type === 'track' && !event) return { code: 'ENVELOPE_FIELD_INVALID', message: 'track needs event' };
  if (type === 'alias' && (!previousId || !userId))
    return { code: 'ENVELOPE_FIELD_INVALID', message: 'alias needs userId and previousId' };
  return undefined;
}

function depthProblem(raw: JsonObject): Refusal | undefined {
  return isDeeper(raw, LIMITS.depth)
    ? { code: 'ENVELOPE_TOO_DEEP', message: `nesting is limited to ${LIMITS.depth} levels` }
    : undefined;
}

/** Looks no further than the limit, so that hostile nesting cannot exhaust the stack. */
function isDeeper(node: object, levels: number): boolean {
  for (const key in node) {
    const value = (node as Record<string, unknown>)[key];
    if (typeof value === 'object' && value !== null && (levels === 0 || isDeeper(value, levels - 1))) return true;
  }
  return false;
}

function timeProblem(raw: JsonObject, { receivedAt, sentAt, zone = EARLIEST }: CheckContext): Refusal | undefined {
  const stamps = readStamps(raw, zone, sentAt);
  if (!stamps)
    return {
      code: 'ENVELOPE_TIME_INVALID',
      message: 'timestamp, originalTimestamp and sentAt must be ISO 8601 texts of the years 1900 to 2299',
    };
  const happened = happenedAt(stamps, receivedAt);
  if (happened === 'future')
    return { code: 'ENVELOPE_TIME_FUTURE', message: 'the event lies in the future, also after clock correction' };
  if (happened === 'outside')
    return { code: 'ENVELOPE_TIME_INVALID', message: 'timestamp and sentAt together give no time of 1900 to 2299' };
  return undefined;
}
