import { crc32, isJsonObject, type JsonObject } from '@perennial/contract';
import { isoOf, present, textOf, untranslated } from './adapter.js';
import { boundBy, namedBy } from './sensors-identity.js';

const encoder = new TextEncoder();
/** Changes of a profile that are no plain statement of traits keep their own word, so that nothing is lost. */
const KEPT_AS_TRACK = new Set([
  'profile_set_once',
  'profile_append',
  'profile_increment',
  'profile_unset',
  'profile_delete',
  'item_set',
  'item_delete',
]);

/** One event of this form in ours. */
export function sensorsEvent(event: unknown): JsonObject {
  if (!isJsonObject(event)) return untranslated(event);
  const type = textOf(event['type']) ?? '';
  const properties = isJsonObject(event['properties']) ? event['properties'] : {};
  if (type === 'track' || type === 'track_signup')
    return { ...common(event, properties), type: 'track', event: nameOf(event, type), properties };
  if (type === 'track_id_bind' || type === 'track_id_unbind') return binding(event, type, properties);
  if (type === 'profile_set') return { ...common(event, properties), type: 'identify', traits: traitsOf(properties) };
  if (!KEPT_AS_TRACK.has(type)) return untranslated(event);
  return { ...common(event, properties), type: 'track', event: `$${type}`, properties: itemOf(event, properties) };
}

/** Only a sign-up has a name of its own; an act without one is nobody's sign-up and is refused for that. */
const nameOf = (event: JsonObject, type: string): string =>
  textOf(event['event']) ?? (type === 'track_signup' ? '$SignUp' : '');

/** Whose id distinct_id is was said among the properties once; it is nothing about the person. */
const traitsOf = (properties: JsonObject): JsonObject => present({ ...properties, $is_login_id: undefined });

/** The identifiers of the act stand in its list alone: a visitor who happens to be there is not part of it. */
function binding(event: JsonObject, type: string, properties: JsonObject): JsonObject {
  const { userId: _, anonymousId: __, ...rest } = common(event, properties);
  const context = { ...(rest['context'] as JsonObject), externalIds: boundBy(event) };
  return { ...rest, type: 'track', event: type === 'track_id_bind' ? '$bind' : '$unbind', properties, context };
}

/** An item is no person. It names itself by a kind that people do not have, so that core keeps it and makes no profile. */
const itemOf = (event: JsonObject, properties: JsonObject): JsonObject =>
  present({ ...properties, item_type: event['item_type'], item_id: event['item_id'] });

function common(event: JsonObject, properties: JsonObject): JsonObject {
  const { externalIds, ...named } = isItem(event) ? { externalIds: itemIds(event) } : namedBy(event);
  return present({
    ...named,
    messageId: messageIdOf(event),
    timestamp: isoOf(event['time']),
    sentAt: isoOf(event['_flush_time']),
    context: contextOf(event, properties, externalIds),
  });
}

const isItem = (event: JsonObject): boolean => event['type'] === 'item_set' || event['type'] === 'item_delete';

const itemIds = (event: JsonObject): JsonObject[] => [
  present({ type: 'item', id: textOf(event['item_id']) ?? '?', namespace: textOf(event['item_type']) }),
];

/** `_track_id` is a random number of 32 bits, which repeats among 100,000 events; with time, person and act it does not. */
function messageIdOf(event: JsonObject): string | undefined {
  const id = textOf(event['_track_id']);
  if (id === undefined) return undefined;
  const about = [event['distinct_id'], event['type'], event['event']].map((part) => textOf(part) ?? '').join('\n');
  return `sa-${textOf(event['time']) ?? ''}-${id}-${crc32(encoder.encode(about)).toString(16)}`;
}

function contextOf(event: JsonObject, properties: JsonObject, externalIds: JsonObject[] | undefined): JsonObject {
  const lib = isJsonObject(event['lib']) ? event['lib'] : {};
  return present({
    library: present({ name: `sensors-${textOf(lib['$lib']) ?? 'unknown'}`, version: textOf(lib['$lib_version']) }),
    page: pageOf(properties),
    externalIds,
  });
}

function pageOf(properties: JsonObject): JsonObject | undefined {
  const page = present({
    url: properties['$url'],
    path: properties['$url_path'],
    title: properties['$title'],
    referrer: properties['$referrer'],
  });
  return Object.keys(page).length > 0 ? page : undefined;
}
