import {
  cleanObject,
  cleanText,
  pseudonym,
  type JsonObject,
  type PersonalIds,
  type Reading,
} from '@perennial/contract';
import { GROUP_ID } from '../../group/index.js';
import { publicTraits } from '../../identity/index.js';
import { eventName, type IngestEvent } from './event.js';

/** What may be kept of a source's events. */
export interface PersonalRule {
  reading: Reading;
  ids: PersonalIds;
}

/** A message whose id is somebody's phone gets a name of its own, the same at each repeat. */
export function named(event: IngestEvent, { reading }: PersonalRule): IngestEvent {
  const eventId = unnamed(event.eventId, reading);
  return eventId === event.eventId ? event : { ...event, eventId };
}

/** From here on what is personal is an identifier or gone, wherever a client put it and whatever it was called. */
export function withoutPersonal(event: IngestEvent, { reading }: PersonalRule): IngestEvent {
  const {
    properties,
    traits,
    context,
    event: name,
    name: page,
    category,
    groupId,
    messageId,
    ...rest
  } = event.envelope;
  const text = (value: string) => cleanText(value, reading);
  const envelope = {
    ...rest,
    ...(messageId && { messageId: unnamed(messageId, reading) }),
    ...(groupId && { groupId: unnamed(groupId, reading) }),
    ...(name && { event: text(name) }),
    ...(typeof page === 'string' && { name: text(page) }),
    ...(typeof category === 'string' && { category: text(category) }),
    ...(properties && { properties: inGroup(cleanObject(properties, reading), reading) }),
    ...(traits && { traits: cleanObject(publicTraits(traits), reading) }),
    ...(context && { context: cleanObject(context, reading) }),
  };
  return { ...event, name: eventName(envelope), envelope };
}

/** The same pseudonym as the event's own `groupId`, of which it was made. */
function inGroup(properties: JsonObject, reading: Reading): JsonObject {
  const id = properties[GROUP_ID];
  return typeof id === 'string' ? { ...properties, [GROUP_ID]: unnamed(id, reading) } : properties;
}

/** Masks would make one of many; a name stays a name. */
const unnamed = (id: string, reading: Reading): string => (cleanText(id, reading) === id ? id : pseudonym(id, reading));
