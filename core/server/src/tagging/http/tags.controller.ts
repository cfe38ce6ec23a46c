import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type {
  DefinitionProblem,
  ManualValueAnswer,
  ShelfItem,
  TagDetail,
  TagHistory,
  TagListItem,
  TagPreview,
  TagRun,
  Trace,
} from '@perennial/contract';
import { Audit, Needs, Who, type Principal } from '../../access/index.js';
import { schemaOf, tagDefinition } from '../../definition/index.js';
import { Releases } from '../releases.js';
import { TagRuns } from '../runs.js';
import { previewWithoutFew, withoutFew } from '../rules/few.js';
import { Shelf } from '../shelf.js';
import { ManualValues } from '../values.js';
import { TagViews } from '../views.js';
import { CheckBody, ManualBody, PreviewBody, PublishBody, TakeBody } from './tagging.dto.js';

@Controller('api/v1')
export class TagsController {
  constructor(
    private readonly views: TagViews,
    private readonly releases: Releases,
    private readonly runs: TagRuns,
    private readonly manual: ManualValues,
    private readonly shelf: Shelf,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get('tags')
  list(): Promise<TagListItem[]> {
    return this.views.list();
  }

  @Needs('viewer')
  @Get('tags/schema')
  schema(): object {
    return schemaOf('Perennial tag definition', tagDefinition);
  }

  @Needs('viewer')
  @Get('tags/library')
  library(): ShelfItem[] {
    return this.shelf.list();
  }

  @Needs('admin')
  @Post('tags/library')
  @HttpCode(200)
  async take(@Body() { keys }: TakeBody, @Who() who: Principal): Promise<{ published: string[] }> {
    const published = await this.shelf.take(keys, who.name);
    for (const key of published) await this.audit.record(who.name, 'tag.publish', key);
    return { published };
  }

  @Needs('viewer')
  @Post('tags/check')
  @HttpCode(200)
  check(@Body() { definition }: CheckBody): { problems: DefinitionProblem[] } {
    return { problems: this.releases.check(definition) };
  }

  @Needs('viewer')
  @Post('tags/preview')
  @HttpCode(200)
  async preview(@Body() { definition }: PreviewBody, @Who() who: Principal): Promise<TagPreview> {
    const preview = await this.releases.preview(definition);
    return who.role === 'admin' ? preview : previewWithoutFew(preview, definition);
  }

  @Needs('viewer')
  @Get('tags/:key')
  get(@Param('key') key: string): Promise<TagDetail> {
    return this.views.get(key);
  }

  @Needs('viewer')
  @Get('tags/:key/history')
  async history(
    @Param('key') key: string,
    @Query('days') days: string | undefined,
    @Who() who: Principal,
  ): Promise<TagHistory> {
    const read = await this.views.history(key, Math.min(400, Math.max(1, Math.trunc(Number(days ?? 30)) || 30)));
    return who.role === 'admin' ? read : withoutFew(read, (await this.views.get(key)).definition);
  }

  @Needs('viewer')
  @Get('tags/:key/why/:profile')
  why(@Param('key') key: string, @Param('profile') profile: string): Promise<Trace> {
    return this.views.why(key, profile);
  }

  @Needs('admin')
  @Put('tags/:key')
  async publish(
    @Param('key') key: string,
    @Body() { definition, expectedVersion, note }: PublishBody,
    @Who() who: Principal,
  ): Promise<TagDetail> {
    const owner = definition.owner || who.name;
    await this.releases.publish({ ...definition, key, owner, version: expectedVersion + 1 }, expectedVersion, {
      by: who.name,
      note,
    });
    await this.audit.record(who.name, 'tag.publish', key);
    return this.views.get(key);
  }

  @Needs('admin')
  @Delete('tags/:key')
  @HttpCode(204)
  async retire(@Param('key') key: string, @Who() who: Principal): Promise<void> {
    await this.releases.retire(key, who.name);
    await this.audit.record(who.name, 'tag.retire', key);
  }

  @Needs('admin')
  @Post('tags/:key/recompute')
  @HttpCode(202)
  async recompute(@Param('key') key: string, @Who() who: Principal): Promise<TagRun> {
    const id = await this.releases.recompute(key, who.name);
    await this.audit.record(who.name, 'tag.recompute', key);
    return this.runs.get(id);
  }

  @Needs('admin')
  @Post('tags/:key/values')
  @HttpCode(200)
  async setValues(
    @Param('key') key: string,
    @Body() { values }: ManualBody,
    @Who() who: Principal,
  ): Promise<ManualValueAnswer[]> {
    const answers = await this.manual.set(key, values, who.name);
    await this.audit.record(who.name, 'tag.values', key);
    return answers;
  }

  @Needs('viewer')
  @Get('tag-runs')
  listRuns(): Promise<TagRun[]> {
    return this.runs.list();
  }

  @Needs('admin')
  @Post('tag-runs/:id/cancel')
  @HttpCode(200)
  async cancel(@Param('id') id: string, @Who() who: Principal): Promise<TagRun> {
    const run = await this.runs.cancel(id);
    await this.audit.record(who.name, 'tag.run.cancel', id);
    return run;
  }

  @Needs('admin')
  @Post('tag-runs/:id/resume')
  @HttpCode(200)
  async resume(@Param('id') id: string, @Who() who: Principal): Promise<TagRun> {
    const run = await this.runs.resume(id);
    await this.audit.record(who.name, 'tag.run.resume', id);
    return run;
  }
}
