import type { Text } from './text.js';

/** How far a shared value proves that two visits were the same person. `weak` never joins two known people. */
export type IdentifierStrength = 'strong' | 'medium' | 'weak';

/** A kind of identifier as configuration: data that core or a plugin contributes. */
export interface IdentifierKind {
  key: string;
  title: Text;
  strength: IdentifierStrength;
  /** Lower wins where two kinds disagree about whose event it is. */
  priority: number;
  /** At most so many values of one namespace on a profile; a merge that would break it is recorded as a conflict. */
  perProfile?: number;
  /** Which normaliser shapes the value before it is compared. */
  normaliser: 'text' | 'lower' | 'phone' | 'email';
  /** What makes the value unique, in words for the operator; absent when the value is unique by itself. */
  namespace?: Text;
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
