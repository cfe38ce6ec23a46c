import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import type { JsonObject, ModelRunView, PluginView } from '@perennial/contract';
import { IsObject } from 'class-validator';
import { Audit, mayActAs, Needs, Who, type Principal } from '../../access/index.js';
import { Host } from '../host.js';
import { Models } from '../models.js';
import { maskAddresses } from '../secrets.js';
import { PluginOptions, pluginView } from '../plugin-options.js';

class OptionsBody {
  @IsObject() options!: JsonObject;
}

@Controller('api/v1')
export class PluginsController {
  constructor(
    private readonly host: Host,
    private readonly options: PluginOptions,
    private readonly models: Models,
    private readonly audit: Audit,
  ) {}

  @Needs('viewer')
  @Get('plugins')
  list(@Who() who: Principal): PluginView[] {
    return this.host.plugins.map((plugin) => shownTo(who, pluginView(plugin)));
  }

  @Needs('viewer')
  @Get('plugins/:name')
  get(@Param('name') name: string, @Who() who: Principal): PluginView {
    return shownTo(who, pluginView(this.host.plugin(name)));
  }

  @Needs('admin')
  @Put('plugins/:name/options')
  async save(
    @Param('name') name: string,
    @Body() { options }: OptionsBody,
    @Who() who: Principal,
  ): Promise<PluginView> {
    await this.audit.record(who.name, 'plugin.options', name);
    return this.options.save(name, options);
  }

  @Needs('viewer')
  @Get('models')
  runs(): Promise<ModelRunView[]> {
    return this.models.list();
  }

  @Needs('admin')
  @Post('models/:key/run')
  @HttpCode(202)
  async run(@Param('key') key: string, @Who() who: Principal): Promise<ModelRunView> {
    await this.audit.record(who.name, 'model.run', key);
    return (await this.models.start(key)).run;
  }
}

const shownTo = (who: Principal, view: PluginView): PluginView =>
  mayActAs(who, 'admin') ? view : { ...view, options: maskAddresses(view.options) };
