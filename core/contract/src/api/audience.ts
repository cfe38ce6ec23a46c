import type { AudienceDefinition, Rule } from '../audience.js';
import type { Text } from '../text.js';
import type { DefinitionProblem } from './tag.js';

/** `GET /api/v1/audiences` -> AudienceListItem[] */
export interface AudienceListItem extends AudienceDefinition {
  /** Of the last count; absent before the first. */
  people?: number;
  countedAt?: number;
  /** Kept member by member as people change. */
  isLive: boolean;
  /** Audiences and triggers that read it. */
  usedBy: number;
}

/** `GET /api/v1/audiences/:key` */
export interface AudienceDetail extends AudienceListItem {
  words: Text;
  uses: { kind: 'audience' | 'trigger'; key: string; title: Text }[];
  /** Why it cannot be kept live, in words; empty when it can. */
  notLive: Text[];
  versions: { version: number; at: number; by: string }[];
}

/**
 * `POST /api/v1/audiences/preview {rule}` -> AudiencePreview. A second call of the same session replaces the first, which
 * answers `AUDIENCE_PREVIEW_REPLACED`; closing the request stops the query.
 */
export interface AudiencePreview {
  people: number;
  total: number;
  /** The rule in words. */
  words: Text;
  /** People of the audience by stage of the main lifecycle, largest first. */
  stages: { stage: string; title: Text; people: number }[];
  /** How many people each direct part of the rule holds alone, in order. */
  parts: number[];
  sample: AudienceMember[];
  ms: number;
}
/** `POST /api/v1/audiences/check {rule}` -> { problems, words, isLive, notLive } */
export interface AudienceCheck {
  problems: DefinitionProblem[];
  words: Text;
  isLive: boolean;
  notLive: Text[];
}

/** `GET /api/v1/audiences/:key/members?cursor=&limit=` -> Page<AudienceMember>, by profile number. */
export interface AudienceMember {
  profile: string;
  displayName?: string;
  stage?: Text;
  lastSeenAt: number;
}

/**
 * `PUT /api/v1/audiences/:key {definition, expectedVersion}` -> AudienceDetail; `DELETE /api/v1/audiences/:key` (refused
 * with `AUDIENCE_IN_USE`); `POST /api/v1/audiences/:key/count` -> AudienceRun counts it now (a snapshot: who belongs is kept);
 * `GET /api/v1/audiences/:key/runs` -> AudienceRun[], newest first: its growth;
 * `GET /api/v1/audiences/:key/export.csv?run=&columns=tag:spend_365d,stage:default,trait:city,identifier:phone&language=zh`
 * streams a snapshot's members, identifiers masked, after `after=` where that is given; 409 before the first count.
 * `POST` of the same path with `{reason, columns[]}` gives identifiers in plain (a token needs the scope `reveal`);
 * `GET /api/v1/audiences/:key/why/:profile` -> Trace.
 */
export interface AudienceRun {
  run: number;
  at: number;
  people: number;
  entered: number;
  left: number;
  version: number;
  ms: number;
}

/** `POST /api/v1/audiences/overlap {keys}` (2 to 10) -> AudienceOverlap, of the last snapshots. */
export interface AudienceOverlap {
  keys: string[];
  /** `cells[i][j]`: people in both; the diagonal is each one's own number. */
  cells: number[][];
}

/**
 * `GET /api/v1/vocabulary` -> Vocabulary: what rules may name, for editors. Properties are those seen in the last 90 days.
 */
export interface Vocabulary {
  events: { name: string; events: number; properties: VocabularyProperty[] }[];
  traits: { key: string; people: number }[];
  stages: { lifecycle: string; title: Text; stages: { key: string; title: Text }[] }[];
  kinds: { key: string; title: Text }[];
}
export interface VocabularyProperty {
  path: string;
  type: 'text' | 'number' | 'boolean' | 'list' | 'object' | 'mixed';
  /** The most frequent values, at most 20. */
  examples: string[];
}

/** An audience as the editor sends it. */
export interface AudienceDraft {
  definition: Omit<AudienceDefinition, 'version' | 'owner'>;
  expectedVersion: number;
}

export type { Rule as AudienceRule };
