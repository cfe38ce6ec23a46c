import type { Storage } from '@perennial/sdk-web/core';
import { ask, call, type Found } from './vendor.js';

const PREFIX = 'perennial.';

/**
 * The vendor's storage behind a copy in memory: every call over the bridge costs a millisecond or so, the queue asks often,
 * and no other program writes our keys. Texts are written through at once, because a program in the background is ended
 * without a word; they are read when they are first asked for.
 */
export function createStorage({ vendor, api }: Found): Storage {
  // Alipay takes an object and answers with one, also when it refuses; the others take arguments and throw.
  const isAlipay = vendor === 'alipay';
  const known = new Map<string, string>();
  for (const key of ask<{ keys: string[] }>(api, 'getStorageInfoSync').keys || [])
    if (key.indexOf(PREFIX) === 0) known.set(key.slice(PREFIX.length), '');
  const read = (name: string): string => {
    const key = PREFIX + name;
    const given = call(api, 'getStorageSync', isAlipay ? { key } : key);
    const value = isAlipay ? (Object(given) as { data?: unknown }).data : given;
    return typeof value === 'string' ? value : '';
  };
  return {
    get(name) {
      if (known.get(name) === '') known.set(name, read(name));
      return known.get(name) || null;
    },
    set(name, data) {
      const key = PREFIX + name;
      const answer = call(api, 'setStorageSync', ...(isAlipay ? [{ key, data }] : [key, data]));
      const { success, error } = Object(answer) as { success?: boolean; error?: unknown };
      if (isAlipay && (error || success === false)) throw new Error('the storage is full');
      known.set(name, data);
    },
    remove(name) {
      const key = PREFIX + name;
      known.delete(name);
      call(api, 'removeStorageSync', isAlipay ? { key } : key);
    },
    keys: () => Array.from(known.keys()),
  };
}
