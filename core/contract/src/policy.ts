import { SAFE_PERSONAL, type PersonalPolicy, type ScrubAction, type ScrubPattern } from './personal/policy.js';
import type { Text } from './text.js';

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
  /** A regular expression that the whole text must match. */
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

/** What holds for a source of which nobody has set anything. */
export const defaultPolicy = (kind: string): SourcePolicy => ({
  origins: [],
  rate: null,
  bots: 'keep',
  isEnriched: VISITOR_KINDS.has(kind),
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

/** Plain repetition only: what is refused here is what makes matching take more than a moment. */
export function patternProblem(source: string): Text | undefined {
  if (source.length > POLICY_LIMITS.patternLength)
    return {
      zh: `最多 ${POLICY_LIMITS.patternLength} 个字符`,
      en: `must be at most ${POLICY_LIMITS.patternLength} characters`,
    };
  if (!isExpression(source)) return { zh: '不是正则表达式', en: 'is no regular expression' };
  const plain = source.replace(/\\./gu, 'x').replace(/\[[^\]]*\]/gu, 'x');
  if (/\(\?[=!<]/u.test(plain) || /\\[1-9k]/u.test(source))
    return { zh: '不能使用环视或反向引用', en: 'may look neither around nor back' };
  if (/\)\s*(?:[*+]|\{\d+,?\d*\})/u.test(plain)) return { zh: '不能重复分组', en: 'may not repeat a group' };
  if ((plain.match(/[*+]|\{\d+,\}/gu)?.length ?? 0) > MOST_UNBOUND)
    return {
      zh: `不限次数的重复最多 ${MOST_UNBOUND} 处`,
      en: `may repeat without bound at most ${MOST_UNBOUND} times`,
    };
  return undefined;
}

const MOST_UNBOUND = 3;

function isExpression(source: string): boolean {
  try {
    return new RegExp(`^(?:${source})$`, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
