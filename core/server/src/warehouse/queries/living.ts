/**
 * Today's profile of a row's `profile`: rows keep the profile they arrived with, merges are followed here (+25 % on an
 * aggregate over 10M events). Group by this, never by the bare column.
 */
export const LIVING_PROFILE = "dictGetOrDefault('alias', 'dst', toUInt64(profile), profile)";

/**
 * A row that was not written anew under another number. A query makes this set once, when it begins, so that it sees the
 * rows of before a split or those of after it, never both or neither; a dictionary may change while a query runs.
 */
export const COUNTS = 'profile NOT IN (SELECT number FROM voided GROUP BY number HAVING argMax(is_void, revision) = 1)';

/** Makes merges of the appended `aliases` visible to `LIVING_PROFILE`. */
export const RELOAD_ALIASES = 'SYSTEM RELOAD DICTIONARY alias';

/** The newest snapshot of each profile that is neither merged nor erased. */
export const LIVING_PROFILES = '(SELECT * FROM profiles FINAL WHERE is_deleted = 0)';

/** History under today's people: what models and reports read, so that none of them forgets to follow merges. */
export const PERSON_EVENTS = `CREATE OR REPLACE VIEW person_events AS
SELECT * REPLACE (toUInt32(${LIVING_PROFILE}) AS profile) FROM events WHERE ${COUNTS}`;

/**
 * Moves between stages as they count: without those of versions that a restore took back, with those that the restored
 * version would have made meanwhile, and without shadows that are only kept in case.
 */
export const MOVES = `CREATE OR REPLACE VIEW moves AS
SELECT seq, profile, at, named AS lifecycle, from_stage, to_stage, reason FROM (
  SELECT seq, profile, at, lifecycle AS raw, if(startsWith(raw, '~'), extract(raw, '^~(.*)@[0-9]+$'), toString(raw)) AS named,
    from_stage, to_stage, reason FROM transitions)
WHERE (NOT startsWith(raw, '~') OR raw IN (SELECT shadow FROM unmade))
  AND NOT (named IN (SELECT lifecycle FROM unmade)
    AND (named, JSONExtractUInt(reason, 'definitionVersion')) IN (SELECT lifecycle, version FROM unmade))`;
