import { Body, Controller, Delete, Get, HttpCode, Param, ParseIntPipe, Post, Put, Query } from '@nestjs/common';
import type {
  DefinitionProblem,
  LifecycleDefinition,
  LifecycleDetail,
  LifecyclePreset,
  LifecyclePreview,
  Proposal,
  RestorePreview,
  StageReason,
} from '@perennial/contract';
import { Audit, Needs, Who, type Principal } from '../../access/index.js';
import { lifecycleDefinition, schemaOf } from '../../definition/index.js';
import { Definitions } from '../../fold/definitions.js';
import { LifecycleDetails } from '../details.js';
import { LifecyclePreviews } from '../preview/previews.js';
import { Publishing } from '../publishing.js';
import { Restores } from '../restores.js';
import { Wizard } from '../staging.js';
import { StageReasons } from '../why.js';
import { LifecycleBody, PresetsQuery, PublishLifecycleBody, RestoreLifecycleBody } from './staging.dto.js';

@Controller('api/v1/lifecycles')
export class LifecyclesController {
  constructor(
    private readonly definitions: Definitions,
    private readonly details: LifecycleDetails,
    private readonly previews: LifecyclePreviews,
    private readonly publishing: Publishing,
    private readonly restores: Restores,
    private readonly reasons: StageReasons,
    private readonly wizard: Wizard,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get()
  list(): LifecycleDefinition[] {
    return this.definitions.lifecycleList();
  }

  @Needs('viewer')
  @Get('schema')
  schema(): object {
    return schemaOf('Perennial lifecycle definition', lifecycleDefinition);
  }

  @Needs('viewer')
  @Get('presets')
  presets(@Query() own: PresetsQuery): LifecyclePreset[] {
    return this.details.presets(Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)));
  }

  @Needs('viewer')
  @Get('wizard')
  propose(): Promise<Proposal[]> {
    return this.wizard.propose();
  }

  @Needs('viewer')
  @Post('check')
  @HttpCode(200)
  check(@Body() { definition }: LifecycleBody): { problems: DefinitionProblem[] } {
    return { problems: this.publishing.check(definition) };
  }

  @Needs('viewer')
  @Post('preview')
  @HttpCode(200)
  preview(@Body() { definition }: LifecycleBody): Promise<LifecyclePreview> {
    return this.previews.preview(definition);
  }

  @Needs('viewer')
  @Get(':key')
  get(@Param('key') key: string): Promise<LifecycleDetail> {
    return this.details.get(key);
  }

  @Needs('admin')
  @Put(':key')
  async publish(
    @Param('key') key: string,
    @Body() { definition, expectedVersion, ...release }: PublishLifecycleBody,
    @Who() who: Principal,
  ): Promise<LifecycleDetail> {
    const whole = { ...definition, key, version: expectedVersion + 1 };
    await this.publishing.publish(whole, expectedVersion, { ...release, by: who.name });
    await this.audit.record(who.name, 'lifecycle.publish', key);
    return this.details.get(key);
  }

  @Needs('viewer')
  @Get(':key/why/:profile')
  why(@Param('key') key: string, @Param('profile') profile: string): Promise<StageReason> {
    return this.reasons.why(key, profile);
  }

  @Needs('viewer')
  @Get(':key/versions/:version/restore')
  foretell(@Param('key') key: string, @Param('version', ParseIntPipe) version: number): Promise<RestorePreview> {
    return this.restores.preview(key, version);
  }

  @Needs('admin')
  @Post(':key/restore')
  @HttpCode(200)
  async restore(
    @Param('key') key: string,
    @Body() { version, expectedVersion, note, letGo }: RestoreLifecycleBody,
    @Who() who: Principal,
  ): Promise<LifecycleDetail> {
    await this.restores.restore(key, version, expectedVersion, { by: who.name, note, isTold: false, letGo });
    await this.audit.record(who.name, 'lifecycle.restore', `${key}@${version}`);
    return this.details.get(key);
  }

  @Needs('admin')
  @Delete(':key')
  @HttpCode(204)
  async retire(@Param('key') key: string, @Who() who: Principal): Promise<void> {
    await this.publishing.retire(key, who.name);
    await this.audit.record(who.name, 'lifecycle.retire', key);
  }
}
