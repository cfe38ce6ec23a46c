import { isJsonObject, type JsonObject } from '@perennial/contract';
import { isoOf, present, textOf, untranslated, type Adapter } from './adapter.js';

const decoder = new TextDecoder();

/** Snowplow's tracker protocol 2: `payload_data` in a body, or one event as a query. The app id is the write key. */
export const snowplow: Adapter = (foreign) => {
  const events = eventsOf(foreign.text);
  if (!events) return Promise.resolve(undefined);
  const appId = events.map((event) => (isJsonObject(event) ? textOf(event['aid']) : undefined)).find(Boolean);
  return Promise.resolve({ key: appId, items: events.map(snowplowEvent) });
};

function eventsOf(text: string): unknown[] | undefined {
  if (!text.trim().startsWith('{')) return [Object.fromEntries(new URLSearchParams(text))];
  const body = jsonOf(text);
  return isJsonObject(body) && Array.isArray(body['data']) ? body['data'] : undefined;
}

export function snowplowEvent(event: unknown): JsonObject {
  if (!isJsonObject(event)) return untranslated(event);
  const act = actOf(event);
  return act ? { ...common(event), ...act } : untranslated(event);
}

/** Page view, page ping, structured event, self-describing event; the older transactions have no meaning here. */
function actOf(event: JsonObject): JsonObject | undefined {
  switch (event['e']) {
    case 'pv':
      return present({ type: 'page', name: textOf(event['page']), properties: pageOf(event) });
    case 'pp':
      return { type: 'track', event: 'Page Pinged', properties: pageOf(event) };
    case 'se':
      return { type: 'track', event: textOf(event['se_ac']) ?? '', properties: structured(event) };
    case 'ue':
      return selfDescribing(event);
    default:
      return undefined;
  }
}

const structured = (event: JsonObject): JsonObject =>
  present({
    category: event['se_ca'],
    label: event['se_la'],
    property: event['se_pr'],
    value: event['se_va'] === undefined ? undefined : Number(event['se_va']),
  });

/** `iglu:com.acme/order_completed/jsonschema/1-0-0` happened: its name is what was done. */
function selfDescribing(event: JsonObject): JsonObject | undefined {
  const inner = inJson(event, 'ue_pr', 'ue_px');
  const data = isJsonObject(inner) && isJsonObject(inner['data']) ? inner['data'] : {};
  const name = /^iglu:[^/]+\/([^/]+)\//.exec(textOf(data['schema']) ?? '')?.[1];
  const properties = isJsonObject(data['data']) ? data['data'] : {};
  return name === undefined ? undefined : { type: 'track', event: name, properties };
}

function common(event: JsonObject): JsonObject {
  return present({
    messageId: textOf(event['eid']),
    userId: textOf(event['uid']),
    anonymousId: textOf(event['duid']) ?? textOf(event['nuid']) ?? textOf(event['tnuid']),
    ...timesOf(event),
    context: present({
      library: { name: `snowplow-${textOf(event['tv']) ?? 'unknown'}` },
      page: pageOf(event),
      locale: textOf(event['lang']),
      timezone: textOf(event['tz']),
      userAgent: textOf(event['ua']),
      snowplow: inJson(event, 'co', 'cx'),
    }),
  });
}

/** The true time, where the caller states one, needs no device's clock and none of its corrections. */
const timesOf = (event: JsonObject): JsonObject =>
  present(
    isoOf(event['ttm']) === undefined
      ? { timestamp: isoOf(event['dtm']), sentAt: isoOf(event['stm']) }
      : { timestamp: isoOf(event['ttm']) },
  );

const pageOf = (event: JsonObject): JsonObject =>
  present({ url: textOf(event['url']), title: textOf(event['page']), referrer: textOf(event['refr']) });

/** A member that is JSON in a text, or the same in base64 for addresses. */
function inJson(event: JsonObject, plain: string, encoded: string): unknown {
  const text = textOf(event[plain]);
  return text === undefined ? jsonOf(fromBase64(textOf(event[encoded]))) : jsonOf(text);
}

function fromBase64(text: string | undefined): string {
  try {
    const binary = atob((text ?? '').replaceAll('-', '+').replaceAll('_', '/'));
    return decoder.decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  } catch {
    return '';
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
