import { Controller, Get, Param, Query } from '@nestjs/common';
import type {
  Dwell,
  FlowMatrix,
  Journey,
  LifecycleBoard,
  Paths,
  Retention,
  StageDetail,
  StageFunnel,
} from '@perennial/contract';
import { Needs } from '../../access/index.js';
import { Analysis } from '../analysis.js';
import { DaysQuery, MatrixQuery, PathsQuery, RetentionQuery } from './analysis.dto.js';

@Needs('viewer')
@Controller('api/v1')
export class AnalysisController {
  constructor(private readonly analysis: Analysis) {}

  @Get('lifecycles/:key/board')
  board(@Param('key') key: string, @Query() { days = 30 }: DaysQuery): Promise<LifecycleBoard> {
    return this.analysis.board(key, days);
  }

  @Get('lifecycles/:key/stages/:stage')
  stage(
    @Param('key') key: string,
    @Param('stage') stage: string,
    @Query() { days = 90 }: DaysQuery,
  ): Promise<StageDetail> {
    return this.analysis.stage(key, stage, days);
  }

  @Get('lifecycles/:key/matrix')
  matrix(@Param('key') key: string, @Query() { from, to }: MatrixQuery): Promise<FlowMatrix> {
    return this.analysis.matrix(key, from, to);
  }

  @Get('lifecycles/:key/dwell')
  dwell(@Param('key') key: string, @Query() { days = 365 }: DaysQuery): Promise<Dwell> {
    return this.analysis.dwell(key, days);
  }

  @Get('lifecycles/:key/funnel')
  funnel(@Param('key') key: string, @Query() { days = 365 }: DaysQuery): Promise<StageFunnel> {
    return this.analysis.funnel(key, days);
  }

  @Get('analysis/retention')
  retention(@Query() { event, months }: RetentionQuery): Promise<Retention> {
    return this.analysis.retention(event, months);
  }

  @Get('analysis/paths')
  paths(@Query() { goal, steps, days }: PathsQuery): Promise<Paths> {
    return this.analysis.paths(goal, steps, days);
  }

  @Get('profiles/:id/journey')
  journey(@Param('id') id: string, @Query() { days = 365 }: DaysQuery): Promise<Journey> {
    return this.analysis.journey(id, days);
  }
}
