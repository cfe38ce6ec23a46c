import type { ConsentMode, CoreOptions } from '@perennial/sdk-web/core';

/** What is told without a call of the program; all of it unless it says no. */
export interface Captures {
  /** Opened, before the visitor, away. */
  app?: boolean;
  /** Page views, and how long each was looked at. */
  pages?: boolean;
  /** Taps on elements with `data-perennial`. */
  taps?: boolean;
  /** Shared cards, and who came by them. */
  shares?: boolean;
  /** Pages pulled down to be refreshed. */
  pullDown?: boolean;
}

export interface MiniOptions extends Omit<CoreOptions, 'consentMode'> {
  /** The collector's address, e.g. `https://events.example.com`; it must be on the program's list of request domains. */
  endpoint: string;
  /** The program's own id, where the runtime does not tell it. */
  appid?: string;
  consent?: ConsentMode;
  /** The answer to the vendor's privacy notice is the visitor's answer. */
  privacy?: boolean;
  capture?: Captures;
  /** What short names in mini-program codes stand for, e.g. `{ s: 'utm_source' }`. */
  codeParameters?: Record<string, string>;
  /** Parameters of addresses that are left out everywhere, e.g. `['phone', 'token']`. */
  hideQuery?: string[];
  /** How long a request may take; default 10,000 ms. */
  timeoutMs?: number;
}
