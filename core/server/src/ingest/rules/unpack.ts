import {
  checkEnvelope,
  happenedAt,
  isJsonObject,
  overBatch,
  readJson,
  readStamps,
  UTC,
  type Envelope,
  type EventType,
  type JsonObject,
  type LogFrame,
  type LogHeader,
  wellFormedJson,
  type Offsets,
  type Stamps,
} from '@perennial/contract';
import { withGroup } from '../../group/index.js';
import { isPlaceholder } from '../../identity/index.js';
import { deviceOf, type DeviceClocks } from './device-clocks.js';
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

/** By what the times of events are read. */
export interface Reading {
  /** The platform's, for times that are written without an offset. */
  zone: Offsets;
  /** Absent where no device sends. */
  clocks?: DeviceClocks;
  /** Nothing arrived after it, whatever the collector's clock said. */
  now?: number | undefined;
}

/** Frames of one log as events and refused items, in order. The same frames give the same events, ids included. */
export function unpackFrames(
  logId: string,
  from: number,
  frames: LogFrame[],
  reading: Reading = { zone: UTC },
): Batch & { mark: LogMark } {
  const batch = {
    mark: { logId, from, to: frames.at(-1)?.end ?? from },
    events: [] as IngestEvent[],
    refused: [] as Refused[],
  };
  for (const frame of frames) if (frame.end > from) unpackFrame(logId, frame, batch, reading);
  return batch;
}

function unpackFrame(logId: string, frame: LogFrame, batch: Batch, reading: Reading): void {
  const { body, end } = frame;
  const header = arrived(frame.header, reading.now);
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
    else takeItem(item, { header, text, index, reading }, at, batch);
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
    return readJson(text);
  } catch {
    return undefined;
  }
}

/** The items of a batch, each over what the batch says of all; any other endpoint's body is its one item. */
function itemsOf({ endpoint }: LogHeader, body: JsonObject): unknown[] {
  if (endpoint !== 'batch') return [body];
  const items = Array.isArray(body['batch']) ? body['batch'] : [];
  return items.map((item) => (isJsonObject(item) ? overBatch(item, body) : item));
}

const arrived = (header: LogHeader, now = Infinity): LogHeader =>
  header.receivedAt > now ? { ...header, receivedAt: now } : header;

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
  text: string;
  index: number;
  reading: Reading;
}

function takeItem(item: unknown, { header, text, index, reading }: Request, place: string, batch: Batch): void {
  const { receivedAt, endpoint } = header;
  const check = checkEnvelope(item, { receivedAt, zone: reading.zone, type: SINGLE[endpoint] });
  if (check.ok) batch.events.push(toEvent(enriched(withTraits(check.envelope), header, index), header, place, reading));
  else batch.refused.push(refusedItem(header, check.refusal, textOf(item, text), place));
}

/** RudderStack's browser client states an identify's traits in the context alone. */
function withTraits(envelope: Envelope): Envelope {
  const traits = envelope.context?.['traits'];
  const isBare = envelope.type === 'identify' && Object.keys(envelope.traits ?? {}).length === 0;
  return isBare && isJsonObject(traits) ? { ...envelope, traits } : envelope;
}

/** An envelope that passed its check, as an event. */
export function toEvent(
  envelope: Envelope,
  { sourceId, receivedAt }: Pick<LogHeader, 'sourceId' | 'receivedAt'>,
  place: string,
  { zone, clocks }: Reading = { zone: UTC },
): IngestEvent {
  const { at, context } = timeOf(envelope, sourceId, receivedAt, readStamps(envelope, zone) ?? {}, clocks);
  return {
    eventId: isPlaceholder(envelope.messageId) ? place : envelope.messageId!,
    sourceId,
    type: envelope.type,
    name: eventName(envelope),
    at,
    receivedAt,
    envelope: withGroup(context ? { ...envelope, context } : envelope),
  };
}

/** When it happened, and where that is a bound alone, the context with what the client had said. */
function timeOf(
  envelope: Envelope,
  sourceId: string,
  receivedAt: number,
  stamps: Stamps,
  clocks: DeviceClocks | undefined,
): { at: number; context?: JsonObject } {
  const device = clocks && deviceOf(envelope, sourceId);
  const happened =
    clocks && device !== undefined
      ? happenedAt(stamps, receivedAt, (acted, skew) => clocks.correct(device, acted, skew, receivedAt))
      : happenedAt(stamps, receivedAt);
  if (typeof happened === 'string') return { at: receivedAt };
  if (!happened.isBounded) return happened;
  const clock = { stated: new Date(stamps.acted!).toISOString(), isBounded: true };
  return { at: happened.at, context: { ...envelope.context, clock } };
}

export const refusedItem = (
  { sourceId, receivedAt, endpoint }: LogHeader,
  { code, message }: { code: string; message: string },
  body: string,
  place: string,
): Refused => ({ sourceId, receivedAt, endpoint, code, message, body, place });
