import type { Fields } from '@perennial/sdk-web/core';
import type { Entry } from './entry.js';

export interface AppLife {
  launched: (raw?: unknown) => void;
  shown: (raw?: unknown) => void;
  hidden: () => void;
  /** The way in that is in force. */
  entry(): Entry;
}

/**
 * Opened, before the visitor, away. The program's own hooks and the runtime's listeners tell of the same moment; whichever
 * comes first counts. A program that makes its tracker late has missed the beginning, and is told by what the runtime
 * remembers (`read` of nothing).
 */
export function createAppLife(
  read: (raw: unknown) => Entry,
  say: (event: string, properties: Fields) => void,
): AppLife {
  let entry: Entry | undefined;
  let state = '';
  let since = Date.now();
  let lastShare = '';
  const came = (event: string, raw: unknown) => {
    if (raw || !entry) entry = read(raw);
    const { share, facts } = entry;
    say(event, facts);
    if (share && share.shareId !== lastShare) {
      lastShare = share.shareId;
      say('Share Opened', { ...share });
    }
  };
  const launched = (raw?: unknown) => {
    if (state) return;
    state = 'launched';
    came('App Launched', raw);
  };
  return {
    launched,
    entry: () => (entry = entry || read(undefined)),
    shown(raw) {
      launched(raw);
      if (state === 'shown') return;
      state = 'shown';
      since = Date.now();
      came('App Shown', raw);
    },
    hidden() {
      if (state === 'hidden') return;
      state = 'hidden';
      say('App Hidden', { seconds: Math.round((Date.now() - since) / 1000) });
    },
  };
}
