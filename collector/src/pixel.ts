import type { MiddlewareHandler } from 'hono';
import type { Accepted } from './answer.js';

/** One transparent point, in the 43 bytes that it takes. */
const GIF = Uint8Array.from(atob('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'), (character) =>
  character.charCodeAt(0),
);

/**
 * What is asked for by GET is an image of a page: browsers block an answer that is none, and consoles and monitors of the
 * page then show each event as a failure. The status stays true (browsers draw an image whatever it is), the reason goes
 * into a header.
 */
export const asPixel: MiddlewareHandler = async (c, next) => {
  await next();
  const { ok, code, errors } = (await c.res.json()) as Partial<Accepted> & { code?: string };
  const { status, headers } = c.res;
  const told = new Headers(headers);
  told.set('Content-Type', 'image/gif');
  told.set('Cache-Control', 'no-store');
  told.set('Cross-Origin-Resource-Policy', 'cross-origin');
  told.set('X-Content-Type-Options', 'nosniff');
  if (ok === false) told.set('X-Perennial-Refused', code ?? errors?.[0]?.code ?? '');
  c.res = undefined;
  c.res = new Response(GIF, { status, headers: told });
};
