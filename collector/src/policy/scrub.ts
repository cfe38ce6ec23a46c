import {
  cut,
  hashText,
  isCardNumber,
  isJsonObject,
  replacement,
  scrubText,
  type Digest,
  type Json,
  type JsonObject,
  type ScrubAction,
  type ScrubRule,
  type TextRule,
} from '@perennial/contract';

/** Takes out of a body what its source's rules name, in place; gives how many values went. */
export type Scrub = (body: JsonObject, isBatch: boolean) => number;

type PathRule = Extract<ScrubRule, { path: string }>;
type PatternRule = Extract<ScrubRule, { pattern: string }>;

/** Deeper values go whole: no check of ours looks further, and the stack must hold. */
const DEEPEST = 40;

export function compileScrub(rules: ScrubRule[], digest: Digest): Scrub | undefined {
  if (rules.length === 0) return undefined;
  const paths = rules.filter((rule): rule is PathRule => 'path' in rule).map((rule) => pathScrub(rule, digest));
  const patterns = patternScrub(
    rules.filter((rule): rule is PatternRule => 'pattern' in rule),
    digest,
  );
  return (body, isBatch) => {
    let values = 0;
    const items = isBatch && Array.isArray(body['batch']) ? body['batch'] : [];
    for (const item of isBatch ? [body, ...items] : [body])
      if (isJsonObject(item)) for (const scrub of paths) values += scrub(item);
    return values + patterns(body, isBatch);
  };
}

/** Where identity looks for who it is. Masked values would be one and the same for many people, so they become hashes. */
const IDENTITY_PLACES = new Set(
  ['userId', 'anonymousId', 'previousId', 'context.device.id', 'context.externalIds.id'].concat(
    ['traits', 'context.traits'].flatMap((set) => ['phone', 'mobile', 'email'].map((trait) => `${set}.${trait}`)),
  ),
);

function pathScrub({ path, action }: PathRule, digest: Digest): (item: JsonObject) => number {
  const steps = path.split('.');
  const last = steps.pop()!;
  const act = actionAt(IDENTITY_PLACES.has(path), action);
  const at = (value: unknown, step: number, depth = 0): number => {
    if (depth > DEEPEST) return 0;
    if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + at(item, step, depth + 1), 0);
    if (!isJsonObject(value)) return 0;
    const name = step < steps.length ? steps[step]! : last;
    if (!Object.hasOwn(value, name) || value[name] === null) return 0;
    if (step < steps.length) return at(value[name], step + 1, depth + 1);
    if (act === 'drop') delete value[name];
    else value[name] = act === 'hash' ? hashText(digest, plainOf(value[name]!)) : maskWhole(value[name]!);
    return 1;
  };
  return (item) => at(item, 0);
}

const actionAt = (isIdentity: boolean, action: ScrubAction): ScrubAction =>
  isIdentity && action === 'mask' ? 'hash' : action;

const plainOf = (value: Json): string => (typeof value === 'string' ? value : flat(value, DEEPEST));

/** As JSON, but for the depth: hostile nesting must not end the process. */
function flat(value: Json, depth: number): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth === 0) return '';
  return Object.entries(value)
    .map(([key, part]) => `${key}:${flat(part, depth - 1)}`)
    .join(',');
}

/** The first character and no length: enough to see that something was there. */
const maskWhole = (value: Json): string =>
  typeof value === 'string' && value.length > 2 ? `${cut(value, 1)}***` : '***';

interface Walk {
  values: number;
}

function patternScrub(rules: PatternRule[], digest: Digest): (body: JsonObject, isBatch: boolean) => number {
  const forIdentity = rules.filter(({ includesIdentifiers }) => includesIdentifiers);
  const hashing = forIdentity.map(({ pattern, action }) => ({ pattern, action: actionAt(true, action) }));
  const messages = rules.map(({ pattern }): TextRule => ({ pattern, action: 'hash' }));
  const rulesAt = (place: string): TextRule[] => {
    if (IDENTITY_PLACES.has(place)) return hashing;
    return place === 'messageId' ? messages : rules;
  };
  return (body, isBatch) => {
    const walk: Walk = { values: 0 };
    const visit = (value: Json, place: string, depth: number): Json => {
      if (typeof value === 'string') return told(walk, value, scrubText(value, rulesAt(place), digest));
      if (typeof value === 'number') return told(walk, value, scrubNumber(value, rulesAt(place), digest));
      if (typeof value !== 'object' || value === null) return value;
      if (depth > DEEPEST) return told(walk, value, null);
      if (Array.isArray(value)) return visitList(value, (item) => visit(item, place, depth + 1));
      return visitObject(value, rules, digest, walk, (part, key) =>
        visit(part, placeOf(place, key, isBatch), depth + 1),
      );
    };
    visit(body, '', 0);
    return walk.values;
  };
}

/** The place within an item; those of a batch stand under no name of their own. */
const placeOf = (place: string, key: string, isBatch: boolean): string => {
  if (place === '') return isBatch && key === 'batch' ? '' : key;
  return `${place}.${key}`;
};

function told(walk: Walk, before: Json, after: Json): Json {
  if (after !== before) walk.values += 1;
  return after;
}

function visitList(list: Json[], visit: (item: Json) => Json): Json[] {
  for (let i = 0; i < list.length; i++) list[i] = visit(list[i]!);
  return list;
}

/** People put numbers where names belong: `{ "13912345678": true }`. */
function visitObject(
  object: JsonObject,
  rules: TextRule[],
  digest: Digest,
  walk: Walk,
  visit: (part: Json, key: string) => Json,
): JsonObject {
  for (const key of Object.keys(object)) {
    const clean = scrubText(key, rules, digest);
    const value = visit(object[key]!, key);
    if (clean !== key) {
      walk.values += 1;
      delete object[key];
    }
    set(object, clean, value);
  }
  return object;
}

/** A client may send a member named `__proto__`. */
function set(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** Numbers of more than 15 digits came rounded: their last digits say nothing, so no checksum is asked of them. */
function scrubNumber(value: number, rules: TextRule[], digest: Digest): Json {
  if (!Number.isInteger(value) || value < 1e10 || value > 1e20) return value;
  const text = String(value);
  const card = rules.find(({ pattern }) => pattern === 'bank_card');
  if (card && !Number.isSafeInteger(value) && isCardNumber(text))
    return replacement('bank_card', text, card.action, digest);
  const clean = scrubText(text, rules, digest);
  return clean === text ? value : clean;
}
