import type { MiddlewareHandler } from 'hono';

/** What the field's clients send beside the simple headers. */
const HEADERS =
  'Content-Type, Content-Encoding, Authorization, AnonymousId, SentAt, X-Write-Key, X-Retry-Count, Rsa-Retry-Attempt, Rsa-Retry-Reason, Rsa-Since-Last-Attempt, Rsa-Since-First-Attempt, Rsa-Recovered';

/** Any page may send; what may be said is the write key's business. Answers are never read with the visitor's cookies. */
export const cors: MiddlewareHandler = async (c, next) => {
  const origin = c.req.header('origin');
  if (origin) {
    c.header('Access-Control-Allow-Origin', origin);
    c.header('Vary', 'Origin');
  }
  if (c.req.method !== 'OPTIONS') return next();
  c.header('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
  c.header('Access-Control-Allow-Headers', HEADERS);
  c.header('Access-Control-Max-Age', '86400');
  return c.body(null, 204);
};
