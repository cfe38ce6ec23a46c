import { Body, Controller, Get, HttpCode, Param, ParseIntPipe, Post, Query } from '@nestjs/common';
import {
  isVisitorKind,
  plainSourceRule,
  type IdentityRules,
  type IdentityRun,
  type Page,
  type RulesView,
} from '@perennial/contract';
import { instanceToPlain } from 'class-transformer';
import { Audit, Needs, Who, type Principal } from '../../access/index.js';
import { pageOf, readPage, type PageQuery } from '../../http/page.js';
import { Sources } from '../../source/index.js';
import { RuleRuns } from '../runs.js';
import { InForceBody, TrialBody } from './steward.dto.js';

/** Law 7: identity rules are versions, tried before they are put in force. */
@Controller('api/v1/identity')
export class RulesController {
  constructor(
    private readonly runs: RuleRuns,
    private readonly sources: Sources,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get('rules')
  async rules(): Promise<RulesView> {
    const sources = await this.sources.list();
    return this.runs.view(
      sources.map(({ id, title, kind }) => ({ id, title, plain: plainSourceRule(id, isVisitorKind(kind)) })),
    );
  }

  @Needs('viewer')
  @Get('rules/:version')
  version(@Param('version', ParseIntPipe) version: number): Promise<IdentityRules> {
    return this.runs.version(version);
  }

  @Needs('admin')
  @Post('trials')
  @HttpCode(202)
  async startTrial(@Body() { rules }: TrialBody, @Who() who: Principal): Promise<IdentityRun> {
    const run = await this.runs.startTrial(plainRules(rules), who.name);
    await this.audit.record(who.name, 'identity.trial', run.id);
    return run;
  }

  @Needs('admin')
  @Post('rules')
  @HttpCode(202)
  async putInForce(@Body() { rules, note, trialId }: InForceBody, @Who() who: Principal): Promise<IdentityRun> {
    const run = await this.runs.putInForce(plainRules(rules), note, trialId, who.name);
    await this.audit.record(who.name, 'identity.rules', run.id);
    return run;
  }

  @Needs('viewer')
  @Get('runs')
  async listRuns(@Query() query: PageQuery): Promise<Page<IdentityRun>> {
    const { limit, after } = readPage(query, ['instant', 'text']);
    const rows = await this.runs.list(limit + 1, after);
    return pageOf(rows, limit, ({ at, id }) => [at, id]);
  }

  @Needs('viewer')
  @Get('runs/:id')
  run(@Param('id') id: string): Promise<IdentityRun> {
    return this.runs.get(id);
  }

  @Needs('admin')
  @Post('runs/:id/cancel')
  @HttpCode(200)
  async cancel(@Param('id') id: string, @Who() who: Principal): Promise<IdentityRun> {
    const run = await this.runs.cancel(id);
    await this.audit.record(who.name, 'identity.run.cancel', id);
    return run;
  }
}

/** Bodies are classes; what is kept and compared is plain and in one order of keys. */
const plainRules = (rules: IdentityRules): IdentityRules => instanceToPlain(rules) as IdentityRules;
