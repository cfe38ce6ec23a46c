import { attempt } from './vendor.js';

/** Names of parameters by which a shared path says which share it is, how many hands it went through, and whose. */
export const SHARE = { id: 'p_share', depth: 'p_depth', from: 'p_from' } as const;

export type Query = Record<string, string>;

/** Longer values name nothing that anybody would count. */
const LONGEST = 300;

/** The runtimes hand values over as they stand in the address, some of them decoded once already. */
const decode = (text: string): string => attempt(() => decodeURIComponent(text), text);

/** Not through the middle of a character. */
const cut = (text: string): string => text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '');

/** A query as texts, from a text or from what the runtime made of one; without the names that are to be hidden. */
export function queryOf(raw: unknown, hidden: string[] = []): Query {
  const query: Query = {};
  const put = (key: string, value: unknown) => {
    if (key && hidden.indexOf(key) < 0) query[decode(key)] = cut(decode(String(value)));
  };
  if (typeof raw !== 'string') for (const key of Object.keys(Object(raw) as object)) put(key, (raw as Query)[key]);
  else
    for (const pair of raw.split('&')) {
      const [key, ...value] = pair.split('=');
      put(key!, value.join('='));
    }
  return query;
}

export const writeQuery = (query: Query): string =>
  Object.keys(query)
    .map((key) => `${encodeURIComponent(key)}=${encodeURIComponent(query[key]!)}`)
    .join('&');

/** The address with these parameters instead of those that it had by the same names. */
export function withQuery(address: string, more: Query): string {
  const [path, query] = address.split('?');
  return `${path}?${writeQuery({ ...queryOf(query || ''), ...more })}`;
}
