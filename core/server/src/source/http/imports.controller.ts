import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  Res,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import {
  PlatformError,
  type DryRunResult,
  type FileOutline,
  type FileSourceView,
  type ImportView,
  type JsonObject,
} from '@perennial/contract';
import { formOf } from '@perennial/kit';
import { IsInt, IsObject, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import type { Response } from 'express';
import { Audit, Needs, Scope, Who, type Principal } from '../../access/index.js';
import { Host } from '../../host/index.js';
import { sendCsv } from '../../http/csv-answer.js';
import { Imports } from '../imports.js';

/** What the form parser leaves of an uploaded file. */
interface TakenFile {
  path: string;
  originalname: string;
}

class DryRunBody {
  @IsString() @Length(1, 255) source!: string;
  @IsString() @Length(1, 64) fileId!: string;
  @IsObject() mapping!: JsonObject;
  @IsOptional() @IsInt() @Min(1) @Max(100_000) rows?: number;
}
class ImportBody {
  @IsString() @Length(1, 255) source!: string;
  @IsString() @Length(1, 64) fileId!: string;
  @IsString() @Length(1, 255) title!: string;
  @IsObject() mapping!: JsonObject;
}

@Controller('api/v1/imports')
export class ImportsController {
  constructor(
    private readonly imports: Imports,
    private readonly host: Host,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get('sources')
  sources(): FileSourceView[] {
    return [...this.host.sources.values()]
      .filter(({ part }) => 'inspect' in part)
      .map(({ plugin, facts }) => ({
        key: facts.key,
        plugin,
        title: facts.title,
        fields: facts.mapping ? formOf(facts.mapping) : [],
      }));
  }

  @Needs('admin')
  @Post('files')
  @UseInterceptors(FileInterceptor('file'))
  async takeFile(
    @UploadedFile() file: TakenFile | undefined,
    @Query('source') source: string,
    @Who() who: Principal,
  ): Promise<FileOutline> {
    if (!file) throw new PlatformError('REQUEST_INVALID', 'the form needs a field `file`', { kind: 'invalid' });
    await this.audit.record(who.name, 'import.file', source);
    // Browsers send the name as UTF-8 and the form parser reads it as Latin-1.
    return this.imports.takeFile(source, file.path, Buffer.from(file.originalname, 'latin1').toString('utf8'));
  }

  /** Also of an import that has ended: the run stays in the list, without its file. */
  @Needs('admin')
  @Delete('files/:fileId')
  @HttpCode(204)
  async removeFile(@Param('fileId') fileId: string, @Who() who: Principal): Promise<void> {
    await this.audit.record(who.name, 'import.file.delete', fileId);
    await this.imports.removeFile(fileId);
  }

  @Needs('admin')
  @Post('dry-run')
  @HttpCode(200)
  async dryRun(@Body() { source, fileId, mapping, rows }: DryRunBody, @Who() who: Principal): Promise<DryRunResult> {
    await this.audit.record(who.name, 'import.dry-run', fileId);
    return this.imports.dryRun(source, fileId, mapping, rows);
  }

  @Needs('admin')
  @Post()
  async start(@Body() { source, fileId, title, mapping }: ImportBody, @Who() who: Principal): Promise<ImportView> {
    const run = await this.imports.start(source, fileId, title, mapping);
    await this.audit.record(who.name, 'import.start', run.id);
    return run;
  }

  @Needs('viewer')
  @Get()
  list(): Promise<ImportView[]> {
    return this.imports.list();
  }

  @Needs('viewer')
  @Get(':id')
  get(@Param('id') id: string): Promise<ImportView> {
    return this.imports.view(id);
  }

  @Needs('admin')
  @Post(':id/cancel')
  @HttpCode(200)
  async cancel(@Param('id') id: string, @Who() who: Principal): Promise<ImportView> {
    await this.audit.record(who.name, 'import.cancel', id);
    return this.imports.cancel(id);
  }

  @Needs('admin')
  @Post(':id/resume')
  @HttpCode(200)
  async resume(@Param('id') id: string, @Who() who: Principal): Promise<ImportView> {
    await this.audit.record(who.name, 'import.resume', id);
    return this.imports.resume(id);
  }

  /** Every failed row as it came, with its reason: a file to be mended and loaded again. Plain, so asked for as that. */
  @Needs('admin')
  @Scope('reveal')
  @Get(':id/problems.csv')
  async problems(@Param('id') id: string, @Who() who: Principal, @Res() response: Response): Promise<void> {
    const { file } = await this.imports.get(id);
    await this.audit.record(who.name, 'import.problems', id);
    const name = file.name.replace(/(\.[a-z0-9]{1,5}){0,2}$/i, '');
    await sendCsv(response, `${name}-problems.csv`, this.imports.problemFile(id));
  }
}
