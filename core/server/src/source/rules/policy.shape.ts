import {
  BOT_POLICIES,
  isOriginPattern,
  patternProblem,
  PERSONAL_ACTIONS,
  PERSONAL_IDS,
  PLAN_MODES,
  POLICY_LIMITS,
  PROPERTY_TYPES,
  SCRUB_ACTIONS,
  SCRUB_PATTERNS,
  type DefinitionProblem,
  type RateLimit,
  type TrackingPlan,
} from '@perennial/contract';
import {
  also,
  byKey,
  list,
  nothingOr,
  number,
  object,
  oneOf,
  problemsOf,
  scalar,
  text,
  truth,
  WRONG,
  type Shape,
} from '../../definition/shape.js';

const say = (zh: string, en: string) => ({ zh, en });

/** Steps of names, none of which could lead to what objects inherit. */
const PATH = new RegExp(`^(?:[^.\\s]+)(?:\\.[^.\\s]+){0,${POLICY_LIMITS.pathDepth - 1}}$`);
const path = text({ min: 1, max: 128, pattern: PATH });
const SCRUBBED = /^(?:userId|anonymousId|previousId|groupId|(?:properties|traits|context)\.[^.\s]+(?:\.[^.\s]+){0,6})$/;

const origin = also(text({ min: 1 }), (value: string, at, report) => {
  if (!isOriginPattern(value))
    report(
      at,
      WRONG,
      say(
        '应形如 https://shop.example.com 或 https://*.example.com',
        'must be like https://shop.example.com or https://*.example.com',
      ),
    );
});

const rate = also(
  object({ events: number({ min: 1, max: 1e6 }), burst: number({ min: 1, max: 1e7 }) }),
  ({ events, burst }: RateLimit, at, report) => {
    if (burst < events) report(`${at}.burst`, WRONG, say('不能小于每秒事件数', 'must be at least the events a second'));
  },
);

const pattern = also(text({ min: 1, max: POLICY_LIMITS.patternLength }), (source: string, at, report) => {
  const problem = patternProblem(source);
  if (problem) report(at, WRONG, problem);
});

const property = object(
  { path },
  {
    type: oneOf(PROPERTY_TYPES),
    isRequired: truth,
    values: list(scalar, { min: 1, max: POLICY_LIMITS.planValues }),
    pattern,
  },
);

const event = object(
  { name: text({ min: 1, max: 255 }), properties: list(property, { max: POLICY_LIMITS.planProperties }) },
  { note: text({ max: 500 }), isClosed: truth },
);

const plan = also(
  object({ mode: oneOf(PLAN_MODES), events: list(event, { max: POLICY_LIMITS.planEvents }) }),
  ({ events }: TrackingPlan, at, report) => {
    for (const name of repeated(events.map((planned) => planned.name)))
      report(`${at}.events`, WRONG, say(`事件“${name}”出现了两次`, `the event "${name}" stands twice`));
    events.forEach(({ properties }, i) => {
      for (const twice of repeated(properties.map((planned) => planned.path)))
        report(`${at}.events.${i}`, WRONG, say(`属性“${twice}”出现了两次`, `the property "${twice}" stands twice`));
    });
  },
);

const repeated = (names: string[]): string[] => names.filter((name, i) => names.indexOf(name) !== i);

const action = oneOf(SCRUB_ACTIONS);
const scrub = byKey({
  path: object({ path: text({ min: 1, max: 128, pattern: SCRUBBED }), action }),
  pattern: object({ pattern: oneOf(SCRUB_PATTERNS), action }, { includesIdentifiers: truth }),
});

const acts = object({}, Object.fromEntries(SCRUB_PATTERNS.map((kind) => [kind, oneOf(PERSONAL_ACTIONS)])));
/** What is left out is safe. */
const personal = object({}, { acts, ids: oneOf(PERSONAL_IDS) });

export const policyShape: Shape = object(
  {
    origins: list(origin, { max: POLICY_LIMITS.origins }),
    rate: nothingOr(rate),
    bots: oneOf(BOT_POLICIES),
    isEnriched: truth,
    plan,
    scrub: list(scrub, { max: POLICY_LIMITS.scrubRules }),
  },
  { personal },
);

export const policyProblems = (policy: unknown): DefinitionProblem[] => problemsOf(policyShape, policy);
export const planProblems = (value: unknown): DefinitionProblem[] => problemsOf(plan, value, 'plan');
