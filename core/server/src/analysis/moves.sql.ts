import type { LifecycleDefinition } from '@perennial/contract';
import { COUNTS, LIVING_PROFILE } from '../warehouse/index.js';

/** Every place that a lifecycle ever had, in all its versions, with the number of its stage; stages are reckoned with by number. */
export interface Places {
  /** Stages by number; the first is that of nowhere. */
  names: string[];
  /** `loyal`, `loyal/rare_large`. */
  places: string[];
  numbers: number[];
}

export function placesOf(versions: readonly LifecycleDefinition[]): Places {
  const names = ['', ...new Set(versions.flatMap(({ stages }) => stages.map(({ key }) => key)))];
  const places = [
    ...new Set(
      versions.flatMap(({ stages }) =>
        stages.flatMap(({ key, subStages = [] }) => [key, ...subStages.map((sub) => `${key}/${sub.key}`)]),
      ),
    ),
  ];
  return { names, places, numbers: places.map((place) => names.indexOf(place.split('/')[0]!)) };
}

const numberOf = (place: string): string =>
  `toInt32(transform(${place}, {places:Array(String)}, {numbers:Array(UInt16)}, 0))`;

/**
 * Moves of today's people in the lifecycle `key`, from stage to stage (`f`, `t`, as `Places` numbers them): without moves
 * between sub-stages, and what happened within one instant as one move, from where it began to where it ended. Of people
 * who were merged the way of the number that was kept counts: the other's ended where it went over into her.
 *
 * The moves of an instant lie in no order, but each begins where another ended: so the sum of the differences of their ends
 * is that of the whole, and so is the sum of the differences of the squares; the two give the ends. Lists of texts for
 * every instant, which is the plain way, take a multiple of the time; see docs/benchmarks.md.
 */
export const stageMoves = (when = '1'): string => `(
  SELECT profile, at, toInt32(intDiv(intDiv(squares, ends) + ends, 2)) AS f, toInt32(intDiv(intDiv(squares, ends) - ends, 2)) AS t
  FROM (SELECT profile, at, sum(a - b) AS ends, sum(a * a - b * b) AS squares FROM (
      SELECT profile, at, ${numberOf('from_stage')} AS a, ${numberOf('to_stage')} AS b FROM moves
      WHERE lifecycle = {key:String} AND ${COUNTS} AND ${LIVING_PROFILE} = profile AND ${when}
    ) WHERE a != b GROUP BY profile, at HAVING ends != 0))`;

/** What happened from the instant of the parameter `from` on. */
export const SINCE = "moves.at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')";

/** The name of a stage by its number. */
export const nameOf = (number: string): string => `{names:Array(String)}[${number} + 1]`;
