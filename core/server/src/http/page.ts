import { PlatformError, type Page } from '@perennial/contract';

export interface PageQuery {
  limit?: string;
  cursor?: string;
}

/** What a list's cursor is made of. */
interface Parts {
  /** A whole number from 0. */
  number: number;
  /** Epoch milliseconds. */
  instant: number;
  text: string;
}
export type CursorShape = keyof Parts | readonly (keyof Parts)[];
export type CursorOf<S extends CursorShape> = S extends keyof Parts
  ? Parts[S]
  : { -readonly [N in keyof S]: S[N] extends keyof Parts ? Parts[S[N]] : never };

const MAX_LIMIT = 200;
const MAX_INSTANT = 8.64e15;
const MAX_TEXT = 255;

const FITS: Record<keyof Parts, (value: unknown) => boolean> = {
  number: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  instant: (value) => Number.isSafeInteger(value) && Math.abs(value as number) <= MAX_INSTANT,
  text: (value) => typeof value === 'string' && value.length <= MAX_TEXT,
};

const invalid = (message: string, cause?: unknown): PlatformError =>
  new PlatformError('REQUEST_INVALID', message, { kind: 'invalid', cause });

/** `?limit=` and `?cursor=` of a list. A cursor is ours to make and nobody's to edit; one of another shape is refused. */
export function readPage<const S extends CursorShape>(
  { limit = '50', cursor }: PageQuery,
  shape: S,
): { limit: number; after: CursorOf<S> | undefined } {
  const size = Number(limit);
  if (!Number.isInteger(size) || size < 1 || size > MAX_LIMIT)
    throw invalid(`limit must be a whole number from 1 to ${MAX_LIMIT}`);
  return { limit: size, after: cursor === undefined ? undefined : readCursor(cursor, shape) };
}

function readCursor<S extends CursorShape>(text: unknown, shape: S): CursorOf<S> {
  const value = parsed(text);
  if (!fits(value, shape)) throw invalid('the cursor is broken or of another list');
  return value as CursorOf<S>;
}

function fits(value: unknown, shape: CursorShape): boolean {
  if (typeof shape === 'string') return FITS[shape](value);
  return Array.isArray(value) && value.length === shape.length && shape.every((part, n) => FITS[part](value[n]));
}

/** A parameter that is given twice arrives as a list. */
function parsed(text: unknown): unknown {
  if (typeof text !== 'string') throw invalid('the cursor is broken');
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (cause) {
    throw invalid('the cursor is broken', cause);
  }
}

/** A page out of up to `limit + 1` rows: the one too many says that there are more. */
export function pageOf<T>(
  rows: T[],
  limit: number,
  cursorOf: (row: T) => string | number | (string | number)[],
): Page<T> {
  const items = rows.slice(0, limit);
  if (rows.length <= limit) return { items };
  return { items, next: Buffer.from(JSON.stringify(cursorOf(items.at(-1)!))).toString('base64url') };
}
