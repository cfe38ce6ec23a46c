import type { CatalogueObject, Json, JsonObject, ObjectType } from '@perennial/contract';
import type { Named } from './named.js';

/** Where an event keeps what was known of the objects it names. */
export const keyOf = (type: ObjectType): `$${ObjectType}` => `$${type}`;

const KEYS = new Set<string>(['$product', '$content', '$channel']);

/**
 * An event's properties with what is known of the objects that it names, the catalogue before the event's own words. Where
 * it names several, each fact is the list of their values, a line each. What a client wrote in these places is dropped.
 */
export function joined(
  properties: JsonObject,
  named: ReadonlyMap<ObjectType, Named[]>,
  find: (type: ObjectType, id: string) => CatalogueObject | undefined,
): JsonObject {
  const result = withoutClaims(properties);
  for (const [type, objects] of named) {
    const known = objects.map(({ id, said }) => factsOf(said, find(type, id)));
    const facts = known.length === 1 ? known[0]! : lists(known);
    if (Object.keys(facts).length > 0) result[keyOf(type)] = facts;
  }
  return result;
}

const withoutClaims = (properties: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(properties).filter(([key]) => !KEYS.has(key)));

function factsOf(said: JsonObject, object: CatalogueObject | undefined): JsonObject {
  if (!object) return said;
  const { name, facts, tags } = object;
  return { ...said, ...facts, name, ...(tags.length > 0 && { tags }) };
}

function lists(objects: JsonObject[]): JsonObject {
  const result: Record<string, Json[]> = {};
  for (const facts of objects)
    for (const [key, value] of Object.entries(facts))
      (result[key] ??= []).push(...(Array.isArray(value) ? value : [value]));
  return result;
}
