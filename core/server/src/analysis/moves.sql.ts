import { COUNTS, LIVING_PROFILE } from '../warehouse/index.js';

/** The stage of a place that may have a sub-stage. */
export const stageOf = (place: string): string => `splitByChar('/', ${place})[1]`;

/**
 * Moves of today's people in the lifecycle `key`. Of people who were merged the way of the number that was kept counts: the
 * other's ended where it went over into her.
 */
export const MOVES = `(SELECT profile, at, seq, from_stage, to_stage FROM transitions
  WHERE lifecycle = {key:String} AND ${COUNTS} AND ${LIVING_PROFILE} = profile)`;

/** The same from stage to stage, without moves between sub-stages. */
export const STAGE_MOVES = `(SELECT profile, at, seq, ${stageOf('from_stage')} AS from, ${stageOf('to_stage')} AS to FROM ${MOVES} WHERE from != to)`;
