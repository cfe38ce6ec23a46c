import { PlatformError } from '@perennial/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from './database/index.js';
import { sentenceOf } from './start.sentence.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** Sooner than a call gives up by itself, so that who looks on knows what core waits for. */
const PATIENT_MS = 10_000;

interface DriverFacts {
  code?: string;
  errno?: number;
  errcode?: number;
  driverError?: DriverFacts;
}

const UNREACHED = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNREFUSED', 'ETIMEDOUT']);
/** No right on the database, wrong user or password, no such database, host not allowed: mysql2 calls them fatal too. */
const WRONG_ERRNO = new Set([1044, 1045, 1049, 1130, 1251, 1698]);
/** ClickHouse: unknown user, wrong password, required password, authentication failed. */
const WRONG_CLICKHOUSE = new Set([192, 193, 194, 516]);

/** Whether a store that is not to be had now may be there in a while; what the operator must mend is told at once. */
export function isPassing(error: unknown): boolean {
  if (error instanceof PlatformError)
    return error.isRetryable && !WRONG_CLICKHOUSE.has(error.details['code'] as number);
  const outer = (error ?? {}) as DriverFacts;
  const { code, errno, errcode } = outer.driverError ?? outer;
  // SQLite's file lies here: locked, full or unreadable, the operator must look.
  if (WRONG_ERRNO.has(errno ?? 0) || errcode !== undefined) return false;
  return UNREACHED.has(code ?? '') || isUnavailable(error);
}

export interface Waiting {
  /** What is waited for, while nobody has said more. */
  sentence: string;
  tell: (sentence: string) => void;
}

/** Repeats until it succeeds or fails for good, with growing pauses; each new reason to wait is told once. */
export async function patiently<T>(work: () => Promise<T>, { sentence, tell }: Waiting): Promise<T> {
  let told: string | undefined;
  const tellOnce = (reason: string) => {
    if (reason !== told) tell((told = reason));
  };
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    const timer = setTimeout(() => told ?? tellOnce(sentence), PATIENT_MS);
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error)) throw error;
      tellOnce(sentenceOf(error).split('\n', 1)[0]!);
    } finally {
      clearTimeout(timer);
    }
    await sleep(pause);
  }
}
