import { ClickHouseError } from '@clickhouse/client';
import { cut, PlatformError } from '@perennial/contract';
import { WAREHOUSE } from './warehouse.errors.js';

/** Codes that speak of the statement alone: unknown function, column, type, table, setting, database; syntax; types. */
const ABOUT_SQL = new Set([42, 43, 46, 47, 50, 56, 60, 62, 81, 115, 184, 215, 386, 456]);
const TIMEOUTS = new Set([159, 160, 209]);
/** Memory, too many queries or parts, network between replicas, wrong credentials: time or the operator mends them. */
const PASSING = new Set([192, 193, 194, 202, 210, 225, 241, 242, 252, 319, 439, 516]);
/**
 * Codes that speak of the rows of an insert: texts, numbers, dates and JSON that cannot be parsed, are out of range or too
 * large, or fit no column. The same rows are refused however often they come; others are not.
 */
const ABOUT_ROWS = new Set([
  6, 25, 26, 27, 32, 33, 34, 38, 41, 53, 69, 70, 72, 117, 128, 130, 131, 321, 349, 376, 407, 469, 653,
]);
/** Codes by which a server says that it takes nothing from us, or not here: read-only, quota, rights. */
const ABOUT_OPERATOR = new Set([48, 164, 201, 497, 492, 499]);
const TEXT_LIMIT = 400;

const CONNECTION_LOST = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE']);
const NOT_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);

const errno = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? '';
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `lost`: it was sent and may have run. `unreached`: it was never sent. */
export function connectionFailure(error: unknown): 'lost' | 'unreached' | undefined {
  if (error instanceof ClickHouseError) return undefined;
  if (NOT_REACHED.has(errno(error))) return 'unreached';
  return CONNECTION_LOST.has(errno(error)) || /socket hang up|aborted/i.test(messageOf(error)) ? 'lost' : undefined;
}

const isClientTimeout = (error: unknown): boolean => /^timeout/i.test(messageOf(error));

function fromEngine({ code, type = 'UNKNOWN', message }: ClickHouseError): PlatformError {
  const number = Number(code);
  const details = { code: number, type };
  if (TIMEOUTS.has(number))
    return new PlatformError(WAREHOUSE.QUERY_TIMEOUT, 'The warehouse took too long', { kind: 'transient', details });
  // Other messages may quote values of people: only what speaks of the statement is passed on.
  const text = ABOUT_SQL.has(number) ? `: ${cut(message, TEXT_LIMIT)}` : '';
  const kind = PASSING.has(number) ? 'transient' : 'bug';
  return new PlatformError(WAREHOUSE.QUERY_FAILED, `ClickHouse answered ${number} ${type}${text}`, { kind, details });
}

/** Wraps what the client throws, once; the original is not kept as cause, because it may quote data. */
export function toPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  if (error instanceof ClickHouseError) return fromEngine(error);
  if (isClientTimeout(error))
    return new PlatformError(WAREHOUSE.QUERY_TIMEOUT, 'The warehouse did not answer in time', { kind: 'transient' });
  if (connectionFailure(error))
    return new PlatformError(WAREHOUSE.ENGINE_UNAVAILABLE, `ClickHouse cannot be reached (${errno(error)})`, {
      kind: 'transient',
    });
  return new PlatformError(WAREHOUSE.QUERY_FAILED, cut(messageOf(error), TEXT_LIMIT));
}

const codeOf = (error: unknown): number | undefined =>
  error instanceof PlatformError && error.code === WAREHOUSE.QUERY_FAILED
    ? (error.details['code'] as number)
    : undefined;

/** The rows of the insert are at fault, or one of them; not the warehouse. */
export const isAboutRows = (error: unknown): boolean => ABOUT_ROWS.has(codeOf(error) ?? 0);

/** Whoever runs the warehouse must do something; no row is at fault. */
export const isAboutOperator = (error: unknown): boolean => {
  const code = codeOf(error) ?? 0;
  return ABOUT_OPERATOR.has(code) || ABOUT_SQL.has(code);
};
