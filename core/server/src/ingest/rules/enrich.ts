import { isJsonObject, type Envelope, type Json, type JsonObject, type LogHeader } from '@perennial/contract';

/** What the collector knew of a request beside its body, as far as an item is concerned. */
export type Stamps = Pick<LogHeader, 'request' | 'plan'>;

/** Acts in whose properties rules may ask where and with what somebody was. */
const WITH_PROPERTIES = new Set(['track', 'page', 'screen']);

/**
 * What the request told goes into the context where the client did not say, and the facts that rules ask for also into
 * the properties, under names that Sensors Data made common (`$city`, `$os`).
 */
export function enriched(envelope: Envelope, { request, plan }: Stamps, index: number): Envelope {
  const codes = plan?.items?.find((item) => item.index === index)?.codes;
  if (!request && !codes) return envelope;
  const context = { ...contextOf(envelope.context ?? {}, request ?? {}), ...(codes && { plan: { codes } }) };
  if (!request || !WITH_PROPERTIES.has(envelope.type)) return { ...envelope, context };
  return { ...envelope, context, properties: { ...propertiesFrom(context), ...envelope.properties } };
}

type Facts = NonNullable<LogHeader['request']>;

function contextOf(stated: JsonObject, facts: Facts): JsonObject {
  const { browser, browserVersion, os, osVersion, device, country, region, city, isBot } = facts;
  const told: Record<string, JsonObject | undefined> = {
    os: some({ name: os, version: osVersion }),
    device: some({ type: device }),
    location: some({ country, region, city }),
  };
  const context: JsonObject = { ...stated };
  for (const [key, value] of Object.entries(told))
    if (value) context[key] = { ...value, ...(isJsonObject(stated[key]) ? stated[key] : {}) };
  if (browser) context['userAgentData'] ??= userAgentData(browser, browserVersion, os, device);
  if (isBot) context['bot'] = true;
  return context;
}

/** As browsers themselves write it. */
const userAgentData = (
  brand: string,
  version: string | undefined,
  platform: string | undefined,
  device: string | undefined,
): JsonObject => ({
  brands: [{ brand, ...(version && { version: version.split('.')[0]! }) }],
  mobile: device === 'mobile',
  ...(platform && { platform }),
});

function some(values: Record<string, string | undefined>): JsonObject | undefined {
  const known = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}

function propertiesFrom({ os, device, location, userAgentData: agent, bot }: JsonObject): JsonObject {
  const told: Record<string, Json | undefined> = {
    $os: member(os, 'name'),
    $device: member(device, 'type'),
    $browser: firstBrand(agent),
    $country: member(location, 'country'),
    $region: member(location, 'region'),
    $city: member(location, 'city'),
    $is_bot: bot === true ? true : undefined,
  };
  return Object.fromEntries(Object.entries(told).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

const member = (value: Json | undefined, key: string): Json | undefined => {
  const found = isJsonObject(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
};

const firstBrand = (agent: Json | undefined): Json | undefined => {
  const brands = isJsonObject(agent) ? agent['brands'] : undefined;
  return Array.isArray(brands) ? member(brands[0], 'brand') : undefined;
};
