import { COUNTS, LIVING_PROFILE } from '../warehouse/index.js';

/** The stage of a place that may have a sub-stage. */
export const stageOf = (place: string): string => `splitByChar('/', ${place})[1]`;

/**
 * Moves of today's people in the lifecycle `key`. Of people who were merged the way of the number that was kept counts: the
 * other's ended where it went over into her.
 */
export const MOVES = `(SELECT profile, at, seq, from_stage, to_stage FROM transitions
  WHERE lifecycle = {key:String} AND ${COUNTS} AND ${LIVING_PROFILE} = profile)`;

/**
 * The same from stage to stage: without moves between sub-stages, and what happened within one instant as one move, from
 * where it began to where it ended.
 */
export const STAGE_MOVES = `(SELECT profile, at, seq, arrayFilter(one -> NOT has(tos, one), froms)[1] AS from, arrayFilter(one -> NOT has(froms, one), tos)[1] AS to
  FROM (SELECT profile, at, max(moves.seq) AS seq, groupArray(${stageOf('from_stage')}) AS froms, groupArray(${stageOf('to_stage')}) AS tos
    FROM ${MOVES} AS moves WHERE ${stageOf('from_stage')} != ${stageOf('to_stage')} GROUP BY profile, at)
  WHERE to != '')`;
