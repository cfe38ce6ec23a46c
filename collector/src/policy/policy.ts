import { compilePlan, ZoneOffsets, type CarriedPolicy, type Digest } from '@perennial/contract';
import { turned } from '../answer.js';
import type { PlanInForce, PolicyInForce, ScrubInForce } from './in-force.js';
import { compileOrigins, type OriginTest } from './origins.js';
import { isAsPlanned, planOf } from './plan.js';
import type { RateLimits } from './rate.js';
import { compileScrub } from './scrub.js';
import { cleanBody, nothingOf } from './scrubbing.js';

export interface PolicyTools {
  /** A keyed hash of a key. */
  digestFor: (key: string) => Digest;
  /** Outlives the settings: a change of them is no new burst. */
  limits: RateLimits;
}

export function compilePolicy(carried: CarriedPolicy, { digestFor, limits }: PolicyTools): PolicyInForce {
  const { rate, bots, isEnriched } = carried;
  const allowsOrigin = compileOrigins(carried.origins);
  const plan = planInForce(carried);
  const scrub = scrubInForce(carried, digestFor);
  return {
    bots,
    isEnriched,
    ...(carried.timeZone !== undefined && { zone: zoneNamed(carried.timeZone) }),
    ...(allowsOrigin && { allowsOrigin }),
    refusal: ({ key, origin }) => originProblem(allowsOrigin, origin) ?? rateProblem(rate && limits.waitOf(key, rate)),
    spend: (key, events) => {
      if (rate) limits.take(key, rate, events);
    },
    ...(plan && { plan }),
    ...(scrub && { scrub }),
  };
}

const zones = new Map<string, ZoneOffsets>();

/** One for all sources: what it has measured of the zone serves each. */
function zoneNamed(name: string): ZoneOffsets {
  const zone = zones.get(name) ?? new ZoneOffsets(name);
  zones.set(name, zone);
  return zone;
}

const originProblem = (allows: OriginTest | undefined, origin: string | undefined) =>
  allows && origin !== undefined && !allows(origin)
    ? turned(403, 'ORIGIN_REFUSED', 'this page is not among the origins that the source allows')
    : undefined;

const rateProblem = (wait: number | null) =>
  wait ? turned(429, 'RATE_LIMITED', 'the write key sends more than its limit', wait) : undefined;

function planInForce({ plan, revision }: CarriedPolicy): PlanInForce | undefined {
  if (plan.mode === 'off') return undefined;
  const [glance, check] = [compilePlan(plan, asGlanced), compilePlan(plan)];
  const rules = { mode: plan.mode, revision, check };
  return {
    fits: (body, endpoint) => isAsPlanned(body, endpoint, glance),
    of: (body, endpoint, checked) => planOf(body, endpoint, checked, rules),
  };
}

const encoder = new TextEncoder();

/** A text as `glanceAt` shows it: one character for each byte of its UTF-8. */
const asGlanced = (text: string): string => String.fromCharCode(...encoder.encode(text));

function scrubInForce({ scrub, revision, hashKey }: CarriedPolicy, digestFor: PolicyTools['digestFor']) {
  const rules = compileScrub(scrub, digestFor(hashKey));
  if (!rules) return undefined;
  const inForce: ScrubInForce = {
    clean: (body, isBatch, received) => cleanBody(body, isBatch, received, { scrub: rules, revision }),
    nothing: (received) => nothingOf(received, revision),
  };
  return inForce;
}
