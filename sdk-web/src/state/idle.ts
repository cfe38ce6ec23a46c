import { createStore } from 'tinybase/store';
import type { State } from './state.js';

const nothing = (): undefined => undefined;
const realm = { get: nothing, all: () => ({}), set: nothing, on: () => nothing };

/** The state where there is no page: it knows nobody, so each page drawn on a server is the one that everybody sees. */
export const createIdleState = (): State => ({
  traits: realm,
  consent: realm,
  flags: realm,
  experiments: { ...realm, decision: nothing },
  ready: () => Promise.resolve(false),
  refresh: () => Promise.resolve(),
  reset: nothing,
  store: createStore(),
  close: nothing,
});
