import type { Context } from 'hono';

/** A request as its runtime hands it over; a runtime that can do it cheaper than through web streams brings its own. */
export interface Received {
  /** By lower-case name. */
  header(name: string): string | undefined;
  /** Gives the body part by part until it ends or `take` answers false. Rejects when the client breaks off. */
  read(take: (part: Uint8Array) => boolean): Promise<void>;
  /** The client's address, as far as the runtime knows it. */
  ip: string | undefined;
}

/** Any runtime of the web's own Request. */
export const receiveWeb = (c: Context): Received => ({
  header: (name) => c.req.header(name),
  read: async (take) => {
    if (!c.req.raw.body) return;
    for await (const part of c.req.raw.body as unknown as AsyncIterable<Uint8Array>) if (!take(part)) return;
  },
  ip: undefined,
});
