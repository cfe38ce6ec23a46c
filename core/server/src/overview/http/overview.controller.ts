import { Controller, Get, Query, Res } from '@nestjs/common';
import type { Overview } from '@perennial/contract';
import type { Response } from 'express';
import { Needs, Who, type Principal } from '../../access/index.js';
import { LiveStreams } from '../../live/live-streams.js';
import { Overviews } from '../overview.js';

@Needs('viewer')
@Controller('api/v1')
export class OverviewController {
  constructor(
    private readonly overviews: Overviews,
    private readonly streams: LiveStreams,
  ) {}

  @Get('overview')
  read(@Query('days') days = '30'): Promise<Overview> {
    return this.overviews.read(Math.min(400, Math.max(1, Math.trunc(Number(days)) || 30)));
  }

  /** Server-sent events: `applied` with what has just been applied, `alive` in between. */
  @Get('live')
  live(@Res() response: Response, @Who() who: Principal): void {
    this.streams.start(response, who);
  }
}
