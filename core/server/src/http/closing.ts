import type { INestApplication } from '@nestjs/common';
import type { Server } from 'node:http';

const LOOK_MS = 50;
const LONGEST_MS = 4_000;

/**
 * Ends the HTTP side: what is under way is answered, for a while, and connections go as soon as they are idle. Left to
 * itself the server waits for who keeps a connection and goes on sending: a collector under load, a page that watches the live stream.
 */
export async function closeGently(app: INestApplication): Promise<void> {
  const server = app.getHttpServer() as Server;
  const began = Date.now();
  const timer = setInterval(() => {
    if (Date.now() - began < LONGEST_MS) server.closeIdleConnections();
    else server.closeAllConnections();
  }, LOOK_MS);
  await app.close().finally(() => clearInterval(timer));
}
