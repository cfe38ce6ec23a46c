import type { Storage } from '../core/index.js';

/** Below the tracker's own prefix: when the visitor withdraws her consent, the tracker clears it even where we do not run. */
export const PREFIX = 'perennial.state.';

/** `localStorage` and not a channel between tabs: tabs that may store nothing are different visitors and share nothing. */
export const statePlace: Storage = {
  get: (key) => localStorage.getItem(PREFIX + key),
  set: (key, value) => localStorage.setItem(PREFIX + key, value),
  remove: (key) => localStorage.removeItem(PREFIX + key),
  keys: () =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => key.slice(PREFIX.length)),
};
