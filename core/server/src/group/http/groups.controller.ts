import { Controller, Get, Param, Query } from '@nestjs/common';
import type { GroupDetail, GroupView, Page } from '@perennial/contract';
import { Needs } from '../../access/index.js';
import { pageOf, readPage, type PageQuery } from '../../http/page.js';
import { Groups } from '../groups.js';

@Needs('viewer')
@Controller('api/v1/groups')
export class GroupsController {
  constructor(private readonly groups: Groups) {}

  @Get()
  async list(@Query() query: PageQuery): Promise<Page<GroupView>> {
    const { limit, after } = readPage(query, ['instant', 'text']);
    const rows = await this.groups.list(limit + 1, after);
    return pageOf(rows, limit, ({ lastSeenAt, id }) => [lastSeenAt, id]);
  }

  @Get(':id')
  get(@Param('id') id: string): Promise<GroupDetail> {
    return this.groups.get(id);
  }
}
