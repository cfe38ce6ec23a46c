import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type {
  AudienceCheck,
  AudienceDetail,
  AudienceListItem,
  AudienceMember,
  AudienceOverlap,
  AudiencePreview,
  AudienceRun,
  Page,
  Rule,
  Trace,
  Vocabulary,
} from '@perennial/contract';
import type { Request, Response } from 'express';
import { Audit, Needs, Scope, Who, type Principal } from '../../access/index.js';
import { audienceDefinition, schemaOf } from '../../definition/index.js';
import { pageOf, readPage, type PageQuery } from '../../http/page.js';
import { readPublicId } from '../../profile/profile.id.js';
import { Audiences } from '../audiences.js';
import { Counting } from '../counting.js';
import { sendCsv } from '../../http/csv-answer.js';
import { Exporting, type ExportWish } from '../exporting.js';
import { RuleQueries } from '../rule-queries.js';
import { Vocabularies } from '../vocabulary.js';
import { MembershipReasons } from '../why.js';
import { ExportQuery, OverlapBody, PlainExportBody, RuleBody, SaveBody } from './audience.dto.js';

@Controller('api/v1')
export class AudiencesController {
  constructor(
    private readonly audiences: Audiences,
    private readonly queries: RuleQueries,
    private readonly counting: Counting,
    private readonly exporting: Exporting,
    private readonly reasons: MembershipReasons,
    private readonly vocabularies: Vocabularies,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get('vocabulary')
  vocabulary(): Promise<Vocabulary> {
    return this.vocabularies.read();
  }

  @Needs('viewer')
  @Get('audiences')
  list(): Promise<AudienceListItem[]> {
    return this.audiences.list();
  }

  @Needs('viewer')
  @Get('audiences/schema')
  schema(): object {
    return schemaOf('Perennial audience', audienceDefinition);
  }

  @Needs('viewer')
  @Post('audiences/check')
  @HttpCode(200)
  check(@Body() { rule }: RuleBody): AudienceCheck {
    return this.audiences.check(rule);
  }

  /** Who closes the request gives up the query. */
  @Needs('viewer')
  @Post('audiences/preview')
  @HttpCode(200)
  async preview(
    @Body() { rule, session }: RuleBody,
    @Who() who: Principal,
    @Req() request: Request,
  ): Promise<AudiencePreview> {
    this.audiences.demandRight(rule);
    const name = `${who.name}/${session}`;
    request.res!.once('close', () => this.queries.give(name));
    return this.queries.preview(rule as Rule, name);
  }

  @Needs('viewer')
  @Post('audiences/overlap')
  @HttpCode(200)
  overlap(@Body() { keys }: OverlapBody): Promise<AudienceOverlap> {
    return this.counting.overlap(keys);
  }

  @Needs('viewer')
  @Get('audiences/:key')
  get(@Param('key') key: string): Promise<AudienceDetail> {
    return this.audiences.get(key);
  }

  @Needs('admin')
  @Put('audiences/:key')
  async save(
    @Param('key') key: string,
    @Body() { definition, expectedVersion }: SaveBody,
    @Who() who: Principal,
  ): Promise<AudienceDetail> {
    await this.audiences.save({ ...definition, key }, expectedVersion, who.name);
    await this.audit.record(who.name, 'audience.save', key);
    return this.audiences.get(key);
  }

  @Needs('admin')
  @Delete('audiences/:key')
  @HttpCode(204)
  async remove(@Param('key') key: string, @Who() who: Principal): Promise<void> {
    await this.audiences.remove(key);
    await this.audit.record(who.name, 'audience.remove', key);
  }

  @Needs('admin')
  @Post('audiences/:key/count')
  @HttpCode(200)
  async count(@Param('key') key: string, @Who() who: Principal): Promise<AudienceRun> {
    await this.audit.record(who.name, 'audience.count', key);
    return this.counting.count(key);
  }

  @Needs('viewer')
  @Get('audiences/:key/runs')
  runs(@Param('key') key: string): Promise<AudienceRun[]> {
    return this.counting.runs(key, 400);
  }

  @Needs('viewer')
  @Get('audiences/:key/members')
  async members(@Param('key') key: string, @Query() query: PageQuery): Promise<Page<AudienceMember>> {
    this.audiences.find(key);
    const { limit, after } = readPage(query, 'number');
    const members = await this.queries.members({ audience: key }, after ?? 0, limit + 1);
    return pageOf(members, limit, ({ profile }) => readPublicId(profile)!);
  }

  @Needs('viewer')
  @Get('audiences/:key/why/:profile')
  why(@Param('key') key: string, @Param('profile') profile: string): Promise<Trace> {
    return this.reasons.why(key, profile);
  }

  /** Identifiers are masked; `exportPlain` gives them as they are. */
  @Needs('admin')
  @Get('audiences/:key/export.csv')
  async export(
    @Param('key') key: string,
    @Query() { columns = '', run, after, language }: ExportQuery,
    @Who() who: Principal,
    @Res() response: Response,
  ): Promise<void> {
    this.audiences.find(key);
    await this.audit.record(who.name, 'audience.export', key);
    const wanted = columns.split(',').filter((column) => column !== '');
    await this.send(response, key, { columns: wanted, run, after: afterOf(after), language });
  }

  /** With identifiers in plain: for a reason, and written into the audit before anything is read. */
  @Needs('admin')
  @Scope('reveal')
  @Post('audiences/:key/export.csv')
  @HttpCode(200)
  async exportPlain(
    @Param('key') key: string,
    @Body() { reason, columns, run, after, language }: PlainExportBody,
    @Who() who: Principal,
    @Res() response: Response,
  ): Promise<void> {
    this.audiences.find(key);
    await this.audit.record(who.name, 'audience.reveal', `${key}: ${reason}`);
    await this.send(response, key, { columns, run, after: afterOf(after), language, isPlain: true });
  }

  private send(response: Response, key: string, wish: ExportWish): Promise<void> {
    return sendCsv(response, `${key}.csv`, this.exporting.lines(key, wish));
  }
}

const afterOf = (profile: string | undefined): number => (profile === undefined ? 0 : (readPublicId(profile) ?? 0));
