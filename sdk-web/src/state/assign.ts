import type { Aimed, ExperimentDefinition, FlagDefinition, HoldOut, Json } from '@perennial/contract';
import type { Ids } from '../core/index.js';
import { murmur3 } from './murmur.js';

/** The contract's number of buckets; a spec holds the two equal, so that the page need not load the contract. */
export const BUCKETS = 10_000;

export interface Person extends Pick<Ids, 'userId'> {
  anonymousId?: string;
  traits: Record<string, unknown>;
}

export type Reason =
  'forced' | 'stopped' | 'sticky' | 'nobody' | 'traits' | 'hold-out' | 'exclusion' | 'share' | 'dealt';

export interface Decision {
  /** Absent: the page shows what it shows without the experiment. */
  variation?: string;
  reason: Reason;
  /** The hold-outs that the experiment lies in, and whether the person is held out by each. */
  holdOuts: { holdOut: HoldOut; isOut: boolean }[];
}

export interface Before {
  /** What an operator asked to see. */
  forced?: unknown;
  /** What the person was exposed to: salt and variation. */
  stuck?: unknown;
}

/** Where a person stands in one spreading. The kind keeps an experiment and a hold-out of one key from meaning the same people. */
export const bucketOf = (kind: 'experiment' | 'flag' | 'hold-out' | 'exclusion', salt: string, id: string): number =>
  murmur3(`${kind}:${salt}:${id}`) % BUCKETS;

export const saltOf = ({ salt, key }: { salt?: string; key: string }): string => salt || key;

const idOf = ({ unit }: { unit?: Aimed['unit'] }, person: Person): string | undefined =>
  person[unit || 'anonymousId'] || undefined;

function isAimedAt({ traits = {} }: Aimed, person: Person): boolean {
  return Object.keys(traits).every((key) => (traits[key] as unknown[]).includes(person.traits[key]));
}

/** Which variation a person sees, and why. The same person gets the same answer on every page, with no server asked. */
export function decide(definition: ExperimentDefinition, all: HoldOut[], person: Person, before: Before): Decision {
  const { key, variations, exclusion, winner } = definition;
  const has = (variation: unknown) => variations.some((one) => one.key === variation);
  const holdOuts = all
    .filter(({ experiments }) => !experiments || experiments.includes(key))
    .map((holdOut) => ({ holdOut, isOut: isHeldOut(holdOut, person) }));
  const say = (reason: Reason, variation?: string): Decision => ({
    reason,
    holdOuts: reason === 'dealt' || reason === 'sticky' || reason === 'hold-out' ? holdOuts : [],
    ...(variation !== undefined && { variation }),
  });
  if (has(before.forced)) return say('forced', before.forced as string);
  if (definition.isStopped) return say('stopped', winner);
  const id = idOf(definition, person);
  if (!id) return say('nobody');
  const [salt, stuck] = (before.stuck || []) as string[];
  if (definition.isSticky !== false && salt === saltOf(definition) && has(stuck)) return say('sticky', stuck);
  if (!isAimedAt(definition, person)) return say('traits');
  if (holdOuts.some(({ isOut }) => isOut)) return say('hold-out');
  if (exclusion && !isWithin(exclusion, id)) return say('exclusion');
  const dealt = deal(definition, id);
  return dealt === undefined ? say('share') : say('dealt', dealt);
}

function isHeldOut(holdOut: HoldOut, person: Person): boolean {
  const id = idOf(holdOut, person);
  return id !== undefined && bucketOf('hold-out', saltOf(holdOut), id) < holdOut.share;
}

function isWithin({ group, from, to }: NonNullable<ExperimentDefinition['exclusion']>, id: string): boolean {
  const bucket = bucketOf('exclusion', group, id);
  return bucket >= from && bucket < to;
}

/** Each variation fills its own stretch of buckets from the beginning: a larger share moves nobody from one to another. */
function deal(definition: ExperimentDefinition, id: string): string | undefined {
  const { share = BUCKETS, variations } = definition;
  let place = bucketOf('experiment', saltOf(definition), id);
  for (const { key, weight } of variations) {
    if (place < weight) return place < (weight * share) / BUCKETS ? key : undefined;
    place -= weight;
  }
  return undefined;
}

export function flagOf(definition: FlagDefinition, person: Person): Json {
  const { share = BUCKETS, on = true, off = false } = definition;
  const id = idOf(definition, person);
  const isIn = id && isAimedAt(definition, person) && bucketOf('flag', saltOf(definition), id) < share;
  return isIn ? on : off;
}
