import { POLICY_LIMITS, type PlanEvent, type PlanProperty, type PropertyType } from '@perennial/contract';
import { isImpersonal } from '../../identity/index.js';

/** How often a property came with one kind of value, of the events that were looked at. */
export interface SeenProperty {
  name: string;
  key: string;
  kind: 'null' | Exclude<PropertyType, 'instant'>;
  n: number;
  different: number;
  instants: number;
  /** How many people the value has that the fewest have. */
  fewestPeople: number;
  /** As JSON; some of them where there are many. */
  values: string[];
}

/** Fewer events prove neither that something always comes nor that nothing else does. */
const ENOUGH = 20;
/** A value of fewer people says who they are. */
const ENOUGH_PEOPLE = 5;
const MOST_VALUES = 12;
const TIMES_EACH = 5;
const LONGEST_VALUE = 40;

/** What the platform itself writes into properties; a client need not send it. */
const OURS = /^\$/;
const NAMEABLE = /^[^.\s]{1,128}$/;

/** Events by name and how many of each were looked at; what all of them had is demanded, what came is described. */
export function proposePlan(looked: ReadonlyMap<string, number>, seen: SeenProperty[]): PlanEvent[] {
  const byName = grouped(seen, ({ name }) => name);
  return [...looked].map(([name, total]) => ({
    name,
    properties: [...grouped(byName.get(name) ?? [], ({ key }) => key)]
      .filter(([key]) => NAMEABLE.test(key) && !OURS.test(key))
      .slice(0, POLICY_LIMITS.planProperties)
      .map(([key, kinds]) => proposeProperty(key, kinds, total)),
  }));
}

function proposeProperty(path: string, seen: SeenProperty[], total: number): PlanProperty {
  const kinds = seen.filter(({ kind }) => kind !== 'null');
  const came = kinds.reduce((sum, { n }) => sum + n, 0);
  const type = typeOf(kinds);
  const values = kinds.length === 1 ? valuesOf(path, kinds[0]!) : undefined;
  return {
    path,
    ...(type && { type }),
    ...(total >= ENOUGH && came >= total && { isRequired: true }),
    ...(values && { values }),
  };
}

function typeOf(kinds: SeenProperty[]): PropertyType | undefined {
  const names = new Set(kinds.map(({ kind }) => kind));
  if (names.size === 2 && names.has('integer') && names.has('number')) return 'number';
  const only = kinds[0];
  if (kinds.length !== 1 || !only || only.kind === 'null') return undefined;
  return only.kind === 'text' && only.instants === only.n ? 'instant' : only.kind;
}

/** Only what looks like a list of choices, and like nobody's name or number. */
function valuesOf(
  path: string,
  { kind, n, different, instants, values, fewestPeople }: SeenProperty,
): string[] | undefined {
  if (fewestPeople < ENOUGH_PEOPLE) return undefined;
  if (kind !== 'text' || instants > 0 || different > MOST_VALUES || n < different * TIMES_EACH || n < ENOUGH)
    return undefined;
  const texts = values.map((value) => JSON.parse(value) as string).toSorted();
  const isChoice = (text: string) =>
    text.length > 0 && text.length <= LONGEST_VALUE && isImpersonal(path, text) && !/\d{5,}/.test(text);
  return texts.every(isChoice) ? texts : undefined;
}

function grouped<T>(items: T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
