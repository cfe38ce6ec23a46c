import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import {
  OBJECT_TYPES,
  PlatformError,
  type CatalogueImport,
  type CatalogueObject,
  type ObjectType,
  type Page,
} from '@perennial/contract';
import { readFile, rm } from 'node:fs/promises';
import { Audit, Needs, Who, type Principal } from '../../access/index.js';
import { pageOf, readPage } from '../../http/page.js';
import { CATALOGUE } from '../catalogue.errors.js';
import { Catalogue } from '../catalogue.js';
import { ListQuery, ObjectsBody } from './catalogue.dto.js';

/** A catalogue is read whole; a hundred thousand products are about twenty megabytes. */
const MAX_FILE_BYTES = 50 * 1024 ** 2;

@Controller('api/v1/objects/:type')
export class ObjectsController {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get()
  async list(@Param('type') type: string, @Query() { q, ...page }: ListQuery): Promise<Page<CatalogueObject>> {
    const { limit, after } = readPage(page, 'text');
    const objects = await this.catalogue.list(typeOf(type), q, after ?? '', limit);
    return pageOf(objects, limit, ({ id }) => id);
  }

  @Needs('viewer')
  @Get(':id')
  get(@Param('type') type: string, @Param('id') id: string): Promise<CatalogueObject> {
    return this.catalogue.get(typeOf(type), id);
  }

  @Needs('admin')
  @Put()
  async save(
    @Param('type') type: string,
    @Body() { objects }: ObjectsBody,
    @Who() who: Principal,
  ): Promise<{ saved: number }> {
    const saved = await this.catalogue.save(typeOf(type), objects);
    await this.audit.record(who.name, 'catalogue.save', type);
    return { saved };
  }

  @Needs('admin')
  @Post('csv')
  @HttpCode(200)
  @UseInterceptors(FileInterceptor('file'))
  async import(
    @Param('type') type: string,
    @UploadedFile() file: { path: string; size: number } | undefined,
    @Who() who: Principal,
  ): Promise<CatalogueImport> {
    if (!file) throw new PlatformError('REQUEST_INVALID', 'the form needs a field `file`', { kind: 'invalid' });
    try {
      if (file.size > MAX_FILE_BYTES)
        throw new PlatformError(CATALOGUE.FILE_INVALID, 'the file is larger than 50 MB', { kind: 'invalid' });
      const done = await this.catalogue.import(typeOf(type), await readFile(file.path));
      await this.audit.record(who.name, 'catalogue.import', type);
      return done;
    } finally {
      await rm(file.path, { force: true });
    }
  }

  @Needs('admin')
  @Delete(':id')
  @HttpCode(204)
  async remove(@Param('type') type: string, @Param('id') id: string, @Who() who: Principal): Promise<void> {
    await this.catalogue.remove(typeOf(type), id);
    await this.audit.record(who.name, 'catalogue.remove', `${type}:${id}`);
  }
}

function typeOf(text: string): ObjectType {
  const type = OBJECT_TYPES.find((known) => known === text);
  if (type) return type;
  throw new PlatformError(CATALOGUE.TYPE_UNKNOWN, `objects are of type ${OBJECT_TYPES.join(', ')}`, {
    kind: 'invalid',
  });
}
