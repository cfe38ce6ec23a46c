import { SAFE_PERSONAL, type PersonalPolicy, type ScrubAction, type ScrubPattern } from './personal/policy.js';

/**
 * What an operator sets for one source and collectors act by, before anything is kept. Data only: a collector compiles it
 * once per revision.
 */
export interface SourcePolicy {
  /** Pages that may send (`https://shop.example.com`, `https://*.example.com`); empty means any. Binds browsers only. */
  origins: string[];
  /** Events a second for each write key, and how many may come at once; null means no limit. */
  rate: RateLimit | null;
  bots: BotPolicy;
  /** Whether what user agent and address tell is about the visitor. A server that sends for others turns it off. */
  isEnriched: boolean;
  plan: TrackingPlan;
  scrub: ScrubRule[];
  /** What core takes out of events before it writes them, whatever their places are called. */
  personal: PersonalPolicy;
}

export interface RateLimit {
  events: number;
  burst: number;
}

export const BOT_POLICIES = ['keep', 'mark', 'drop'] as const;
export type BotPolicy = (typeof BOT_POLICIES)[number];

/** `observe` counts what is not as planned, `warn` also tells the client, `block` refuses it. */
export const PLAN_MODES = ['off', 'observe', 'warn', 'block'] as const;
export type PlanMode = (typeof PLAN_MODES)[number];

/** The events that a source is meant to send. */
export interface TrackingPlan {
  mode: PlanMode;
  events: PlanEvent[];
}

export interface PlanEvent {
  /** A track's own name, or `$page`, `$screen`, `$identify`, `$group`; see `eventName`. */
  name: string;
  note?: string;
  /** Nothing but the planned properties may come. */
  isClosed?: boolean;
  properties: PlanProperty[];
}

export const PROPERTY_TYPES = ['text', 'number', 'integer', 'boolean', 'instant', 'list', 'object'] as const;
export type PropertyType = (typeof PROPERTY_TYPES)[number];

/** One property (of `$identify` and `$group`: one trait). */
export interface PlanProperty {
  /** `total`, `address.city`, `products.price`: a step on a list looks into each of its items. */
  path: string;
  type?: PropertyType;
  isRequired?: boolean;
  values?: (string | number)[];
  /** A regular expression that the whole text must match; see `patternProblem` for what it may not use. */
  pattern?: string;
}

/**
 * What must not be kept: a place (`properties.address`, `traits.name`, `context.page.url`), or what a text looks like
 * wherever it stands. A pattern leaves alone what identity needs (ids, `traits.phone`, `traits.email`; core encrypts
 * those), unless `includesIdentifiers`.
 */
export type ScrubRule =
  { path: string; action: ScrubAction } | { pattern: ScrubPattern; action: ScrubAction; includesIdentifiers?: boolean };

export const POLICY_LIMITS = {
  origins: 100,
  planEvents: 1_000,
  planProperties: 200,
  planValues: 200,
  patternLength: 200,
  /** Longer texts match no pattern of a plan: a bound on what an expression may cost. */
  patternText: 256,
  scrubRules: 100,
  pathDepth: 8,
} as const;

export const BLANK_PLAN: TrackingPlan = { mode: 'off', events: [] };

/** Kinds of source whose requests come from the visitor's own device. */
const VISITOR_KINDS = new Set(['web', 'miniprogram', 'app']);

/** Whether whoever opens the page or the package holds the source's write key. */
export const isVisitorKind = (kind: string): boolean => VISITOR_KINDS.has(kind);

/**
 * For each write key that anybody can read, on each collector: eight times the mean of ten million events a day, and two
 * of the largest requests at once. A key that strangers use for a flood is held to it.
 */
const VISITOR_RATE: RateLimit = { events: 1_000, burst: 10_000 };

/** What holds for a source of which nobody has set anything. */
export const defaultPolicy = (kind: string): SourcePolicy => ({
  origins: [],
  rate: isVisitorKind(kind) ? VISITOR_RATE : null,
  bots: 'keep',
  isEnriched: isVisitorKind(kind),
  plan: BLANK_PLAN,
  scrub: [],
  personal: SAFE_PERSONAL,
});

/** As collectors get it. */
export interface CarriedPolicy extends SourcePolicy {
  /** Rises with each change; 0 while nobody has set anything. */
  revision: number;
  /** Keys the hashes of scrubbed values, the same on every collector. */
  hashKey: string;
  /** The platform's time zone (IANA name); absent where core is older. */
  timeZone?: string;
}

const ORIGIN =
  /^(https?):\/\/(\*\.)?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)(:\d{1,5})?$/;

/** Whether a text is an origin as an operator may allow it: scheme, host (perhaps `*.` before it), port. */
export const isOriginPattern = (text: string): boolean => text.length <= 255 && ORIGIN.test(text);
