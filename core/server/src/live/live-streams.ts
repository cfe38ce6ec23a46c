import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { PlatformError } from '@perennial/contract';
import type { Response } from 'express';
import { ACCESS, Identification, type Principal } from '../access/index.js';
import { LiveFeed } from './live-feed.js';

export const MAX_STREAMS = 100;
const LOOK_MS = 2_000;
/** Proxies close what is silent for long. */
const KEEP_ALIVE_LOOKS = 10;
/** Who reads no more while so much waits is gone or asleep; the page connects anew. */
export const MAX_UNREAD_BYTES = 256 * 1024;

/** The streams of those who watch: each ends with the session or token that opened it, and takes only so much memory. */
@Injectable()
export class LiveStreams implements OnModuleDestroy {
  private readonly open = new Map<Response, Principal>();
  private timer: NodeJS.Timeout | undefined;
  private looks = 0;

  constructor(
    private readonly feed: LiveFeed,
    private readonly identification: Identification,
  ) {}

  start(response: Response, principal: Principal): void {
    if (this.open.size >= MAX_STREAMS)
      throw new PlatformError(ACCESS.STREAMS_TOO_MANY, `at most ${MAX_STREAMS} live streams are kept`, {
        kind: 'tooMany',
        details: { retryAfter: 30 },
      });
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store, no-transform' });
    response.flushHeaders();
    const stop = this.feed.listen((event) => send(response, 'applied', JSON.stringify(event)));
    this.open.set(response, principal);
    this.timer ??= setInterval(() => void this.look(), LOOK_MS).unref();
    response.once('close', () => {
      stop();
      this.open.delete(response);
      if (this.open.size === 0) this.rest();
    });
  }

  onModuleDestroy(): void {
    this.rest();
    for (const response of this.open.keys()) response.end();
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Ends what may not go on. While the record cannot be asked the streams are ended too: they may come again. */
  private async look(): Promise<void> {
    this.looks++;
    for (const [response, principal] of this.open) {
      const stands = await this.identification.stillStands(principal).catch(() => false);
      if (!stands) response.end();
      else if (this.looks % KEEP_ALIVE_LOOKS === 0) send(response, 'alive', '');
    }
  }
}

function send(response: Response, type: string, data: string): void {
  if (response.writableLength > MAX_UNREAD_BYTES) return void response.destroy();
  response.write(`event: ${type}\ndata: ${data}\n\n`);
}
