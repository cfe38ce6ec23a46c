import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import type { ConsultantView } from '@perennial/contract';
import { Audit, Needs, Scope, Who, type Principal } from '../../access/index.js';
import { Consultants } from '../consultants.js';
import { ConsultantBody, ConsultantChange, DutyBody, RemovalQuery } from './consultant.dto.js';

@Controller('api/v1/consultants')
export class ConsultantsController {
  constructor(
    private readonly consultants: Consultants,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get()
  list(@Who() who: Principal): Promise<ConsultantView[]> {
    return this.consultants.list(who);
  }

  @Needs('admin')
  @Post()
  async create(@Body() body: ConsultantBody, @Who() who: Principal): Promise<ConsultantView> {
    const created = await this.consultants.create(body, who);
    await this.audit.record(who.name, 'consultant.create', created.id);
    return created;
  }

  /** Before `:id`, which would take `mine` for an id. */
  @Needs('viewer')
  @Scope('manage')
  @Put('mine/duty')
  async setDuty(@Body() { isOnDuty }: DutyBody, @Who() who: Principal): Promise<ConsultantView> {
    const changed = await this.consultants.setDuty(isOnDuty, who);
    await this.audit.record(who.name, 'consultant.duty', changed.id);
    return changed;
  }

  @Needs('admin')
  @Patch(':id')
  async change(
    @Param('id') id: string,
    @Body() body: ConsultantChange,
    @Who() who: Principal,
  ): Promise<ConsultantView> {
    const changed = await this.consultants.update(id, body, who);
    await this.audit.record(who.name, 'consultant.change', id);
    return changed;
  }

  @Needs('admin')
  @Delete(':id')
  @HttpCode(204)
  async remove(@Param('id') id: string, @Query() { to }: RemovalQuery, @Who() who: Principal): Promise<void> {
    await this.consultants.remove(id, to, who.name);
    await this.audit.record(who.name, 'consultant.remove', id);
  }
}
