import { isJsonObject, type Envelope, type Json, type JsonObject } from '@perennial/contract';
import { phoneOfOwn } from './people.js';
import type { DemoEvent } from './generate.js';
import { Random } from './random.js';

/** What makes identity hard. Each can be left out, to see what it costs. */
export interface Dirt {
  /** Couples and mothers who buy with one phone (one in 25), and typing errors at the till (4 in 1,000). */
  phones: boolean;
  /** A tablet at the counter, behind three in ten purchases of a shop, on which the shop's customers log in one after the other. */
  tablets: boolean;
  /** A device that is handed on to the next person in the middle of the year without being reset: one in 200. */
  handedOn: boolean;
  /** The shop's own phone, typed in for customers who give none: 5 in 1,000. */
  hub: boolean;
  /** What clients send for want of an id: 2 in 100. */
  nobody: boolean;
}

export const ALL_DIRT: Dirt = { phones: true, tablets: true, handedOn: true, hub: true, nobody: true };
export const NO_DIRT: Dirt = { phones: false, tablets: false, handedOn: false, hub: false, nobody: false };

const SHOP_PHONE = '19988887777';
const EMPTY_IDS = ['null', 'undefined', '0', '00000000-0000-0000-0000-000000000000', '[object Object]'];

/** The same year with more or less dirt in it; whose each event truly is stays known. */
export function* soil(events: Iterable<DemoEvent>, seed: number, dirt: Dirt): Generator<DemoEvent> {
  const random = new Random(seed, -2);
  const halfYear = 182 * 86_400_000;
  let first: number | undefined;
  for (const event of events) {
    first ??= event.sentAt;
    let envelope = dirt.phones ? event.envelope : withPhone(event.envelope, () => phoneOfOwn(event.person));
    const shop = envelope.properties?.['shop'];
    const isAtCounter = shop !== undefined && envelope.userId !== undefined;
    if (dirt.tablets && isAtCounter && random.chance(0.3)) envelope = { ...envelope, anonymousId: tablet(shop) };
    if (dirt.hub && shop !== undefined && random.chance(0.005)) envelope = withPhone(envelope, () => SHOP_PHONE);
    if (dirt.handedOn && event.sentAt - first > halfYear) envelope = handedOn(envelope);
    if (dirt.nobody && envelope.anonymousId === undefined && random.chance(0.02))
      envelope = { ...envelope, anonymousId: random.pick(EMPTY_IDS) };
    yield envelope === event.envelope ? event : { ...event, envelope };
  }
}

const tablet = (shop: Json): string => `tablet-${JSON.stringify(shop)}`;

/** Every two-hundredth person's visits now come from what was the device of the person before, who has a new one. */
function handedOn(envelope: Envelope): Envelope {
  const match = /^anon-(-?\d+)-(\d+)-0$/.exec(envelope.anonymousId ?? '');
  const number = Number(match?.[2]);
  if (number % 200 === 199) return { ...envelope, anonymousId: `anon-${match![1]}-${number}-new` };
  if (number % 200 === 0 && number > 0) return { ...envelope, anonymousId: `anon-${match![1]}-${number - 1}-0` };
  return envelope;
}

function withPhone(envelope: Envelope, phone: () => string): Envelope {
  const traits = envelope.traits?.['phone'] === undefined ? envelope.traits : { ...envelope.traits, phone: phone() };
  const ids = envelope.context?.['externalIds'];
  const isPhone = (id: Json): id is JsonObject => isJsonObject(id) && id['type'] === 'phone';
  const context = Array.isArray(ids)
    ? { ...envelope.context, externalIds: ids.map((id) => (isPhone(id) ? { ...id, id: phone() } : id)) }
    : envelope.context;
  return { ...envelope, ...(traits && { traits }), ...(context && { context }) };
}
