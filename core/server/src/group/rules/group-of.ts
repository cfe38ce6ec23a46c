import { isJsonObject, type Envelope, type Json, type JsonObject } from '@perennial/contract';
import { isNobody } from '../../identity/index.js';

/** Where an event says of which group it was; a property, so that rules of both engines may ask for it. */
export const GROUP_ID = '$group_id';

/**
 * An act within a group bears the group's id among its properties. A `group` call bears the group's traits as well: they
 * are what it tells, as `properties` are of a track.
 */
export function withGroup(envelope: Envelope): Envelope {
  const id = groupIdOf(envelope);
  if (id === undefined || envelope.type === 'alias') return envelope;
  const told = envelope.type === 'group' ? envelope.traits : undefined;
  return { ...envelope, properties: { ...told, [GROUP_ID]: id, ...envelope.properties } };
}

function groupIdOf({ type, groupId, context }: Envelope): string | undefined {
  const stated = textOf(groupId) ?? (type === 'group' ? undefined : textOf(context?.['groupId']));
  return stated === undefined || isNobody(stated) ? undefined : stated;
}

const MAX_LENGTH = 255;

function textOf(value: Json | undefined): string | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  const trimmed = typeof text === 'string' ? text.normalize('NFKC').trim() : '';
  return trimmed === '' || trimmed.length > MAX_LENGTH ? undefined : trimmed;
}

/** The group that a `group` call was about. */
export function groupIn(type: string, properties: JsonObject | undefined): string | undefined {
  const id = type === 'group' && isJsonObject(properties) ? properties[GROUP_ID] : undefined;
  return typeof id === 'string' ? id : undefined;
}
