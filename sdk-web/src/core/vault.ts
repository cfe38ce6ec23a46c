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
 * Memory over a durable place. In memory lies what came before consent, and what the durable place did not take. A durable
 * place that throws is as good as none: the page must not notice.
 */
export function createVault(durable: Storage, isKept: (key: string) => boolean): Vault {
  const memory = new Map<string, string>();
  let isOpen = false;
  const orElse = <T>(work: () => T, fallback: T): T => {
    try {
      return work();
    } catch {
      return fallback;
    }
  };
  // The visitor's answer is not the vault's business: it stays when everything else goes.
  const durableKeys = () => (isOpen ? orElse(() => durable.keys(), []).filter((key) => key !== CONSENT) : []);
  const durableGet = (key: string) => (isOpen ? orElse(() => durable.get(key), null) : null);
  const set = (key: string, value: string) => {
    const isStored = isOpen && orElse(() => (durable.set(key, value), true), false);
    if (isStored) memory.delete(key);
    else memory.set(key, value);
  };
  const remove = (key: string) => {
    memory.delete(key);
    if (isOpen) orElse(() => durable.remove(key), undefined);
  };
  const open = () => {
    isOpen = true;
    // What an earlier page knew of this visitor wins over what was made up while waiting.
    for (const [key, value] of memory) set(key, durableGet(key) ?? value);
  };
  const shut = () => {
    for (const key of durableKeys()) {
      const value = durableGet(key);
      remove(key);
      if (value !== null) memory.set(key, value);
    }
    for (const key of memory.keys()) if (!isKept(key)) memory.delete(key);
    isOpen = false;
  };
  return {
    set,
    remove,
    get: (key) => (memory.has(key) ? memory.get(key)! : durableGet(key)),
    keys: () => [...new Set([...durableKeys(), ...memory.keys()])],
    isVolatile: (key) => memory.has(key),
    keep(isDurable) {
      if (isDurable !== isOpen) (isDurable ? open : shut)();
    },
  };
}
