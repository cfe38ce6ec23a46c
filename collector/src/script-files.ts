import type { Context, Hono } from 'hono';

/** A script for pages, packed beforehand; the runtime reads it where it lies. */
export interface ScriptFile {
  etag: string;
  plain: Uint8Array<ArrayBuffer>;
  gzip?: Uint8Array<ArrayBuffer>;
  br?: Uint8Array<ArrayBuffer>;
}

/** An hour without asking, a day with the old one while asking: a new version is everywhere the next day at the latest. */
const CACHE = 'public, max-age=3600, stale-while-revalidate=86400';

/** The tracker's scripts, so that a site needs one address alone. */
export function answerScripts(app: Hono, files: Record<string, ScriptFile>): void {
  for (const [path, file] of Object.entries(files)) app.get(path, (c) => answerScript(c, file));
}

function answerScript(c: Context, file: ScriptFile): Response {
  const encoding = (['br', 'gzip'] as const).find((name) => file[name] && accepts(c, name));
  // Another encoding is another representation, which a strong tag must tell apart.
  const etag = encoding ? `"${file.etag}-${encoding}"` : `"${file.etag}"`;
  c.header('ETag', etag);
  c.header('Cache-Control', CACHE);
  c.header('Vary', 'Accept-Encoding', { append: true });
  c.header('X-Content-Type-Options', 'nosniff');
  // Pages that isolate themselves load only what says that it may be loaded from elsewhere.
  c.header('Cross-Origin-Resource-Policy', 'cross-origin');
  if (isKnown(c.req.header('if-none-match'), etag)) return c.body(null, 304);
  c.header('Content-Type', 'text/javascript; charset=utf-8');
  if (encoding) c.header('Content-Encoding', encoding);
  return c.body(encoding ? file[encoding]! : file.plain);
}

const accepts = (c: Context, encoding: string): boolean =>
  (c.req.header('accept-encoding') ?? '')
    .split(',')
    .map((part) => part.trim().split(/;\s*q=/))
    .some(([name, quality]) => name === encoding && quality !== '0');

/** Proxies may weaken a tag; for a GET that is the same. */
const isKnown = (header: string | undefined, etag: string): boolean =>
  (header ?? '').split(',').some((part) => [etag, '*'].includes(part.trim().replace(/^W\//, '')));
