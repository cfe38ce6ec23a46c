import type { ExclusionRange, ExperimentDefinition, PageDefinitions } from '@perennial/contract';
import { BUCKETS } from './assign.js';

export type Sheet = Required<PageDefinitions>;

export const EMPTY: Sheet = { experiments: [], holdOuts: [], flags: [] };
/** Those of the contract; a spec holds them equal. */
export const LIMITS = { items: 200, variations: 20, keyLength: 64, bytes: 100_000 };

type Loose = Record<string, unknown>;

export const isKey = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= LIMITS.keyLength;
const isCount = (value: unknown, least = 0): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= BUCKETS;
const orNone = (value: unknown, check: (value: unknown) => boolean): boolean => value === undefined || check(value);
const isText = (value: unknown): boolean => typeof value === 'string';
export const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isListOf = (check: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(check);

const isAimed = ({ key, name, unit, salt, share, traits }: Loose): boolean =>
  isKey(key) &&
  orNone(name, isText) &&
  orNone(unit, (value) => value === 'anonymousId' || value === 'userId') &&
  orNone(salt, isText) &&
  orNone(share, isCount) &&
  orNone(traits, (value) => isObject(value) && Object.keys(value).every((trait) => Array.isArray(value[trait])));

const isRange = (value: unknown): boolean =>
  isObject(value) && isKey(value['group']) && isCount(value['from']) && isCount(value['to'], value['from'] + 1);

function isExperiment(value: Loose): boolean {
  const { variations, winner, exclusion } = value;
  if (!Array.isArray(variations) || variations.length > LIMITS.variations) return false;
  const keys: unknown[] = variations.map(
    (one) => isObject(one) && isKey(one['key']) && isCount(one['weight']) && one['key'],
  );
  const sum = variations.reduce<unknown>(
    (all, one: Loose | null) => (all as number) + (one && (one['weight'] as number))!,
    0,
  );
  return (
    keys.every((key, i) => key && keys.indexOf(key) === i) &&
    sum === BUCKETS &&
    orNone(winner, (key) => keys.includes(key)) &&
    orNone(exclusion, isRange)
  );
}

const overlaps = (a: ExclusionRange | undefined, b: ExclusionRange | undefined): boolean =>
  !!a && !!b && a.group === b.group && a.from < b.to && b.from < a.to;

/** Takes what is sound; each other entry costs itself alone and is told with its list and place. */
export function checkDefinitions(given: unknown, onProblem: (problem: Error) => void): Sheet {
  const pick = <T extends { key: string }>(list: keyof Sheet, isSound: (value: Loose, before: T[]) => boolean): T[] => {
    const entries = (isObject(given) && given[list]) || [];
    const sound: T[] = [];
    (Array.isArray(entries) ? entries : [entries]).forEach((entry: unknown, i) => {
      const isGood = isObject(entry) && isAimed(entry) && i < LIMITS.items && isSound(entry, sound);
      if (isGood && !sound.some(({ key }) => key === entry['key'])) sound.push(entry as unknown as T);
      else onProblem(new Error(`STATE_DEFINITION_INVALID: ${list}[${i}]`));
    });
    return sound;
  };
  if (!isObject(given)) onProblem(new Error('STATE_DEFINITIONS_INVALID'));
  return {
    experiments: pick<ExperimentDefinition>(
      'experiments',
      (entry, before) =>
        isExperiment(entry) &&
        !before.some(({ exclusion }) => overlaps(exclusion, entry['exclusion'] as ExclusionRange | undefined)),
    ),
    holdOuts: pick('holdOuts', ({ share, experiments }) => isCount(share) && orNone(experiments, isListOf(isKey))),
    flags: pick('flags', () => true),
  };
}
