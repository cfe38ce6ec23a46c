import type { EventType } from './envelope.js';
import { readInstant } from './instant.js';
import { isJsonObject, type JsonObject } from './json.js';
import { compilePattern, patternProblem } from './pattern/index.js';
import { POLICY_LIMITS, type PlanEvent, type PlanProperty, type PropertyType, type TrackingPlan } from './policy.js';

export const PLAN_CODES = [
  'PLAN_EVENT_UNKNOWN',
  'PLAN_PROPERTY_MISSING',
  'PLAN_PROPERTY_INVALID',
  'PLAN_PROPERTY_UNKNOWN',
] as const;
export type PlanCode = (typeof PLAN_CODES)[number];

/** What a source said that the identity rules do not let it say; core finds it, and does the rest of the event. */
export const SOURCE_CODES = ['SOURCE_BIND_REFUSED', 'SOURCE_UNBIND_REFUSED', 'SOURCE_CONSENT_REFUSED'] as const;
export type SourceCode = (typeof SOURCE_CODES)[number];

/** One way in which an event is not as planned. It says what was found by its kind alone, never by its value. */
export interface PlanFinding {
  code: PlanCode;
  event: string;
  path: string;
  /** `text of 11`, `number`, ... */
  found: string;
  /** `a number`, `one of 3 values`, ... */
  expected: string;
}

/** How often a finding was made in one request. */
export type CountedFinding = PlanFinding & { count: number };

export type PlanCheck = (item: JsonObject, type: EventType) => PlanFinding[];

/** More of one event add nothing. */
const MOST_FINDINGS = 10;
const NONE: PlanFinding[] = [];
const NOT_PLANNED_BY_NAME = new Set(['identify', 'group', 'alias', 'page', 'screen']);

/**
 * Compiles a plan. With `encode`, it speaks of texts as they look at a glance (see the collector's `glanceAt`): names and
 * values are compared in that form, and a pattern is sure of ASCII texts alone. What passes so passes in truth.
 */
export function compilePlan({ events }: TrackingPlan, encode?: (text: string) => string): PlanCheck {
  const byName = new Map(events.map((event) => [(encode ?? same)(event.name), compileEvent(event, encode)]));
  return (item, type) => {
    const name = type === 'track' ? (item['event'] as string) : `$${type}`;
    const check = byName.get(name);
    if (check) return check(factsOf(item, type));
    if (NOT_PLANNED_BY_NAME.has(type)) return NONE;
    return [{ code: 'PLAN_EVENT_UNKNOWN', event: name, path: '', found: '', expected: 'a planned event' }];
  };
}

const same = (text: string): string => text;
const NOTHING: JsonObject = {};

/** RudderStack's browser client states traits in the context alone. */
function factsOf(item: JsonObject, type: EventType): JsonObject {
  if (type !== 'identify' && type !== 'group') return objectIn(item['properties']);
  return isJsonObject(item['traits']) ? item['traits'] : objectIn(objectIn(item['context'])['traits']);
}

const objectIn = (value: unknown): JsonObject => (isJsonObject(value) ? value : NOTHING);

function compileEvent(event: PlanEvent, encode = same): (facts: JsonObject) => PlanFinding[] {
  const checks = event.properties.map((property) => compileProperty(event.name, property, encode));
  const known = event.isClosed && new Set(event.properties.map(({ path }) => encode(path.split('.')[0]!)));
  return (facts) => {
    let findings = NONE;
    const add = (finding: PlanFinding) => {
      if (findings === NONE) findings = [];
      if (findings.length < MOST_FINDINGS) findings.push(finding);
    };
    for (const check of checks) check(facts, add);
    if (known) for (const key in facts) if (!known.has(key)) add(unplanned(event.name, key, facts[key]));
    return findings;
  };
}

const unplanned = (event: string, path: string, value: unknown): PlanFinding => ({
  code: 'PLAN_PROPERTY_UNKNOWN',
  event,
  path,
  found: kindOf(value),
  expected: 'no such property',
});

type Add = (finding: PlanFinding) => void;

function compileProperty(event: string, property: PlanProperty, encode: (text: string) => string) {
  const { path, isRequired = false } = property;
  const steps = path.split('.').map(encode);
  const demands = demandsOf(property, encode);
  const look = (value: unknown, step: number, add: Add): void => {
    if (step < steps.length && Array.isArray(value)) {
      for (const item of value) look(item, step, add);
    } else if (step < steps.length && isJsonObject(value) && Object.hasOwn(value, steps[step]!)) {
      look(value[steps[step]!], step + 1, add);
    } else if (step < steps.length || value === null) {
      if (isRequired) add({ code: 'PLAN_PROPERTY_MISSING', event, path, found: '', expected: 'something' });
    } else {
      for (const { holds, expected } of demands)
        if (!holds(value)) return add({ code: 'PLAN_PROPERTY_INVALID', event, path, found: kindOf(value), expected });
    }
  };
  return (facts: JsonObject, add: Add): void => look(facts, 0, add);
}

interface Demand {
  holds: (value: unknown) => boolean;
  expected: string;
}

function demandsOf({ type, values, pattern }: PlanProperty, encode: (text: string) => string): Demand[] {
  const demands: Demand[] = [];
  if (type) demands.push({ holds: TYPES[type], expected: WORDS[type] });
  if (values) {
    const allowed = new Set(values.map((value) => (typeof value === 'string' ? encode(value) : value)));
    demands.push({ holds: (value) => allowed.has(value as string), expected: `one of ${values.length} values` });
  }
  // One that was kept before it had to be known here asks for nothing; the source's settings tell of it.
  if (pattern !== undefined && !patternProblem(pattern))
    demands.push({ holds: matching(pattern, encode !== same), expected: 'the pattern' });
  return demands;
}

const BEYOND_ASCII = /[^\0-\x7f]/;

function matching(pattern: string, isGlance: boolean): Demand['holds'] {
  const matches = compilePattern(`^(?:${pattern})$`);
  return (value) =>
    typeof value === 'string' &&
    value.length <= POLICY_LIMITS.patternText &&
    !(isGlance && BEYOND_ASCII.test(value)) &&
    matches(value);
}

/** A whole number beyond 2^53 has been read as its digits; see `readJson`. */
const isExactInteger = (value: unknown): boolean =>
  typeof value === 'string' && /^-?\d{16,}$/.test(value) && !Number.isSafeInteger(Number(value));

const TYPES: Record<PropertyType, Demand['holds']> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' || isExactInteger(value),
  integer: (value) => Number.isInteger(value) || isExactInteger(value),
  boolean: (value) => typeof value === 'boolean',
  instant: (value) => readInstant(value) !== undefined,
  list: Array.isArray,
  object: isJsonObject,
};

const WORDS: Record<PropertyType, string> = {
  text: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  instant: 'an ISO 8601 time',
  list: 'a list',
  object: 'an object',
};

/** What a value is, without saying it. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') return `text of ${value.length}`;
  if (value === null) return 'null';
  return Array.isArray(value) ? `list of ${value.length}` : typeof value;
}

/** The words for a client's developer. */
export function findingText({ code, event, path, found, expected }: PlanFinding): string {
  if (code === 'PLAN_EVENT_UNKNOWN') return `${event} is not in the tracking plan`;
  if (code === 'PLAN_PROPERTY_MISSING') return `${event}: ${path} is missing`;
  if (code === 'PLAN_PROPERTY_UNKNOWN') return `${event}: ${path} is not in the tracking plan`;
  return `${event}: ${path} must be ${expected} (was ${found})`;
}
