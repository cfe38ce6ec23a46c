import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  LOG_HEADERS,
  PlatformError,
  readFrames,
  type KeysAnswer,
  type LogAnswer,
  type LogFrame,
} from '@perennial/contract';
import type { Request, Response } from 'express';
import type { EntityManager } from 'typeorm';
import { Needs } from '../../access/index.js';
import { Findings } from '../../source/findings.js';
import { findingsOf } from '../../source/rules/findings.js';
import { Settings } from '../../source/settings.js';
import { Sources } from '../../source/sources.js';
import { Appender } from '../../warehouse/index.js';
import { INGEST } from '../ingest.errors.js';
import { Ingest } from '../ingest.js';
import { unpackFrames } from '../rules/unpack.js';

/** What collectors talk to. */
@Needs('collector')
@Controller('internal/v1')
export class LogController {
  constructor(
    private readonly ingest: Ingest,
    private readonly sources: Sources,
    private readonly settings: Settings,
    private readonly findings: Findings,
    private readonly appender: Appender,
  ) {}

  /** Applies frames and answers how far the log is applied; the collector may forget up to there. */
  @Post('log')
  @HttpCode(200)
  async append(@Req() request: Request): Promise<LogAnswer> {
    if (this.appender.isBehind())
      throw new PlatformError(INGEST.BEHIND, 'the warehouse is behind; send again later', { kind: 'transient' });
    const logId = logIdOf(request);
    const from = Number(request.header(LOG_HEADERS.from));
    if (!Number.isSafeInteger(from) || from < 0 || !Buffer.isBuffer(request.body))
      throw invalid(`${LOG_HEADERS.from} and a body of frames are needed`);
    const frames = framesOf(request.body, from);
    const found = findingsOf(frames, from);
    const alsoWrite = (manager: EntityManager) => this.findings.add(manager, found);
    await this.ingest.accept({ ...unpackFrames(logId, from, frames), ...(found.length > 0 && { alsoWrite }) });
    return { position: await this.ingest.positionOf(logId) };
  }

  /** A collector whose folder was restored from a backup learns here that its positions were given out before. */
  @Get('log')
  async position(@Req() request: Request): Promise<LogAnswer> {
    return { position: await this.ingest.positionOf(logIdOf(request)) };
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

function framesOf(body: Buffer, from: number): LogFrame[] {
  try {
    return readFrames(body, from);
  } catch (cause) {
    throw new PlatformError(INGEST.LOG_INVALID, 'the body holds no whole frames', { kind: 'invalid', cause });
  }
}

const invalid = (message: string): PlatformError => new PlatformError(INGEST.LOG_INVALID, message, { kind: 'invalid' });
