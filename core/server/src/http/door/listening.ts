import { ExpressAdapter } from '@nestjs/platform-express';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';

const MAX_CONNECTIONS = 1_000;
const MAX_PER_ADDRESS = 256;
const HEADERS_MS = 10_000;
const HOUR_MS = 3_600_000;

/**
 * Express on a server with bounds that strangers cannot pass. Heads must come soon; bodies have their own times at the
 * doors, so the time for a whole request is that of a large upload over a slow line.
 */
export class BoundedAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    const options = { headersTimeout: HEADERS_MS, requestTimeout: HOUR_MS, connectionsCheckingInterval: 2_000 };
    const server = createServer(options, this.getInstance<() => void>());
    server.maxConnections = MAX_CONNECTIONS;
    boundEachAddress(server);
    this.httpServer = server as typeof this.httpServer;
  }
}

/** One address cannot take all connections; a proxy on this machine speaks for many and is left out. */
function boundEachAddress(server: Server): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    if (isLoopback(address)) return;
    const count = (open.get(address) ?? 0) + 1;
    if (count > MAX_PER_ADDRESS) return void socket.destroy();
    open.set(address, count);
    socket.once('close', () => {
      const left = open.get(address)! - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}

export const isLoopback = (address: string): boolean => /^(::ffff:)?127\.|^::1$/.test(address);
