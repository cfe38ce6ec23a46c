import type { Context, MiddlewareHandler } from 'hono';
import type { Received } from './receive.js';

/** What the field's clients send beside the simple headers. */
const HEADERS =
  'Content-Type, Content-Encoding, Authorization, AnonymousId, SentAt, X-Write-Key, X-Retry-Count, Rsa-Retry-Attempt, Rsa-Retry-Reason, Rsa-Since-Last-Attempt, Rsa-Since-First-Attempt, Rsa-Recovered, SP-Anonymous, Dry-Run';

/**
 * Any page may send; what may be said is the write key's business. Credentials are allowed because a browser's beacon
 * of JSON always carries them; no cookie is set or read here, so nothing is given away.
 */
export const cors =
  (receive: (c: Context) => Received): MiddlewareHandler =>
  (c, next) => {
    const origin = receive(c).header('origin');
    if (origin) {
      c.header('Access-Control-Allow-Origin', origin);
      c.header('Access-Control-Allow-Credentials', 'true');
      c.header('Access-Control-Expose-Headers', 'Retry-After');
      c.header('Vary', 'Origin');
    }
    return c.req.method === 'OPTIONS' ? Promise.resolve(preflight(c)) : next();
  };

function preflight(c: Context): Response {
  c.header('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
  c.header('Access-Control-Allow-Headers', HEADERS);
  c.header('Access-Control-Max-Age', '86400');
  return c.body(null, 204);
}
