import type { Text } from './text.js';

/** How far a shared value proves that two visits were the same person. `weak` never joins two known people. */
export type IdentifierStrength = 'strong' | 'medium' | 'weak';

/**
 * Beyond a kind's limit per profile: `conflict` keeps people apart and asks somebody, `refuse` keeps them apart without
 * asking, `replace_oldest` lets the newest value in and releases the oldest.
 */
export type OverLimit = 'conflict' | 'refuse' | 'replace_oldest';

/** A kind of identifier as configuration: data that core or a plugin contributes. */
export interface IdentifierKind {
  key: string;
  title: Text;
  strength: IdentifierStrength;
  /** Lower wins where two kinds disagree about whose event it is. */
  priority: number;
  /** At most so many values of one namespace on a profile. */
  perProfile?: number;
  /** What happens to a value beyond `perProfile`; `conflict` when absent. */
  overLimit?: OverLimit;
  /** A value that was met with more people than this identifies nobody and is barred (law 4). */
  peoplePerValue?: number;
  /** A weak value that was not seen for so long begins anew. */
  lifetimeDays?: number;
  /** Values of this kind that identify nobody, beside those that never do: exact texts, or patterns between slashes. */
  blocked?: string[];
  /** Which normaliser shapes the value before it is compared. */
  normaliser: 'text' | 'lower' | 'phone' | 'email' | 'md5' | 'sha256';
  /** What makes the value unique, in words for the operator; absent when the value is unique by itself. */
  namespace?: Text;
  /** Made from another kind's value, as a phone's hashes are; it follows that kind's rules and has none of its own. */
  derivedFrom?: string;
  /** A direct identifier (phone, e-mail): encrypted, masked in views, taken out of traits and events. */
  isDirect?: boolean;
}

/** A normalised identifier; equal triples are the same identifier. */
export interface Identifier {
  kind: string;
  namespace: string;
  value: string;
}

/** Why an identifier points to its profile: law 1 of the identity kernel. */
export interface LinkEvidence {
  sourceId: string;
  eventId: string;
  rule: string;
  /** Epoch ms of the event that stated the link. */
  at: number;
}

/** What an enterprise may change of a kind; `isOn: false` leaves its values out of every claim. */
export interface KindRule extends Pick<
  IdentifierKind,
  'key' | 'strength' | 'priority' | 'perProfile' | 'overLimit' | 'peoplePerValue' | 'lifetimeDays' | 'blocked'
> {
  isOn: boolean;
}

/** How far a source is believed: one that `mayLink: false` names people but never joins them. */
export interface SourceRule {
  sourceId: string;
  mayLink: boolean;
  /**
   * Whether it may say of two identifiers, each of which is somebody's, that they are one person, and take an identifier away
   * from a person. Without it, it says who a visit or a device belongs to, and no more. Absent: as its kind has it.
   */
  mayBind?: boolean;
  /** Whether it may state that somebody consents; that somebody does not is heard from everybody. Absent: as its kind has it. */
  mayConsent?: boolean;
  /** Of two statements of one trait the lower rank wins, then the newer one. */
  rank: number;
}

/** Of a source that no rule speaks of; one whose key visitors hold stands behind it. */
export const PLAIN_RANK = 100;
const VISITOR_RANK = 200;

/** What holds for a source that no rule speaks of. Whoever opens a page has its key, and can say anything with it. */
export const plainSourceRule = (sourceId: string, isVisitors: boolean): Required<SourceRule> => ({
  sourceId,
  mayLink: true,
  mayBind: !isVisitors,
  mayConsent: !isVisitors,
  rank: isVisitors ? VISITOR_RANK : PLAIN_RANK,
});

/** What holds for a source by its rule. One from before kinds mattered says nothing of what it left at its default. */
export function sourceRuleUnder(rule: SourceRule | undefined, plain: Required<SourceRule>): Required<SourceRule> {
  if (!rule) return plain;
  const { mayLink, mayBind = plain.mayBind, mayConsent = plain.mayConsent } = rule;
  const isOfBefore = rule.mayBind === undefined && rule.rank === PLAIN_RANK;
  return { ...plain, mayLink, mayBind, mayConsent, rank: isOfBefore ? plain.rank : rule.rank };
}

/** The identity rules of an enterprise (law 7): versioned, tried on history before they are applied. */
export interface IdentityRules {
  kinds: KindRule[];
  sources: SourceRule[];
  /** Absent while nobody has changed the list. */
  nobody?: NobodyRules;
}

/** What the enterprise changed of the built-in list of words that identify nobody (law 4). */
export interface NobodyRules {
  added: NobodyWord[];
  /** Of the built-in list: words that are somebody's here. */
  removed: NobodyWord[];
}
export interface NobodyWord {
  /** Compared whole and without case; `…` stands for anything between two ends. */
  value: string;
  reason: string;
}

/** A line of the built-in list. `zeros` is a set of characters: what consists of nothing else is nobody. */
export interface BuiltInWord {
  value: string;
  about: 'nothing' | 'zeros' | 'template' | 'brackets' | 'field' | 'visitor' | 'staff' | 'test';
}
