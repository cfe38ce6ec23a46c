import {
  AUDIENCE_LIMITS,
  CALENDAR_PERIODS,
  MEASURES,
  TAG_CATEGORIES,
  TAG_VALUE_TYPES,
  type Aggregate,
  type Window,
} from '@perennial/contract';
import { also, byField, byKey, list, named, number, object, oneOf, scalar, text, WRONG, type Shape } from './shape.js';

/** Ten years of days; a window that is longer is all time in all but name. */
const LONGEST = { day: AUDIENCE_LIMITS.windowDays, hour: 24 * 14, minute: 60 * 24 } as const;
/** Days are kept one by one for these, so that a profile stays bounded. */
const LONGEST_RUN_DAYS = 400;

const key = text({ min: 1, max: 128, pattern: /^[a-z0-9][a-z0-9_.-]*$/ });
const word = text({ min: 1, max: 256 });
const property = text({ min: 1, max: 128 });
export const titles = object({ zh: text({ min: 1 }), en: text({ min: 1 }) });
const days = number({ min: 0, max: LONGEST.day });
const op = (...ops: string[]) => oneOf(ops);

const plainTests: Record<string, Shape> = {
  ...one(['is', 'isNot'], { value: scalar }),
  ...one(['in', 'notIn'], { values: list(scalar, { min: 1, max: AUDIENCE_LIMITS.values }) }),
  ...one(['gt', 'gte', 'lt', 'lte'], { value: number() }),
  ...one(['contains'], { value: text({ min: 1 }) }),
  ...one(['exists', 'missing'], {}),
};
const ageTests = one(['within', 'olderThan'], { days });

function one(ops: string[], rest: Record<string, Shape>): Record<string, Shape> {
  return Object.fromEntries(ops.map((name) => [name, object({ op: op(name), ...rest })]));
}

export const test = byField('op', { ...plainTests, ...ageTests });
const propertyTest = byField('op', plainTests);

const eventTest: Shape = named('EventTest', () =>
  byKey({
    all: object({ all: list(eventTest, { min: 1 }) }),
    any: object({ any: list(eventTest, { min: 1 }) }),
    not: object({ not: eventTest }),
    property: object({ property, test: propertyTest }),
  }),
);

export const eventFilter = named('EventFilter', () =>
  object({ names: list(word, { min: 1, max: 100 }) }, { where: list(eventTest) }),
);

export const window = named('Window', () =>
  byKey({
    last: also(
      object(
        { last: number({ min: 1, max: LONGEST.day, isWhole: true }), unit: oneOf(Object.keys(LONGEST)) },
        { skip: number({ min: 0, max: LONGEST.day, isWhole: true }) },
      ),
      (value: Extract<Window, { last: number }>, path, report) => {
        const longest = LONGEST[value.unit];
        if (value.last + (value.skip ?? 0) > longest)
          report(path, 'WINDOW_TOO_LONG', {
            zh: `按此单位最长 ${longest}`,
            en: `reaches back further than ${longest} ${value.unit}s`,
          });
      },
    ),
    this: object({ this: oneOf(CALENDAR_PERIODS) }),
  }),
);

const MEASURED = ['sum', 'average', 'min', 'max', 'first', 'last', 'distinct', 'top', 'scores'];

export const aggregate = named('Aggregate', () =>
  also(
    object(
      { kind: op('aggregate'), event: eventFilter, measure: oneOf(MEASURES) },
      { property, window, limit: number({ min: 1, max: 50, isWhole: true }), weight: property },
    ),
    checkAggregate,
  ),
);

function checkAggregate(value: Aggregate, path: string, report: Parameters<Shape['check']>[2]): void {
  const { measure, property: measured, window: when, limit, weight } = value;
  if (MEASURED.includes(measure) !== (measured !== undefined))
    report(
      `${path}.property`,
      WRONG,
      measured === undefined
        ? { zh: '请选择要统计的属性', en: 'must name the property that is measured' }
        : { zh: '此统计方式不需要属性', en: 'is not used by this measure' },
    );
  if ((limit ?? weight) !== undefined && measure !== 'top' && measure !== 'scores')
    report(path, WRONG, { zh: '只有排行可以设数量与权重', en: 'limit and weight belong to top and scores' });
  if (measure === 'days' || measure === 'streak') checkRun(when, path, report);
}

function checkRun(when: Window | undefined, path: string, report: Parameters<Shape['check']>[2]): void {
  const isShort = when && ('this' in when || (when.unit === 'day' && when.last + (when.skip ?? 0) <= LONGEST_RUN_DAYS));
  if (!isShort)
    report(`${path}.window`, WRONG, {
      zh: `按天统计需要不超过 ${LONGEST_RUN_DAYS} 天的时间窗`,
      en: `needs a window of at most ${LONGEST_RUN_DAYS} days`,
    });
}

