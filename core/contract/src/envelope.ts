import type { JsonObject } from './json.js';

/** The seven kinds of act in the tracking form that Segment made common (segment.com/docs/connections/spec). */
export const EVENT_TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** An identifier that a client states beside `userId` and `anonymousId`, in `context.externalIds`. */
export interface ExternalId {
  /** Identifier kind, e.g. `phone`, `wechat_openid`. */
  type: string;
  /** A whole number below 2^53 stands for its digits. */
  id: string | number;
  /** What the value is unique within: the appid of an openid, the open-platform account of a unionid. */
  namespace?: string;
}

export interface EnvelopeContext extends JsonObject {}

/**
 * One act of one person as a client sends it. All times are ISO 8601 texts. At least one of `userId`, `anonymousId`
 * or `context.externalIds` names the person.
 */
export interface Envelope {
  type: EventType;
  messageId?: string;
  anonymousId?: string;
  userId?: string;
  /** `track` only: what was done, Title Case Past (`Order Completed`). */
  event?: string;
  /** `page` and `screen`: the name of the page. */
  name?: string;
  category?: string;
  groupId?: string;
  /** `alias` only: the id that `userId` was known by before. */
  previousId?: string;
  properties?: JsonObject;
  traits?: JsonObject;
  context?: EnvelopeContext;
  integrations?: JsonObject;
  timestamp?: string;
  originalTimestamp?: string;
  sentAt?: string;
}

/** The body of `POST /v1/batch`; `context` and `integrations` are merged under every item's own. */
export interface EnvelopeBatch {
  batch: unknown[];
  writeKey?: string;
  sentAt?: string;
  context?: JsonObject;
  integrations?: JsonObject;
}

/** Sizes are bytes of the JSON text as received. The first two are the published limits of the tracking form. */
export const LIMITS = {
  eventBytes: 32 * 1024,
  batchBytes: 500 * 1024,
  batchItems: 5_000,
  /** What a batch states for all its events, once for each of them. */
  inheritedBytes: 4 * 1024 * 1024,
  idLength: 255,
  nameLength: 255,
  externalIds: 20,
  depth: 32,
  /** How far a client's corrected clock may run ahead before the event is refused. */
  futureToleranceMs: 10 * 60 * 1000,
  /** How long an act may have waited on a device whose clock is wrong, and how far such a clock is believed to be off. */
  longestWaitMs: 31 * 24 * 60 * 60 * 1000,
} as const;
