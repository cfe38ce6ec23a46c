import { COUNTS, LIVING_PROFILE } from '../warehouse/index.js';

/** The stage of a place that may have a sub-stage. */
export const stageOf = (place: string): string => `splitByChar('/', ${place})[1]`;

/** Every stage that the lifecycle `key` ever had, and first the one of nowhere; stages are reckoned with by their place here. */
const NAMES = `(SELECT arraySort(groupUniqArrayArray(['', ${stageOf('from_stage')}, ${stageOf('to_stage')}])) FROM transitions
  WHERE lifecycle = {key:String})`;

/**
 * Moves of today's people in the lifecycle `key`, from stage to stage: without moves between sub-stages, and what happened
 * within one instant as one move, from where it began to where it ended. Of people who were merged the way of the number
 * that was kept counts: the other's ended where it went over into her.
 *
 * The moves of an instant lie in no order, but each begins where another ended: so the sum of the differences of their ends
 * is that of the whole, and so is the sum of the differences of the squares; the two give the ends. Sums of numbers in the
 * order of the table need neither lists of texts nor a table of everybody, which made it five times as slow.
 */
export const stageMoves = (since?: string): string => `(WITH ${NAMES} AS names
  SELECT profile, at, seq, names[intDiv(intDiv(squares, ends) + ends, 2)] AS from, names[intDiv(intDiv(squares, ends) - ends, 2)] AS to
  FROM (SELECT profile, at, max(moves.seq) AS seq, sum(f - t) AS ends, sum(f * f - t * t) AS squares FROM (
      SELECT profile, at, seq, toInt32(indexOf(names, ${stageOf('from_stage')})) AS f, toInt32(indexOf(names, ${stageOf('to_stage')})) AS t
      FROM transitions WHERE lifecycle = {key:String} AND ${COUNTS} AND ${LIVING_PROFILE} = profile${since ? ` AND ${since}` : ''}
    ) AS moves WHERE f != t GROUP BY profile, at HAVING ends != 0))`;

/** What happened from the instant of the parameter `from` on. */
export const SINCE = "transitions.at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')";
