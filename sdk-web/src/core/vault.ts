import { attempt } from './attempt.js';
import { CONSENT } from './consent.js';
import type { Storage } from './ports.js';

/** A storage that may be told to keep nothing beyond the page. */
export interface Vault extends Storage {
  /** Keeps beyond the page from now on, or forgets everything there except what `isKept` moves into memory. */
  keep(isDurable: boolean): void;
  /** Whether the text would be gone with the page. */
  isVolatile(key: string): boolean;
}

/**
 * Memory over a durable place. In memory lies what came before consent, what the durable place did not take, and, as null,
 * what it did not let go of. A durable place that throws is as good as none: the page must not notice.
 * A plain object: old pages have a `Map` of their own.
 */
export function createVault(durable: Storage, isKept: (key: string) => boolean): Vault {
  const memory = Object.create(null) as Record<string, string | null>;
  let isOpen = false;
  // The visitor's answer is not the vault's business: it stays when everything else goes.
  const durableKeys = () => (isOpen ? attempt(() => durable.keys(), []).filter((key) => key !== CONSENT) : []);
  const get = (key: string) => {
    const text = memory[key];
    return text === undefined ? (isOpen ? attempt(() => durable.get(key), null) : null) : text;
  };
  const isDone = (work: () => void) => isOpen && attempt(() => (work(), true), false);
  const set = (key: string, value: string) => {
    if (isDone(() => durable.set(key, value))) delete memory[key];
    else memory[key] = value;
  };
  const remove = (key: string) => {
    delete memory[key];
    // What could not be removed would be sent again and again.
    if (isOpen && !isDone(() => durable.remove(key))) memory[key] = null;
  };
  const keys = () =>
    durableKeys()
      .filter((key) => !(key in memory))
      .concat(Object.keys(memory).filter((key) => memory[key] !== null));
  const open = () => {
    const early = { ...memory };
    isOpen = true;
    // What an earlier page knew of this visitor wins over what was made up while waiting.
    for (const key of Object.keys(early)) {
      delete memory[key];
      const value = early[key];
      if (value && get(key) === null) set(key, value);
    }
  };
  const shut = () => {
    for (const key of keys()) {
      const value = get(key);
      remove(key);
      if (isKept(key)) memory[key] = value;
    }
    isOpen = false;
  };
  return {
    get,
    set,
    remove,
    keys,
    isVolatile: (key) => key in memory,
    keep(isDurable) {
      if (isDurable !== isOpen) (isDurable ? open : shut)();
    },
  };
}
