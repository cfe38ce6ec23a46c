import type { Context, MiddlewareHandler } from 'hono';
import type { Received } from './receive.js';

/** What the field's clients send beside the simple headers. */
const HEADERS =
  'Content-Type, Content-Encoding, Authorization, AnonymousId, SentAt, X-Write-Key, X-Retry-Count, Rsa-Retry-Attempt, Rsa-Retry-Reason, Rsa-Since-Last-Attempt, Rsa-Since-First-Attempt, Rsa-Recovered, SP-Anonymous, Dry-Run';

/** Whether the source that the request names, where it names one, lets pages of this origin send. */
export type OriginGuard = (c: Context, origin: string) => Promise<boolean>;

/**
 * A preflight bears no key, so any page may ask and the source's own list decides when it sends. Credentials are allowed
 * because a browser's beacon of JSON always carries them; no cookie is set or read here, so nothing is given away.
 */
export const cors =
  (receive: (c: Context) => Received, guard: OriginGuard): MiddlewareHandler =>
  (c, next) => {
    const origin = receive(c).header('origin');
    if (origin) {
      c.header('Access-Control-Allow-Origin', origin);
      c.header('Access-Control-Allow-Credentials', 'true');
      c.header('Access-Control-Expose-Headers', 'Retry-After');
      c.header('Vary', 'Origin');
    }
    return c.req.method === 'OPTIONS' ? answerPreflight(c, origin, guard) : next();
  };

async function answerPreflight(c: Context, origin: string | undefined, guard: OriginGuard): Promise<Response> {
  if (origin && !(await guard(c, origin))) withhold(c);
  return preflight(c);
}

/** Without these the browser keeps the answer from the page, and sends nothing that it had to ask for. */
export function withhold(c: Context): void {
  for (const name of ['Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials']) c.header(name, undefined);
}

function preflight(c: Context): Response {
  c.header('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
  c.header('Access-Control-Allow-Headers', HEADERS);
  c.header('Access-Control-Max-Age', '86400');
  return c.body(null, 204);
}
