import type { Context, MiddlewareHandler } from 'hono';
import type { Received } from './receive.js';

/** What is answered where nothing, or nothing sound, was asked for. */
const HEADERS = 'Content-Type, Content-Encoding, Authorization, X-Write-Key';
const MOST_HEADERS = 100;
const MOST_CHARACTERS = 4096;
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/i;

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
  return preflight(c, requested(c.req.header('access-control-request-headers')));
}

/**
 * Whatever the page asked for: agents that trace or secure pages put headers of their own on every request (`traceparent`,
 * `baggage`, `sw8`), and no list knows them all. No cookie is read here, so no header opens anything. What is no list of
 * names is not repeated.
 */
function requested(asked: string | undefined): string {
  if (!asked || asked.length > MOST_CHARACTERS) return HEADERS;
  const names = asked.split(',').map((name) => name.trim());
  return names.length <= MOST_HEADERS && names.every((name) => TOKEN.test(name)) ? names.join(', ') : HEADERS;
}

/** Without these the browser keeps the answer from the page, and sends nothing that it had to ask for. */
export function withhold(c: Context): void {
  for (const name of ['Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials']) c.header(name, undefined);
}

function preflight(c: Context, headers: string): Response {
  c.header('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
  c.header('Access-Control-Allow-Headers', headers);
  c.header('Vary', 'Access-Control-Request-Headers', { append: true });
  c.header('Access-Control-Max-Age', '86400');
  return c.body(null, 204);
}
