import { isJsonObject, type Json, type JsonObject, type ObjectType } from '@perennial/contract';

/** An object that an event names, with what the event itself says of it. */
export interface Named {
  id: string;
  said: JsonObject;
}

/** What product events of the Segment form say of a product. */
const SAID_OF_PRODUCTS = ['name', 'category', 'brand', 'price', 'variant'];
/** Lines of an order beyond these are not looked up. */
const MAX_LINES = 200;

/**
 * The objects that an event names: a product by `product_id` or `sku`, or those of the lines in `products`; a content by
 * `content_id`; a channel by `channel`, or else by the source of the campaign.
 */
export function namedIn(properties: JsonObject, campaignSource: Json | undefined): Map<ObjectType, Named[]> {
  const named = new Map<ObjectType, Named[]>();
  const add = (type: ObjectType, objects: Named[]) => objects.length > 0 && named.set(type, objects);
  add('product', productsOf(properties));
  add('content', plain(properties['content_id']));
  add('channel', plain(properties['channel'] ?? campaignSource));
  return named;
}

function productsOf(properties: JsonObject): Named[] {
  const lines = properties['products'];
  if (!Array.isArray(lines)) return productOf(properties);
  return lines.slice(0, MAX_LINES).filter(isJsonObject).flatMap(productOf);
}

function productOf(line: JsonObject): Named[] {
  const id = idOf(line['product_id']) ?? idOf(line['sku']);
  if (id === undefined) return [];
  return [{ id, said: saidOf(line) }];
}

function saidOf(line: JsonObject): JsonObject {
  const said: JsonObject = {};
  for (const key of SAID_OF_PRODUCTS) {
    const value = line[key];
    if (value !== undefined && value !== null && typeof value !== 'object') said[key] = value;
  }
  return said;
}

function plain(value: Json | undefined): Named[] {
  const id = idOf(value);
  return id === undefined ? [] : [{ id, said: {} }];
}

/** Numbers are ids as well; what is longer than an id may be is none. */
function idOf(value: Json | undefined): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.length <= 128 ? text : undefined;
}
