import { attempt } from './attempt.js';
import type { Storage } from './ports.js';

/**
 * `opt-out`: stores and sends until somebody refuses. `opt-in`: neither, until somebody agrees. `no-storage`: sends, but keeps
 * nothing beyond the page until somebody agrees.
 */
export type ConsentMode = 'opt-out' | 'opt-in' | 'no-storage';

/** What the visitor answered, by purpose. A purpose that was not asked for is absent. */
export type Choices = Record<string, boolean>;

export interface Consent {
  choices(): Choices;
  /** Takes answers in; false when nothing is new. */
  choose(choices: Choices): boolean;
  /** Events may leave. */
  maySend(): boolean;
  /** Ids and events may be kept beyond the page. */
  mayStore(): boolean;
  /** Nobody has answered, and an answer is needed. */
  isWaiting(): boolean;
}

export const CONSENT = 'consent';

/**
 * The answer itself is kept as soon as there is one, also a refusal: without it the visitor would be asked for ever. It is
 * read anew each time, because another tab may have asked meanwhile. Without a storage it holds for this page.
 */
export function createConsent(storage: Storage, mode: ConsentMode, purpose: string): Consent {
  let text: string | null = null;
  let known: Choices = {};
  const choices = () => {
    const stored = attempt(() => storage.get(CONSENT), null) || text;
    if (stored !== text) known = parse((text = stored));
    return known;
  };
  const may = (unless: boolean) => {
    const answer = choices()[purpose];
    return answer === undefined ? unless : answer;
  };
  return {
    choices,
    maySend: () => may(mode !== 'opt-in'),
    mayStore: () => may(mode === 'opt-out'),
    isWaiting: () => mode === 'opt-in' && choices()[purpose] === undefined,
    choose(more) {
      const before = choices();
      if (Object.keys(more).every((key) => before[key] === more[key])) return false;
      known = { ...before, ...more };
      text = JSON.stringify(known);
      attempt(() => storage.set(CONSENT, text!), undefined);
      return true;
    },
  };
}

/** Whoever wrote something else there did not answer our question. */
function parse(text: string | null): Choices {
  const stored = attempt(() => JSON.parse(text!) as Record<string, unknown>, {}) || {};
  const choices: Choices = {};
  for (const key of Object.keys(stored)) if (typeof stored[key] === 'boolean') choices[key] = stored[key];
  return choices;
}
