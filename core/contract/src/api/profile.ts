import type { Json } from '../json.js';
import type { MembershipView } from './group.js';
import type { LinkEvidence } from '../identifier.js';
import type { TransitionReason } from '../lifecycle.js';
import type { Text } from '../text.js';

/** `GET /api/v1/profiles?q=`: by an id or a value that is not personal; `POST /api/v1/profiles/search {text}`: by a phone or an e-mail too. Without `q`, the latest seen. */
export interface ProfileSummary {
  id: string;
  displayName?: string;
  identifiers: IdentifierView[];
  stages: PlaceView[];
  firstSeenAt: number;
  lastSeenAt: number;
  events: number;
}
export interface IdentifierView {
  kind: string;
  title: Text;
  namespace: string;
  /** Masked for direct identifiers. */
  value: string;
  firstSeenAt: number;
  evidence: LinkEvidence;
}
export interface PlaceView {
  lifecycle: string;
  lifecycleTitle: Text;
  stage: string;
  stageTitle: Text;
  subStage?: string;
  subStageTitle?: Text;
  since: number;
}
/** `GET /api/v1/profiles/:id`; an id that was merged away answers the living profile, with `id` the living one's. */
export interface ProfileDetail extends ProfileSummary {
  createdAt: number;
  traits: { key: string; value: Json; at: number; sourceId: string }[];
  tags: TagView[];
  mergedFrom: { id: string; at: number }[];
  /** The last said first. */
  groups: MembershipView[];
}
export interface TagView {
  key: string;
  title: Text;
  category: string;
  value: Json;
  valueTitle?: Text;
  definitionVersion: number;
  at: number;
  evidence: string;
  scenario: Text;
}
/**
 * `POST /api/v1/profiles/:id/identifiers/reveal {reason}` (admin): the plain values of the person's direct identifiers.
 * Every call is audited with who, whom, which kinds and why.
 */
export interface RevealedIdentifier {
  kind: string;
  title: Text;
  value: string;
}
/** `GET /api/v1/profiles/:id/timeline?cursor=&limit=&kinds=event,move,tag,delivery`, newest first. */
export type TimelineItem =
  | { kind: 'event'; at: number; eventId: string; sourceId: string; type: string; name: string; properties: Json }
  | { kind: 'move'; at: number; lifecycle: string; from?: string; to: string; reason: TransitionReason }
  | { kind: 'tag'; at: number; tag: string; title: Text; from: Json; to: Json; evidence: string }
  | { kind: 'delivery'; at: number; deliveryId: string; destination: string; status: string };
/** `GET /api/v1/profiles/:id/moves`: the whole stage history, oldest first. */
export interface MoveView {
  at: number;
  lifecycle: string;
  from?: string;
  to: string;
  fromTitle?: Text;
  toTitle: Text;
  reason: TransitionReason;
  /** What the keys of `reason.tags` are, in words: titles of tags, and the behaviour that a condition asked for. */
  read: Record<string, Text>;
}
