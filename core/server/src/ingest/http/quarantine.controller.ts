import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { Page, QuarantineState, QuarantineView, ReplayResult, RevealedRefusal } from '@perennial/contract';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsString, Length } from 'class-validator';
import { Audit, Needs, Scope, Who, type Principal } from '../../access/index.js';
import { pageOf, readPage, type PageQuery } from '../../http/page.js';
import { Quarantine } from '../quarantine.js';

class IdsBody {
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(500) @IsString({ each: true }) ids!: string[];
}

class ReasonBody {
  @IsString() @Length(1, 200) reason!: string;
}

@Controller('api/v1/quarantine')
export class QuarantineController {
  constructor(
    private readonly quarantine: Quarantine,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get()
  async list(@Query() query: PageQuery & { code?: string }): Promise<Page<QuarantineView>> {
    const { limit, after } = readPage(query, ['instant', 'text']);
    const items = await this.quarantine.list(query.code, limit + 1, after);
    const page = pageOf(items, limit, ({ receivedAt, id }) => [receivedAt, id]);
    return { ...page, total: await this.quarantine.count() };
  }

  /** What was refused, as it came: with a reason, and written into the audit before it is read. */
  @Needs('admin')
  @Scope('reveal')
  @Post(':id/reveal')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async reveal(
    @Param('id') id: string,
    @Body() { reason }: ReasonBody,
    @Who() who: Principal,
  ): Promise<RevealedRefusal> {
    await this.audit.record(who.name, 'quarantine.reveal', `${id}: ${reason}`);
    return { body: await this.quarantine.reveal(id) };
  }

  /** How full it is, and what was refused beyond its quota. */
  @Needs('viewer')
  @Get('state')
  state(): Promise<QuarantineState> {
    return this.quarantine.state();
  }

  @Needs('admin')
  @Post('replay')
  @HttpCode(200)
  async replay(@Body() { ids }: IdsBody, @Who() who: Principal): Promise<ReplayResult> {
    await this.audit.record(who.name, 'quarantine.replay', `${ids.length} records`);
    return this.quarantine.replay(ids);
  }

  @Needs('admin')
  @Delete()
  @HttpCode(204)
  async remove(@Body() { ids }: IdsBody, @Who() who: Principal): Promise<void> {
    await this.audit.record(who.name, 'quarantine.remove', `${ids.length} records`);
    await this.quarantine.remove(ids);
  }
}
