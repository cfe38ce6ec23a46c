import { isJsonObject, type JsonObject } from '@perennial/contract';
import { formOf, type OptionsClass } from '@perennial/kit';
import type { KeyRing } from '../identity/index.js';

/** Option values as they are kept: plain ones readable, secret ones encrypted. */
export interface KeptOptions {
  options: string;
  secrets: string;
}

/** Values parted by what the options class calls secret. A secret that is left empty keeps the one that was set. */
export function keepOptions(
  optionsClass: OptionsClass,
  values: JsonObject,
  known: JsonObject,
  keys: KeyRing,
): KeptOptions {
  const secretNames = new Set(
    formOf(optionsClass)
      .filter(({ type }) => type === 'secret')
      .map(({ key }) => key),
  );
  const plain: JsonObject = {};
  const secrets: JsonObject = {};
  for (const name of secretNames) if (known[name] !== undefined) secrets[name] = known[name];
  for (const [name, value] of Object.entries(values)) {
    if (!secretNames.has(name)) plain[name] = value;
    else if (value !== null && value !== '') secrets[name] = value;
  }
  return { options: JSON.stringify(plain), secrets: keys.encrypt(JSON.stringify(secrets)) };
}

/** All values, secrets included; never to be sent to a browser. */
export function openOptions({ options, secrets }: KeptOptions, keys: KeyRing): JsonObject {
  return { ...(JSON.parse(options) as JsonObject), ...(JSON.parse(keys.decrypt(secrets)) as JsonObject) };
}

/** Of addresses only the host: robots of WeCom, DingTalk and Feishu carry their secret in the path or the query. */
export const maskAddresses = (options: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, typeof value === 'string' ? maskAddress(value) : value]),
  );

function maskAddress(text: string): string {
  if (!/^\s*[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  return URL.canParse(text) ? `${new URL(text).protocol}//${new URL(text).host}/…` : '…';
}

/** What a browser may see: plain values, and which secrets are set. */
export function showOptions(optionsClass: OptionsClass, values: object): { options: JsonObject; secretsSet: string[] } {
  const secretNames = new Set(
    formOf(optionsClass)
      .filter(({ type }) => type === 'secret')
      .map(({ key }) => key),
  );
  const all = JSON.parse(JSON.stringify(values)) as unknown;
  const entries = isJsonObject(all) ? Object.entries(all) : [];
  return {
    options: Object.fromEntries(entries.filter(([name]) => !secretNames.has(name))),
    secretsSet: entries
      .filter(([name, value]) => secretNames.has(name) && value !== undefined && value !== '')
      .map(([name]) => name),
  };
}
