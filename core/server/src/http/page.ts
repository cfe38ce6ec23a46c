import { PlatformError, type Page } from '@perennial/contract';

export interface PageQuery {
  limit?: string;
  cursor?: string;
}

export type Cursor = string | number | (string | number)[];

const MAX_LIMIT = 200;
const invalid = (message: string): PlatformError => new PlatformError('REQUEST_INVALID', message, { kind: 'invalid' });

/** `?limit=` and `?cursor=` of a list. A cursor is ours to make and nobody's to edit; a broken one is refused. */
export function readPage({ limit = '50', cursor }: PageQuery): { limit: number; after: Cursor | undefined } {
  const size = Number(limit);
  if (!Number.isInteger(size) || size < 1 || size > MAX_LIMIT)
    throw invalid(`limit must be a whole number from 1 to ${MAX_LIMIT}`);
  return { limit: size, after: cursor === undefined ? undefined : readCursor(cursor) };
}

function readCursor(text: string): Cursor {
  const isPart = (value: unknown) => typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (isPart(value) || (Array.isArray(value) && value.length > 0 && value.every(isPart))) return value as Cursor;
  } catch (cause) {
    throw new PlatformError('REQUEST_INVALID', 'the cursor is broken', { kind: 'invalid', cause });
  }
  throw invalid('the cursor is broken');
}

/** A page out of up to `limit + 1` rows: the one too many says that there are more. */
export function pageOf<T>(rows: T[], limit: number, cursorOf: (row: T) => Cursor): Page<T> {
  const items = rows.slice(0, limit);
  if (rows.length <= limit) return { items };
  return { items, next: Buffer.from(JSON.stringify(cursorOf(items.at(-1)!))).toString('base64url') };
}
