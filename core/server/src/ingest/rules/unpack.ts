import {
  checkEnvelope,
  instantOf,
  isJsonObject,
  overBatch,
  type Envelope,
  type EventType,
  type JsonObject,
  type LogFrame,
  type LogHeader,
  wellFormedJson,
} from '@perennial/contract';
import { enriched } from './enrich.js';
import { keepIdsApart } from './broken-ids.js';
import { eventName, type Batch, type IngestEvent, type LogMark, type Refused } from './event.js';

const decoder = new TextDecoder();
const SINGLE: Record<string, EventType> = {
  track: 'track',
  identify: 'identify',
  page: 'page',
  screen: 'screen',
  group: 'group',
  alias: 'alias',
};

/** Frames of one log as events and refused items, in order. Pure: the same frames give the same batch, ids included. */
export function unpackFrames(logId: string, from: number, frames: LogFrame[]): Batch & { mark: LogMark } {
  const batch = {
    mark: { logId, from, to: frames.at(-1)?.end ?? from },
    events: [] as IngestEvent[],
    refused: [] as Refused[],
  };
  for (const frame of frames) if (frame.end > from) unpackFrame(logId, frame, batch);
  return batch;
}

function unpackFrame(logId: string, { header, body, end }: LogFrame, batch: Batch): void {
  const text = decoder.decode(body);
  const parsed = parseWellFormed(text);
  const whole = header.refused?.find(({ index }) => index === -1);
  const place = `${logId}:${end}`;
  if (whole || !isJsonObject(parsed))
    return void batch.refused.push(refusedItem(header, whole ?? MALFORMED, text, `${place}:-1`));
  const refused = new Map(header.refused?.map((item) => [item.index, item]));
  itemsOf(header, parsed).forEach((item, index) => {
    const at = `${place}:${index}`;
    const known = refused.get(index);
    if (known) batch.refused.push(refusedItem(header, known, textOf(item, text), at));
    else takeItem(item, { header, body: parsed, text, index }, at, batch);
  });
}

const MALFORMED = { code: 'ENVELOPE_JSON_MALFORMED', message: 'the body is no JSON object' };

/** Whatever dialect and way it came by, halves of characters end here; see `well-formed.ts` of the contract. */
function parseWellFormed(text: string): unknown {
  const clean = wellFormedJson(text);
  const parsed = parse(clean);
  return clean === text ? parsed : keepIdsApart(parsed, parse(text));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The items of a batch, each over the batch's own context; any other endpoint's body is its one item. */
function itemsOf({ endpoint }: LogHeader, body: JsonObject): unknown[] {
  if (endpoint !== 'batch') return [body];
  const items = Array.isArray(body['batch']) ? body['batch'] : [];
  return items.map((item) => (isJsonObject(item) ? overBatch(item, body) : item));
}

/** Parsing knows no limit of depth, writing does (the stack): what is nested beyond it is shown by its whole body. */
function textOf(item: unknown, whole: string): string {
  try {
    return JSON.stringify(item);
  } catch (error) {
    if (error instanceof RangeError) return whole;
    throw error;
  }
}

interface Request {
  header: LogHeader;
  body: JsonObject;
  text: string;
  index: number;
}

function takeItem(item: unknown, { header, body, text, index }: Request, place: string, batch: Batch): void {
  const sentAt = typeof body['sentAt'] === 'string' ? body['sentAt'] : undefined;
  const check = checkEnvelope(item, { receivedAt: header.receivedAt, sentAt, type: SINGLE[header.endpoint] });
  if (check.ok) batch.events.push(toEvent(enriched(withTraits(check.envelope), header, index), header, sentAt, place));
  else batch.refused.push(refusedItem(header, check.refusal, textOf(item, text), place));
}

/** RudderStack's browser client states an identify's traits in the context alone. */
function withTraits(envelope: Envelope): Envelope {
  const traits = envelope.context?.['traits'];
  const isBare = envelope.type === 'identify' && Object.keys(envelope.traits ?? {}).length === 0;
  return isBare && isJsonObject(traits) ? { ...envelope, traits } : envelope;
}

export function toEvent(
  envelope: Envelope,
  { sourceId, receivedAt }: Pick<LogHeader, 'sourceId' | 'receivedAt'>,
  sentAt: string | undefined,
  place: string,
): IngestEvent {
  return {
    eventId: envelope.messageId ?? place,
    sourceId,
    type: envelope.type,
    name: eventName(envelope),
    at: Math.min(instantOf(envelope, receivedAt, sentAt), receivedAt),
    receivedAt,
    envelope,
  };
}

const refusedItem = (
  { sourceId, receivedAt, endpoint }: LogHeader,
  { code, message }: { code: string; message: string },
  body: string,
  place: string,
): Refused => ({ sourceId, receivedAt, endpoint, code, message, body, place });
