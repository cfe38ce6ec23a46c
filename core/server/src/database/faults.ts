import { setTimeout as sleep } from 'node:timers/promises';

interface DriverError {
  code?: string | number;
  errno?: number;
  errcode?: number;
  driverError?: DriverError;
}

const driverFacts = (error: unknown): DriverError => {
  const outer = (error ?? {}) as DriverError;
  return outer.driverError ?? outer;
};

/** Deadlock, lock wait, write conflict (TiDB 9007, 8028), and an insert that another transaction won. */
const CONFLICT_ERRNO = new Set([1213, 1205, 9007, 8028, 1062]);
const SQLITE_BUSY = 5;
const SQLITE_DUPLICATE = new Set([2067, 1555]);
const GONE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'PROTOCOL_CONNECTION_LOST',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
]);

export function isDuplicateKey(error: unknown): boolean {
  const { errno, errcode } = driverFacts(error);
  return errno === 1062 || (errcode !== undefined && SQLITE_DUPLICATE.has(errcode));
}

/** The same work may well succeed when it is run again at once. */
export function isConflict(error: unknown): boolean {
  const { errno, errcode } = driverFacts(error);
  return (errno !== undefined && CONFLICT_ERRNO.has(errno)) || errcode === SQLITE_BUSY;
}

/** The database cannot be reached now; the caller keeps its work and tries later. */
export function isUnavailable(error: unknown): boolean {
  const { code } = driverFacts(error);
  return typeof code === 'string' && GONE.has(code);
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
