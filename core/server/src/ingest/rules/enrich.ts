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
  const system = member(stated['os'], 'name');
  const told: Record<string, JsonObject | undefined> = {
    // The version of one system is none of another.
    os: system === undefined || system === os ? some({ name: os, version: osVersion }) : undefined,
    device: some({ type: device }),
    location: some({ country, region, city }),
  };
  const context: JsonObject = { ...stated };
  for (const [key, value] of Object.entries(told))
    if (value) context[key] = { ...value, ...(isJsonObject(stated[key]) ? spoken(stated[key]) : {}) };
  if (browser && !isSpecific(brandOf(stated['userAgentData'])))
    context['userAgentData'] = {
      ...(isJsonObject(stated['userAgentData']) && spoken(stated['userAgentData'])),
      ...userAgentData(browser, browserVersion, os, device),
    };
  if (isBot) context['bot'] = true;
  return context;
}

/** Clients that do not know write an empty text; that says nothing, and hides nothing that the request told. */
const spoken = (stated: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== '' && value !== null));

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
    $browser: brandOf(agent),
    $country: member(location, 'country'),
    $region: member(location, 'region'),
    $city: member(location, 'city'),
    $is_bot: bot === true ? true : undefined,
  };
  return Object.fromEntries(Object.entries(told).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

const member = (value: Json | undefined, key: string): string | undefined => {
  const found = isJsonObject(value) ? value[key] : undefined;
  return typeof found === 'string' && found !== '' ? found : undefined;
};

/** `Not:A-Brand` and its many spellings: browsers put it there, anywhere, so that nobody counts on a place in the list. */
const GREASE = /^not.?a.?brand$/;
const lettersOf = (brand: string): string =>
  brand
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim();

/** The engines that many browsers are built on; whoever names nothing else may be any of them. */
const ENGINES = ['Chromium', 'Android WebView'];
/** As user agents are read, so that a browser has one name whoever tells it. */
const USUAL: Record<string, string> = { 'Google Chrome': 'Chrome', 'Samsung Internet': 'Samsung Internet for Android' };

const isSpecific = (brand: string | undefined): boolean => brand !== undefined && !ENGINES.includes(brand);

/** The browser among the brands that it states, else its engine. */
function brandOf(agent: Json | undefined): string | undefined {
  const stated = isJsonObject(agent) ? agent['brands'] : undefined;
  const brands = (Array.isArray(stated) ? stated : [])
    .map((entry) => member(entry, 'brand'))
    .filter((brand): brand is string => brand !== undefined && !GREASE.test(lettersOf(brand)));
  const brand = brands.find(isSpecific) ?? brands[0];
  return brand && (USUAL[brand] ?? brand);
}
