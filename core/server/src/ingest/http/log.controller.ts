import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { LOG_HEADERS, PlatformError, type KeysAnswer, type LogAnswer } from '@perennial/contract';
import type { Request, Response } from 'express';
import { Needs } from '../../access/index.js';
import { Settings } from '../../source/settings.js';
import { Sources } from '../../source/sources.js';
import { StoreWatch } from '../../stores/index.js';
import { INGEST } from '../ingest.errors.js';
import { Ingest } from '../ingest.js';
import { LogDoor } from '../log-door.js';

/** What collectors talk to. */
@Needs('collector')
@Controller('internal/v1')
export class LogController {
  constructor(
    private readonly ingest: Ingest,
    private readonly door: LogDoor,
    private readonly sources: Sources,
    private readonly settings: Settings,
    private readonly watch: StoreWatch,
  ) {}

  /** Applies frames and answers how far the log is applied; the collector may forget up to there. */
  @Post('log')
  @HttpCode(200)
  async append(@Req() request: Request): Promise<LogAnswer> {
    const logId = logIdOf(request);
    const from = positionIn(request, LOG_HEADERS.from);
    const after = positionIn(request, LOG_HEADERS.after, '0');
    const known = positionIn(request, LOG_HEADERS.known, '0');
    if (!Buffer.isBuffer(request.body)) throw invalid('a body of frames is needed');
    return { position: await this.door.post({ logId, from, after, known, bytes: request.body }) };
  }

  /** A collector whose folder was restored from a backup learns here that its positions were given out before. */
  @Get('log')
  async position(@Req() request: Request): Promise<LogAnswer> {
    return { position: await this.ingest.positionOf(logIdOf(request)), recordId: await this.watch.recordId() };
  }

  /** Asked every two seconds by every collector: as long as nothing has changed, nothing is gathered. */
  @Get('keys')
  async keys(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<KeysAnswer | undefined> {
    const tag = `"${await this.settings.tag()}"`;
    response.setHeader('etag', tag);
    if (request.header('if-none-match') === tag) return void response.status(304);
    const [keys, policies] = await Promise.all([this.sources.writeKeys(), this.settings.carried()]);
    return { keys, policies };
  }
}

function logIdOf(request: Request): string {
  const logId = request.header(LOG_HEADERS.logId);
  if (!logId || logId.length > 128) throw invalid(`${LOG_HEADERS.logId} is needed`);
  return logId;
}

function positionIn(request: Request, header: string, fallback?: string): number {
  const position = Number(request.header(header) ?? fallback);
  if (!Number.isSafeInteger(position) || position < 0) throw invalid(`${header} must be a position`);
  return position;
}

const invalid = (message: string): PlatformError => new PlatformError(INGEST.LOG_INVALID, message, { kind: 'invalid' });
