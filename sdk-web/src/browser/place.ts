import { attempt, type Storage } from '../core/index.js';
import { cookieJar } from './cookies.js';

const PREFIX = 'perennial.';
/** Small, and the same on all subdomains: who it is, and what they agreed to. */
const IN_COOKIES = ['anonymous', 'user', 'group', 'session', 'consent'];

/**
 * `localStorage` for what is large, cookies for who it is. One place a key and never both: a copy elsewhere would bring a
 * visitor back to life after signing out on another subdomain. Where a browser forbids the storage already the word throws.
 */
export function createPlace(domain: string | undefined): Storage {
  const jar = cookieJar(PREFIX, domain);
  const local: Storage = {
    get: (key) => localStorage.getItem(PREFIX + key),
    set: (key, value) => localStorage.setItem(PREFIX + key, value),
    remove: (key) => localStorage.removeItem(PREFIX + key),
    keys: () =>
      Object.keys(localStorage)
        .filter((key) => key.startsWith(PREFIX))
        .map((key) => key.slice(PREFIX.length)),
  };
  const of = (key: string) => (jar && IN_COOKIES.includes(key) ? jar : local);
  return {
    get: (key) => of(key).get(key),
    set: (key, value) => of(key).set(key, value),
    remove: (key) => of(key).remove(key),
    keys() {
      const known = jar ? IN_COOKIES.filter((key) => jar.get(key) !== null) : [];
      return known.concat(attempt(() => local.keys(), []));
    },
  };
}
