import { readFrames, type LogFrame } from '@perennial/contract';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const SECRET = 'shared-secret-0123';
export const KEY = 'key';

/** Core as far as a collector knows it: takes frames, can be away, and remembers what it was given. */
export class FakeCore {
  frames: LogFrame[] = [];
  /** How far each log is applied. */
  positions = new Map<string, number>();
  isAway = false;
  keys = [KEY];
  /** Settings by source; undefined is a core of before them. */
  policies: Record<string, unknown> | undefined;
  keysAsked = 0;
  /** Up to where each lot that was posted had to follow. */
  afters: number[] = [];
  logIds = new Set<string>();
  private readonly server = createServer((request, response) => void this.answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  /** The messageIds of what was taken, in the order in which it came. */
  get ids(): string[] {
    return this.frames.map(
      ({ body }) => (JSON.parse(new TextDecoder().decode(body)) as { messageId: string }).messageId,
    );
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (this.isAway) return void response.writeHead(503).end();
    if (request.headers.authorization !== `Bearer ${SECRET}`) return void response.writeHead(401).end();
    if (request.url === '/internal/v1/keys') return this.answerKeys(request, response);
    const body = new Uint8Array(Buffer.concat(parts));
    const logId = String(request.headers['x-log-id']);
    const position = this.positions.get(logId) ?? 0;
    if (request.method === 'GET') return void response.end(JSON.stringify({ position }));
    const from = Number(request.headers['x-log-from']);
    this.logIds.add(logId);
    this.afters.push(Number(request.headers['x-log-after'] ?? 0));
    this.frames.push(...readFrames(body, from).filter(({ end }) => end > position));
    this.positions.set(logId, Math.max(position, from + body.length));
    response.end(JSON.stringify({ position: this.positions.get(logId) }));
  }

  private answerKeys(request: IncomingMessage, response: ServerResponse): void {
    this.keysAsked += 1;
    const etag = `"${this.keys.join()} ${JSON.stringify(this.policies)?.length}"`;
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
    const keys = this.keys.map((key) => ({
      hash: createHash('sha256').update(key).digest('hex'),
      sourceId: `source of ${key}`,
    }));
    response.setHeader('etag', etag).end(JSON.stringify({ keys, policies: this.policies }));
  }
}
