import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import type { AssignmentRuleView } from '@perennial/contract';
import { Audit, Needs, Who, type Principal } from '../../access/index.js';
import { AssignmentRules, type RuleInput } from '../assignment-rules.js';
import { AssignmentRuleBody, AssignmentRuleChange } from './consultant.dto.js';

@Controller('api/v1/assignment-rules')
export class AssignmentRulesController {
  constructor(
    private readonly rules: AssignmentRules,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get()
  list(): Promise<AssignmentRuleView[]> {
    return this.rules.list();
  }

  @Needs('admin')
  @Post()
  async create(@Body() body: AssignmentRuleBody, @Who() who: Principal): Promise<AssignmentRuleView> {
    const created = await this.rules.create(body);
    await this.audit.record(who.name, 'assignment-rule.create', created.id);
    return created;
  }

  @Needs('admin')
  @Patch(':id')
  async change(
    @Param('id') id: string,
    @Body() body: AssignmentRuleChange,
    @Who() who: Principal,
  ): Promise<AssignmentRuleView> {
    const changed = await this.rules.update(id, changeOf(body));
    await this.audit.record(who.name, 'assignment-rule.change', id);
    return changed;
  }

  @Needs('admin')
  @Delete(':id')
  @HttpCode(204)
  async remove(@Param('id') id: string, @Who() who: Principal): Promise<void> {
    await this.rules.remove(id, who.name);
    await this.audit.record(who.name, 'assignment-rule.remove', id);
  }
}

/** What was not sent stays; what is null goes. */
const changeOf = (body: AssignmentRuleChange): Partial<RuleInput> =>
  Object.fromEntries(
    Object.entries(body)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]: [string, unknown]) => [key, value ?? undefined]),
  );
