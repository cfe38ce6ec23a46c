import { Controller, Get, Query, Sse, type MessageEvent } from '@nestjs/common';
import type { Overview } from '@perennial/contract';
import { Observable } from 'rxjs';
import { Needs } from '../../access/index.js';
import { LiveFeed } from '../../live/live-feed.js';
import { Overviews } from '../overview.js';

const KEEP_ALIVE_MS = 20_000;

@Needs('viewer')
@Controller('api/v1')
export class OverviewController {
  constructor(
    private readonly overviews: Overviews,
    private readonly feed: LiveFeed,
  ) {}

  @Get('overview')
  read(@Query('days') days = '30'): Promise<Overview> {
    return this.overviews.read(Math.min(400, Math.max(1, Math.trunc(Number(days)) || 30)));
  }

  @Sse('live')
  live(): Observable<MessageEvent> {
    return new Observable((subscriber) => {
      const stop = this.feed.listen((event) => subscriber.next({ type: 'applied', data: event }));
      // Proxies close what is silent for long.
      const timer = setInterval(() => subscriber.next({ type: 'alive', data: '' }), KEEP_ALIVE_MS);
      return () => {
        clearInterval(timer);
        stop();
      };
    });
  }
}
