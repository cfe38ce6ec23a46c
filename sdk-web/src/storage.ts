import type { Storage } from './core/index.js';

const PREFIX = 'perennial.';

/** `localStorage`, asked for anew each time: where a browser forbids it, already the word throws (sandboxed frames). */
export const localPlace = (): Storage => ({
  get: (key) => localStorage.getItem(PREFIX + key),
  set: (key, value) => localStorage.setItem(PREFIX + key, value),
  remove: (key) => localStorage.removeItem(PREFIX + key),
  keys: () =>
    Object.keys(localStorage)
      .filter((key) => key.indexOf(PREFIX) === 0)
      .map((key) => key.slice(PREFIX.length)),
});
