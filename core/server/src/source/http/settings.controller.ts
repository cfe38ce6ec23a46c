import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { FindingView, LearnedPlan, SourcePolicy, SourceSettings } from '@perennial/contract';
import { Type } from 'class-transformer';
import { IsInt, IsObject, IsOptional, Max, Min } from 'class-validator';
import { Audit, Needs, Who, type Principal } from '../../access/index.js';
import { Findings } from '../findings.js';
import { Learning } from '../learning.js';
import { Settings } from '../settings.js';
import { Sources } from '../sources.js';

class SettingsBody {
  /** Checked place by place by its shape. */
  @IsObject() policy!: SourcePolicy;
  /** The revision that was changed. */
  @IsInt() @Min(0) revision!: number;
}
class FindingsQuery {
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(90) days = 7;
}
class LearnBody {
  @IsInt() @Min(1) @Max(365) days = 30;
}

@Controller('api/v1/sources/:id')
export class SourceSettingsController {
  constructor(
    private readonly sources: Sources,
    private readonly settings: Settings,
    private readonly findings: Findings,
    private readonly learning: Learning,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get('settings')
  get(@Param('id') id: string): Promise<SourceSettings> {
    return this.settings.get(id);
  }

  @Needs('admin')
  @Put('settings')
  async save(
    @Param('id') id: string,
    @Body() { policy, revision }: SettingsBody,
    @Who() who: Principal,
  ): Promise<SourceSettings> {
    const saved = await this.settings.save(id, policy, revision, who.name);
    await this.audit.record(who.name, 'source.settings', `${id} revision ${saved.revision}`);
    return saved;
  }

  @Needs('viewer')
  @Get('findings')
  async list(@Param('id') id: string, @Query() { days }: FindingsQuery): Promise<FindingView[]> {
    await this.sources.get(id);
    return this.findings.list(id, days);
  }

  /** Reads history and changes nothing: the operator looks at the proposal and saves what of it is meant. */
  @Needs('viewer')
  @Post('plan/learn')
  @HttpCode(200)
  async learn(@Param('id') id: string, @Body() { days }: LearnBody): Promise<LearnedPlan> {
    await this.sources.get(id);
    return this.learning.learn(id, days);
  }
}
