import { readEpochMs, type EventType, type JsonObject } from '@perennial/contract';

/** What a client sent, as an adapter sees it: the body after gunzip, or the query's text where there is no body. */
export interface Foreign {
  text: string;
  /** A parameter of the request's address. */
  query(name: string): string | undefined;
  /** Unpacks gzip within the limits of a request; rejects where it is none or passes them. */
  gunzip(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A request in our words: items of the tracking form, and the write key where the client's own form holds one. */
export interface Adapted {
  key: string | undefined;
  items: unknown[];
}

/** A pure translation; undefined when nobody can read the body. */
export type Adapter = (foreign: Foreign) => Promise<Adapted | undefined>;

/** What an item that has no meaning here becomes: it is refused for its type, and kept with all that it said. */
export const untranslated = (item: unknown): JsonObject => ({ type: 'untranslated', item: item as JsonObject });

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;

/** Epoch ms as the tracking form writes times; what is none (`true`, seconds) stays what it is, for the check to refuse. */
export function isoOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const ms = readEpochMs(value);
  return ms === undefined ? JSON.stringify(value) : new Date(ms).toISOString();
}

/** Without the members that are undefined: what is absent must not look stated. */
export const present = (value: Record<string, unknown>): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as JsonObject;

export type Endpoint = EventType | 'batch';
