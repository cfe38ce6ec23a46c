import { attempt, type Storage } from '../core/index.js';
import { cookieJar, readCookie, type Jar } from './cookies.js';

const PREFIX = 'perennial.';
/** Small, and the same on all subdomains: who it is, and what they agreed to. */
const IN_COOKIES = ['anonymous', 'user', 'group', 'session', 'consent'];

/**
 * `localStorage` for what is large, cookies for who it is. One place a key and never both: a copy elsewhere would bring a
 * visitor back to life after signing out on another subdomain. Where a browser forbids the storage already the word
 * throws. Which cookies are kept is tried with the first that is written: before that, nothing may be.
 */
export function createPlace(domain: string | undefined): Storage {
  let jar: Jar | null | undefined = null;
  const jarFor = (key: string) => {
    if (!IN_COOKIES.includes(key)) return undefined;
    if (jar === null) jar = cookieJar(PREFIX, domain);
    return jar;
  };
  const local: Storage = {
    get: (key) => localStorage.getItem(PREFIX + key),
    set: (key, value) => localStorage.setItem(PREFIX + key, value),
    remove: (key) => localStorage.removeItem(PREFIX + key),
    keys: () =>
      Object.keys(localStorage)
        .filter((key) => key.startsWith(PREFIX))
        .map((key) => key.slice(PREFIX.length)),
  };
  const cookie = (key: string) => (IN_COOKIES.includes(key) ? readCookie(PREFIX + key) : null);
  return {
    get: (key) => cookie(key) || local.get(key),
    set: (key, value) => (jarFor(key) || local).set(key, value),
    remove: (key) => (jarFor(key) || local).remove(key),
    keys: () => IN_COOKIES.filter(cookie).concat(attempt(() => local.keys(), [])),
  };
}
