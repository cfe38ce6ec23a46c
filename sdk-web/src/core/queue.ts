import { randomId } from './ids.js';
import { ORPHAN_MS, QUEUE_BYTES, QUEUE_EVENTS } from './limits.js';
import type { Vault } from './vault.js';

export interface Taken {
  keys: string[];
  texts: string[];
}

export interface Queue {
  add(text: string, bytes: number): void;
  /** The oldest events within the bounds, at least one. */
  take(count: number, bytes: number, among: string[]): Taken;
  remove(keys: string[]): void;
  keys: () => string[];
  /** Keys of what this tab made and nobody has sent yet. */
  own: () => string[];
  /** What other tabs made so long ago that they had their chance: they are gone, or without a network as well. */
  orphans: () => string[];
  size(): number;
}

/**
 * Events that are not sent yet, one entry each, so that tabs that write at the same moment lose nothing of each other.
 * The key bears time, tab and size: `q.<write key>.<stamp>.<tab>.<bytes>`, so that most decisions need no reading.
 */
export function createQueue(vault: Vault, writeKey: string, now: () => number, onDropped: (n: number) => void): Queue {
  const prefix = `${QUEUE}${writeKey}.`;
  const tab = `.${randomId().slice(0, 8)}.`;
  let last = 0;
  const keys = () =>
    vault
      .keys()
      .filter((key) => key.startsWith(prefix))
      .sort();
  const remove = (gone: string[]) => {
    for (const key of gone) vault.remove(key);
  };
  const trim = () => {
    const all = keys();
    let bytes = all.reduce((sum, key) => sum + sizeOf(key), 0);
    const gone: string[] = [];
    for (let i = 0; all.length - i > QUEUE_EVENTS || bytes > QUEUE_BYTES; i++) {
      gone.push(all[i]!);
      bytes -= sizeOf(all[i]!);
    }
    remove(gone);
    if (gone.length > 0) onDropped(gone.length);
  };
  const take = (count: number, limit: number, among: string[]): Taken => {
    const taken: Taken = { keys: [], texts: [] };
    let bytes = 0;
    for (const key of among) {
      bytes += sizeOf(key) + 1;
      if (taken.keys.length > 0 && (taken.keys.length >= count || bytes > limit)) break;
      const text = vault.get(key);
      // Another tab may have sent it meanwhile.
      if (text === null) continue;
      taken.texts.push(text);
      taken.keys.push(key);
    }
    return taken;
  };
  const add = (text: string, bytes: number) => {
    // Never the same stamp twice in one tab, and never backwards when the clock is set.
    last = Math.max(now(), last + 1);
    const key = `${prefix}${last}${tab}${bytes}`;
    vault.set(key, text);
    trim();
  };
  const isOrphan = (key: string) =>
    !key.includes(tab) && Math.abs(now() - Number(key.slice(prefix.length).split('.')[0])) > ORPHAN_MS;
  return {
    add,
    take,
    remove,
    keys,
    own: () => keys().filter((key) => key.includes(tab)),
    orphans: () => keys().filter(isOrphan),
    size: () => keys().length,
  };
}

export const QUEUE = 'q.';
const sizeOf = (key: string): number => Number(key.slice(key.lastIndexOf('.') + 1));
