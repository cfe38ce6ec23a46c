import type { BuiltInWord, IdentifierStrength, IdentityRules, LinkEvidence, SourceRule } from '../identifier.js';
import type { Text } from '../text.js';
import type { ProfileSummary } from './profile.js';

/** How two identifiers that stood together came out: on one profile, switched by a second login, or kept apart. */
export type LinkOutcome = 'joined' | 'switched' | 'refused';

/** An identifier in the graph; `id` is its keyed hash and stands for the value in every request. */
export interface GraphNode {
  id: string;
  kind: string;
  title: Text;
  namespace: string;
  /** Masked for direct identifiers. */
  value: string;
  strength: IdentifierStrength;
  isBarred: boolean;
  /** A mainland number of a range that no published table knows. */
  isUnverified: boolean;
  firstSeenAt: number;
  /** The profile that holds it; absent while none does. Another than the one asked for on neighbours. */
  profileId?: string;
}

/** Law 1: what joined, or did not join, two identifiers. */
export interface GraphEdge {
  a: string;
  b: string;
  outcome: LinkOutcome;
  evidence: LinkEvidence;
  /** Events of this person that state both; 0 while history is being appended. */
  events: number;
  /** Taken out by a person; the link no longer counts. */
  isCut: boolean;
}

/** `GET /api/v1/profiles/:id/identity` */
export interface ProfileIdentity {
  profileId: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
  acts: IdentityAct[];
}

/** What a person or a rule did to the graph. `GET /api/v1/identity/acts` (Page), newest first. */
export interface IdentityAct {
  id: string;
  kind: 'merged' | 'split' | 'linked' | 'cut' | 'barred' | 'unbarred' | 'settled' | 'rules';
  at: number;
  /** The operator, or the rule. */
  by: string;
  reason: string;
  /** Living or not: old ids resolve for ever. */
  profiles: string[];
  identifiers: GraphNode[];
  evidence?: LinkEvidence;
  canUndo: boolean;
}

/** One of the people that a split would give. */
export interface SplitPart {
  identifiers: GraphNode[];
  events: number;
  firstSeenAt: number;
  lastSeenAt: number;
  /** Lifecycle key to stage key, `stage/sub-stage`. */
  stages: Record<string, string>;
  tags: number;
}
/**
 * `POST /api/v1/profiles/:id/split/preview` and, to do it, `POST /api/v1/profiles/:id/split`. By a link (its two ends), or
 * by the identifiers that belong to somebody else.
 */
export interface SplitRequest {
  link?: { a: string; b: string };
  identifiers?: string[];
  /** Required to do it; kept in the acts and the audit. */
  reason?: string;
}
export interface SplitPreview {
  parts: SplitPart[];
  /** Links that still join what was to be parted, when there is but one part. */
  remaining: GraphEdge[];
}
/** Answer of the two acts: the profiles that now hold what the old ones held, in the order of the preview. */
export interface IdentityChange {
  actId: string;
  profiles: string[];
}

/** `POST /api/v1/profiles/merge`; refused with `IDENTITY_LIMIT_BROKEN` unless `isForced`. */
export interface MergeRequest {
  profiles: [string, string];
  reason: string;
  isForced?: boolean;
}

/** `GET /api/v1/identity/conflicts?status=open|settled` (Page), newest first. */
export interface ConflictView {
  id: string;
  at: number;
  identifier: GraphNode;
  /** The kind whose limit would break, or `apart` where a person said that these are two. */
  limit: string;
  limitTitle: Text;
  /** Whose event stated the identifier, and who holds it. The same when a limit of one person is full. */
  profile: ProfileSummary;
  other: ProfileSummary;
  evidence: LinkEvidence;
  status: 'open' | 'settled';
  settlement?: { decision: ConflictDecision; by: string; at: number; reason: string };
}
/**
 * `POST /api/v1/identity/conflicts/:id/settle {decision, reason}`: `apart` they are two people and stay so; `merge` one
 * person in spite of the limit; `move` the identifier belongs to `profile`; `bar` it identifies nobody.
 */
