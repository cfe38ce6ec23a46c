import { setTimeout as sleep } from 'node:timers/promises';
import { DATABASE } from './database.errors.js';

interface DriverError {
  code?: string | number;
  errno?: number;
  errcode?: number;
  fatal?: boolean;
  driverError?: DriverError;
}

const driverFacts = (error: unknown): DriverError => {
  const outer = (error ?? {}) as DriverError;
  return outer.driverError ?? outer;
};

const has = <T>(set: ReadonlySet<T>, value: T | undefined): boolean => value !== undefined && set.has(value);

/** SQLite's extended codes carry the plain one in their low byte: 517, a snapshot that went stale, is BUSY too. */
const plainCode = ({ errcode }: DriverError): number | undefined =>
  errcode === undefined ? undefined : errcode & 0xff;

const DUPLICATE_ERRNO = 1062;
const TOO_LONG_ERRNO = 1406;
const SQLITE_DUPLICATE = new Set([2067, 1555]);

/** Deadlock, lock wait, row changed since it was read (MariaDB 11.6 on), group replication, TiDB's write conflicts. */
const LOCK_ERRNO = new Set([1213, 1205, 1020, 3101, 9007, 8028]);
/** BUSY and LOCKED. */
const SQLITE_LOCK = new Set([5, 6]);

/**
 * Shutting down, too many connections (three limits), connection killed, disk or table full, read-only after a
 * failover (two kinds), Galera node not ready, TiDB's timeouts and missing regions.
 */
const GONE_ERRNO = new Set([1053, 1040, 1203, 1226, 1927, 1021, 1114, 1290, 1836, 1047, 9001, 9002, 9003, 9005]);
/** READONLY, IOERR, FULL, CANTOPEN. */
const SQLITE_GONE = new Set([8, 10, 13, 14]);
const GONE_CODE = new Set<string | number>([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  DATABASE.CONNECTION_HELD,
]);

/** A text is longer than its column. What people write is bounded where it comes in; this is for what slips through. */
export const isTooLong = (error: unknown): boolean => driverFacts(error).errno === TOO_LONG_ERRNO;

export function isDuplicateKey(error: unknown): boolean {
  const { errno, errcode } = driverFacts(error);
  return errno === DUPLICATE_ERRNO || has(SQLITE_DUPLICATE, errcode);
}

function isLocked(facts: DriverError): boolean {
  return has(LOCK_ERRNO, facts.errno) || has(SQLITE_LOCK, plainCode(facts));
}

/** The same work may well succeed when it is run again at once; MySQL tells so of an insert that another one won. */
export function isConflict(error: unknown): boolean {
  const facts = driverFacts(error);
  return isLocked(facts) || facts.errno === DUPLICATE_ERRNO;
}

/**
 * The database cannot take the work now, whatever the work is; the caller keeps it and tries later. mysql2 marks with
 * `fatal` what ends a connection, and gives no code at all for a statement on one that has ended.
 */
export function isUnavailable(error: unknown): boolean {
  const facts = driverFacts(error);
  return (
    facts.fatal === true ||
    isLocked(facts) ||
    has(GONE_ERRNO, facts.errno) ||
    has(SQLITE_GONE, plainCode(facts)) ||
    has(GONE_CODE, facts.code)
  );
}

/** Runs a whole transaction again after a conflict, with a growing random pause. */
export async function retrying<T>(work: () => Promise<T>, attempts = 8): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || !isConflict(error)) throw error;
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}
