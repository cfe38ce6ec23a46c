import type { Problem } from '@perennial/contract';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Stands at core's port while its stores are waited for: alive, not ready, and for what. It is there first of all, so a
 * port that is taken is told before anything is opened.
 */
export class WaitingDoor {
  /** What `/health/ready` and everything else answer. */
  sentence = 'core is starting';

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async open(port: number, host: string): Promise<WaitingDoor> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    const door = new WaitingDoor(server, (server.address() as AddressInfo).port);
    server.on('request', (request, response) => door.answer(request.url ?? '', response));
    return door;
  }

  /** The port is free when it resolves. */
  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    return closed;
  }

  private answer(url: string, response: ServerResponse): void {
    response.setHeader('Connection', 'close');
    if (url.startsWith('/health/live'))
      return void response.setHeader('Content-Type', 'application/json').end('{"status":"ok"}');
    const problem: Problem = {
      type: 'about:blank',
      title: 'core starting',
      status: 503,
      code: 'CORE_STARTING',
      detail: this.sentence,
    };
    response.writeHead(503, { 'Content-Type': 'application/problem+json', 'Retry-After': '1' });
    response.end(JSON.stringify(problem));
  }
}