export const condition: Shape = named('Condition', () =>
  byKey({
    all: object({ all: list(condition, { min: 1 }) }),
    any: object({ any: list(condition, { min: 1 }) }),
    not: object({ not: condition }),
    tag: object({ tag: word, test }),
    trait: object({ trait: word, test }),
    stage: object({ stage: word, test }),
    behaviour: object({ behaviour: aggregate, test }),
  }),
);

const formula: Shape = named('Formula', () =>
  byKey({
    tag: object({ tag: word }),
    trait: object({ trait: word }),
    number: object({ number: number() }),
    aggregate: object({ aggregate }),
    op: object({
      op: oneOf(['add', 'subtract', 'multiply', 'divide', 'min', 'max', 'coalesce']),
      of: list(formula, { min: 1, max: 20 }),
    }),
  }),
);

const computation = byField('kind', {
  aggregate,
  daysSince: object({ kind: op('daysSince'), event: eventFilter, cap: number({ min: 1, max: 3_650, isWhole: true }) }),
  recency: object(
    {
      kind: op('recency'),
      event: eventFilter,
      bands: list(object({ withinDays: days, value: scalar }), { min: 1, max: 50 }),
    },
    { otherwise: scalar },
  ),
  tiers: object(
    { kind: op('tiers'), tiers: list(object({ when: condition, value: scalar }), { min: 1, max: 200 }) },
    { otherwise: scalar },
  ),
  trait: object({ kind: op('trait'), trait: word }),
  formula: object({ kind: op('formula'), formula }, { decimals: number({ min: 0, max: 6, isWhole: true }) }),
  model: object({ kind: op('model'), model: word }),
  manual: object({ kind: op('manual') }),
});

/** A tag definition as it is stored and published. */
export const tagDefinition = object(
  {
    key,
    title: titles,
    category: oneOf(TAG_CATEGORIES),
    valueType: oneOf(TAG_VALUE_TYPES),
    computation,
    scenario: titles,
    owner: text({ min: 1, max: 128 }),
    onUnmatched: oneOf(['empty', 'keep']),
    version: number({ min: 1, max: 1e9, isWhole: true }),
  },
  {
    values: list(object({ value: scalar, title: titles }), { min: 1, max: 500 }),
    industries: list(text({ min: 1, max: 64 }), { max: 20 }),
  },
);

const sequence = object(
  { steps: list(eventFilter, { min: 2, max: 6 }), withinHours: number({ min: 0.01, max: 24 * 366 }) },
  { without: eventFilter, window },
);
const moved = object({ lifecycle: word }, { from: word, to: word, window });
const tagAndCount = object({ tag: word, count: number({ min: 1, max: 1e9, isWhole: true }) });

/** An audience's rule. */
export const rule: Shape = named('Rule', () =>
  byKey({
    all: object({ all: list(rule, { min: 1 }) }),
    any: object({ any: list(rule, { min: 1 }) }),
    not: object({ not: rule }),
    tag: object({ tag: word, test }),
    trait: object({ trait: word, test }),
    stage: object({ stage: word, test }),
    since: object({ since: word, test }),
    behaviour: object({ behaviour: aggregate, test }),
    sequence: object({ sequence }),
    moved: object({ moved }),
    reachable: object({ reachable: word }),
    consent: object({ consent: text({ min: 1, max: 64, pattern: /^[a-z0-9_]+$/ }) }),
    audience: object({ audience: word }),
    percent: object({ percent: number({ min: 0, max: 100 }) }, { salt: text({ max: 64 }) }),
    top: object({ top: tagAndCount }),
  }),
);

export const audienceDefinition = object(
  {
    key,
    title: titles,
    scenario: titles,
    kind: oneOf(['dynamic', 'static']),
    rule,
    everyMinutes: number({ min: 5, max: 60 * 24 * 7, isWhole: true }),
  },
  { owner: text({ max: 128 }), version: number({ min: 1, max: 1e9, isWhole: true }) },
);

const outcome = object({ to: list(key, { min: 1, max: 30 }), as: oneOf(['share', 'days']) });
const playbook = object({
  goal: titles,
  actions: list(titles, { max: 20 }),
  indicators: list(object({ title: titles }, { tag: word, outcome }), { max: 20 }),
});
const guard = object({ key, veto: condition, message: titles });
const stage = object(
  { key, title: titles },
  {
    when: condition,
    stay: condition,
    guards: list(guard, { max: 20 }),
    subStages: list(object({ key, title: titles, when: condition }), { max: 20 }),
    minimumStayDays: days,
    coolDownDays: days,
    reEntry: oneOf(['always', 'never']),
    next: list(key, { max: 30 }),
    playbook,
  },
);

/** A lifecycle as it is stored and published. */
export const lifecycleDefinition = object(
  {
    key,
    title: titles,
    stages: list(stage, { min: 2, max: 30 }),
    initial: key,
    version: number({ min: 1, max: 1e9, isWhole: true }),
  },
  { industry: text({ max: 64 }), explanation: object({ zh: text({ max: 2_000 }), en: text({ max: 2_000 }) }) },
);
