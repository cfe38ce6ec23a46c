import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import type { CollectorPlace, SourceView, WriteKeyView } from '@perennial/contract';
import { IsString, Length, Matches } from 'class-validator';
import { Audit, mayActAs, Needs, Who, type Principal } from '../../access/index.js';
import { Overviews } from '../../overview/overview.js';
import { Sources } from '../sources.js';

class SourceBody {
  @IsString() @Length(1, 255) title!: string;
  @Matches(/^[a-z][a-z0-9:._-]{0,63}$/) kind!: string;
}
class TitleBody {
  @IsString() @Length(1, 255) title!: string;
}

export const COLLECTOR_PLACE = Symbol('where the collector is');

@Controller('api/v1/sources')
export class SourcesController {
  constructor(
    private readonly sources: Sources,
    private readonly overviews: Overviews,
    private readonly audit: Audit,
    @Inject(COLLECTOR_PLACE) private readonly place: CollectorPlace,
  ) {}

  @Needs('viewer')
  @Get()
  async list(@Who() who: Principal): Promise<SourceView[]> {
    const activity = await this.overviews.activity();
    return (await (mayActAs(who, 'admin') ? this.sources.listOpen() : this.sources.list())).map((source) => ({
      ...source,
      ...activity.get(source.id),
    }));
  }

  @Needs('viewer')
  @Get('collector')
  collector(): CollectorPlace {
    return this.place;
  }

  @Needs('admin')
  @Post()
  async create(@Body() { title, kind }: SourceBody, @Who() who: Principal): Promise<SourceView> {
    const source = await this.sources.create(title, kind);
    await this.audit.record(who.name, 'source.create', source.id);
    return source;
  }

  @Needs('admin')
  @Patch(':id')
  async rename(@Param('id') id: string, @Body() { title }: TitleBody, @Who() who: Principal): Promise<SourceView> {
    await this.audit.record(who.name, 'source.rename', id);
    return this.sources.rename(id, title);
  }

  @Needs('admin')
  @Delete(':id')
  @HttpCode(204)
  async remove(@Param('id') id: string, @Who() who: Principal): Promise<void> {
    await this.audit.record(who.name, 'source.remove', id);
    await this.sources.remove(id);
  }

  @Needs('admin')
  @Post(':id/keys')
  async addKey(@Param('id') id: string, @Who() who: Principal): Promise<WriteKeyView> {
    const key = await this.sources.addKey(id);
    await this.audit.record(who.name, 'key.create', key.id);
    return key;
  }

  @Needs('admin')
  @Delete(':id/keys/:keyId')
  @HttpCode(204)
  async revokeKey(@Param('id') id: string, @Param('keyId') keyId: string, @Who() who: Principal): Promise<void> {
    await this.audit.record(who.name, 'key.revoke', keyId);
    await this.sources.revokeKey(id, keyId);
  }
}