export type ConflictDecision = 'apart' | 'merge' | 'move' | 'bar';
export const CONFLICT_DECISIONS = ['apart', 'merge', 'move', 'bar'] as const satisfies ConflictDecision[];

/** `GET /api/v1/identity/hubs?barred=true|false` (Page): values that were met with many people, most first. */
export interface HubView {
  identifier: GraphNode;
  /** Non-weak identifiers that it was met with. */
  people: number;
  limit?: number;
  isBarred: boolean;
  by?: string;
  lastMetAt: number;
}
/** `GET /api/v1/identity/hubs/:id/preview`: who would be parted without it. */
export interface HubPreview {
  profiles: { profileId: string; parts: SplitPart[] }[];
}

/** `GET /api/v1/identity/rules` */
export interface RulesView {
  version: number;
  rules: IdentityRules;
  /** Every kind with its title and what it is unless a rule says otherwise. */
  kinds: { key: string; title: Text; namespace?: Text; isDirect: boolean }[];
  /** `plain` is what holds for a source unless a rule says otherwise. */
  sources: { id: string; title: string; plain: Required<SourceRule> }[];
  /** Words that identify nobody unless the rules take them out. */
  nobody: readonly BuiltInWord[];
  versions: { version: number; at: number; by: string; note: string }[];
}

/**
 * A long run over history: `POST /api/v1/identity/trials {rules}` begins one, `POST /api/v1/identity/rules {rules, note,
 * trialId}` puts rules in force and begins the run that applies them; `GET /api/v1/identity/runs/:id`,
 * `POST /api/v1/identity/runs/:id/cancel`, `GET /api/v1/identity/runs` (Page).
 */
export interface IdentityRun {
  id: string;
  kind: 'trial' | 'apply';
  status: 'running' | 'done' | 'failed' | 'cancelled';
  at: number;
  by: string;
  /** Events read, then groups applied. */
  done: number;
  total: number;
  error?: string;
  result?: TrialResult;
}
export interface TrialResult {
  events: number;
  identifiers: number;
  peopleBefore: number;
  peopleAfter: number;
  /** People of today who would become one with another. */
  merged: number;
  /** People of today who would be parted. */
  parted: number;
  merges: { profiles: string[]; by: GraphNode[] }[];
  splits: { profileId: string; parts: GraphNode[][] }[];
  /** Largest groups, in identifiers. */
  largest: { before: number[]; after: number[] };
  peakMemoryMb: number;
}

/** `GET /api/v1/identity/quality` */
export interface IdentityQuality {
  people: number;
  identified: number;
  kinds: { key: string; title: Text; values: number; people: number; largest: number }[];
  sources: SourceQuality[];
  conflicts: { open: number; oldestAt?: number; medianAgeMs?: number };
  /** Upper estimates; each names people to look at. */
  overMerged: { people: number; why: Text; examples: string[] };
  underMerged: { pairs: number; why: Text; examples: [string, string][] };
  barred: number;
}
export interface SourceQuality {
  sourceId: string;
  title: string;
  events: number;
  people: number;
  /** Of its events of the last 30 days, the share whose person is known by now. */
  identifiedShare: number;
  /** What to mend there, most gain first; empty when nothing stands out. */
  advice: { code: 'anonymous' | 'no_unionid' | 'shared_values' | 'unverified_phones' | 'conflicts'; count: number }[];
}

/** `POST /api/v1/identity/resolve {identifiers}` (at most 1,000): whose they are, in the same order. */
export interface ResolveRequest {
  identifiers: { kind: string; value: string; namespace?: string }[];
}
export interface ResolveAnswer {
  /** `refused` says why a value identifies nobody. */
  results: { profileId?: string; refused?: 'unknown_kind' | 'malformed' | 'nobody' | 'barred' }[];
}

/** `POST /api/v1/identity/links` joins two identifiers that are known; `POST /api/v1/identity/links/cut` takes a link out. */
export interface LinkRequest {
  a: string;
  b: string;
  reason: string;
}
