import { cut, isJsonObject, LIMITS, readJson, type Json, type JsonObject } from '@perennial/contract';
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
  if (!act) return untranslated(event);
  return { ...common(event), ...act, properties: { ...entitiesOf(event), ...(act['properties'] as JsonObject) } };
}

/** Page view, page ping, structured event, self-describing event; the older transactions have no meaning here. */
function actOf(event: JsonObject): JsonObject | undefined {
  switch (event['e']) {
    case 'pv':
      return present({ type: 'page', name: nameOf(textOf(event['page'])), properties: pageOf(event) });
    case 'pp':
      return { type: 'track', event: 'Page Pinged', properties: { ...pageOf(event), ...offsetsOf(event) } };
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
    value: amountOf(event['se_va']),
  });

/** Nothing is no number; what is none is kept as it was written, so that the plan and the operator see it. */
function amountOf(value: Json | undefined): Json | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

/** How far the page was scrolled since the last ping: least and most, sideways and down. */
const offsetsOf = (event: JsonObject): JsonObject =>
  present(Object.fromEntries(['mix', 'max', 'miy', 'may'].map((key) => [`pp_${key}`, amountOf(event[`pp_${key}`])])));

/** A page's title may be longer than a name. */
const nameOf = (title: string | undefined): string | undefined => title && cut(title, LIMITS.nameLength);

/** `iglu:com.acme/order_completed/jsonschema/1-0-0` happened: its name is what was done. */
function selfDescribing(event: JsonObject): JsonObject | undefined {
  const inner = inJson(event, 'ue_pr', 'ue_px');
  const data = isJsonObject(inner) && isJsonObject(inner['data']) ? inner['data'] : {};
  const name = schemaName(data['schema']);
  const properties = isJsonObject(data['data']) ? data['data'] : {};
  return name === undefined ? undefined : { type: 'track', event: name, properties };
}

/**
 * What the act was about, by the names of their schemas (`web_page`, `product`): one as it is, several as a list. They
 * are properties, so that rules may ask for them.
 */
function entitiesOf(event: JsonObject): JsonObject {
  const outer = inJson(event, 'co', 'cx');
  const list = isJsonObject(outer) && Array.isArray(outer['data']) ? outer['data'].filter(isJsonObject) : [];
  const byName = new Map<string, Json>();
  for (const { schema, data } of list) {
    const name = schemaName(schema);
    const before = name && byName.get(name);
    if (name && data) byName.set(name, before ? [before, data].flat() : data);
  }
  return byName.size > 0 ? { entities: Object.fromEntries(byName) } : {};
}

const schemaName = (schema: unknown): string | undefined => /^iglu:[^/]+\/([^/]+)\//.exec(textOf(schema) ?? '')?.[1];

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
    return readJson(text);
  } catch {
    return undefined;
  }
}
