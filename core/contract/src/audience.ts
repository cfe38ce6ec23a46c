import type { Test } from './condition.js';
import type { Aggregate, EventFilter, Window } from './tag.js';
import type { Text } from './text.js';

/** First each step after the one before, at most `withinHours` from the first to the last, and none of `without` between. */
export interface Sequence {
  /** 2 to 6. */
  steps: EventFilter[];
  withinHours: number;
  without?: EventFilter;
  /** Only events of this window are looked at. */
  window?: Window;
}

/** A move from one stage to another; an absent end means any. Stages are written `churn` or `churn/dormant`. */
export interface Moved {
  lifecycle: string;
  from?: string;
  to?: string;
  window?: Window;
}

/**
 * Who belongs to an audience. The leaves of `Condition`, and those that only the warehouse can answer: `since` is the
 * number of days in the present stage, `reachable` whether she was ever known by a kind of identifier, `consent` whether
 * she agreed to be addressed by a channel (`consentTrait`), `audience` membership of another, `percent` an even share that stays the same
 * people, `top` the `count` people with the highest number tag (ties: the lower profile number).
 */
export type Rule =
  | { all: Rule[] }
  | { any: Rule[] }
  | { not: Rule }
  | { tag: string; test: Test }
  | { trait: string; test: Test }
  | { stage: string; test: Test }
  | { since: string; test: Test }
  | { behaviour: Aggregate; test: Test }
  | { sequence: Sequence }
  | { moved: Moved }
  | { reachable: string }
  | { consent: string }
  | { audience: string }
  | { percent: number; salt?: string }
  | { top: { tag: string; count: number } };

/** The trait by which a source states consent: `true` where it was given, `false` where it was refused or withdrawn. */
export const consentTrait = (channel: string): string => `${CONSENT}${channel}`;

const CONSENT = 'consent_';

/** Whether a statement says that somebody consents, or anything else but that she does not. */
export const statesConsent = (trait: string, value: unknown): boolean => trait.startsWith(CONSENT) && value !== false;

export const AUDIENCE_LIMITS = { depth: 20, leaves: 200, values: 5_000, windowDays: 3_650 } as const;

/** A named rule. A `static` audience is who belonged when its last snapshot was made. */
export interface AudienceDefinition {
  key: string;
  title: Text;
  /** What it is for. */
  scenario: Text;
  owner: string;
  kind: 'dynamic' | 'static';
  rule: Rule;
  /** How often a dynamic audience in use is counted anew where it cannot be kept in real time, in minutes. */
  everyMinutes: number;
  version: number;
}
