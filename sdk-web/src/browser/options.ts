import type { CoreOptions } from '../core/index.js';

export interface PerennialOptions extends CoreOptions {
  /** The collector's address, e.g. `https://events.example.com`. */
  endpoint: string;
  /** Under trusted types, what makes an address one that scripts may be loaded from; the snippet brings its own. */
  trust?: (url: string) => string;
  /** The domain of the cookies; default the widest that the browser allows. */
  cookieDomain?: string;
  /** Signals of the browser that stand for a no as long as the visitor did not say yes: `gpc`, `dnt` or both. */
  honour?: string;
  /** Page views, also those of a page that changes its address by itself; default on. */
  pages?: boolean;
  /** Whether the part after `#` makes another page; default off. */
  hash?: boolean;
  /** Clicks on links to other sites and to files; default on. */
  links?: boolean;
  /** Every click on a link or a button; default off. Elements with `data-perennial-click` always count. */
  clicks?: boolean;
  /** Forms that are begun and submitted; default off. */
  forms?: boolean;
  /** Visible time and scroll depth; default off. */
  engagement?: boolean;
  /** The text of what was clicked, cut; default on. */
  text?: boolean;
}

/** What the browser says for its user, where the page wants to hear it. */
export function withSignals(options: PerennialOptions): PerennialOptions {
  const { honour = '' } = options;
  const { globalPrivacyControl, doNotTrack } = navigator as {
    globalPrivacyControl?: boolean;
    doNotTrack?: string | null;
  };
  const isRefused = (honour.includes('gpc') && globalPrivacyControl) || (honour.includes('dnt') && doNotTrack === '1');
  return isRefused ? { ...options, consentMode: 'opt-in', holdUntilConsent: false } : options;
}

/** Options of a script tag: `on` and `off` are switches, everything else is what it says. */
export function readDataset(dataset: DOMStringMap): PerennialOptions {
  const options: Record<string, unknown> = {};
  for (const key of Object.keys(dataset)) {
    const value = dataset[key]!;
    options[key] = value === 'on' || (value !== 'off' && value);
  }
  return options as unknown as PerennialOptions;
}
