import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import type { Page, QuarantineView, ReplayResult } from '@perennial/contract';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsString } from 'class-validator';
import { Audit, Needs, Who, type Principal } from '../../access/index.js';
import { pageOf, readPage, type PageQuery } from '../../http/page.js';
import { redactFreeText } from '../../identity/index.js';
import { Quarantine } from '../quarantine.js';

class IdsBody {
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(500) @IsString({ each: true }) ids!: string[];
}

@Controller('api/v1/quarantine')
export class QuarantineController {
  constructor(
    private readonly quarantine: Quarantine,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get()
  async list(@Query() query: PageQuery & { code?: string }, @Who() who: Principal): Promise<Page<QuarantineView>> {
    const { limit, after } = readPage(query);
    const items = await this.quarantine.list(query.code, limit + 1, after as [number, string] | undefined);
    const page = pageOf(items, limit, ({ receivedAt, id }) => [receivedAt, id]);
    // What was refused is kept as it came, so that it can be replayed.
    const shown = page.items.map((item) =>
      who.role === 'admin' ? item : { ...item, body: redactFreeText(item.body) },
    );
    return { ...page, items: shown, total: await this.quarantine.count() };
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
