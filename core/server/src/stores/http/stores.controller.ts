import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import type { StoresView } from '@perennial/contract';
import { Audit, Needs, Who, type Principal } from '../../access/index.js';
import { StoreWatch } from '../watch.js';

/** Whether record and warehouse belong together and are whole. */
@Needs('admin')
@Controller('api/v1/stores')
export class StoresController {
  constructor(
    private readonly watch: StoreWatch,
    private readonly audit: Audit,
  ) {}

  @Get()
  async look(): Promise<StoresView> {
    await this.watch.look();
    return this.watch.view();
  }

  @Post('accept')
  @HttpCode(200)
  async accept(@Who() who: Principal): Promise<StoresView> {
    const { problems } = await this.watch.view();
    await this.audit.record(who.name, 'stores.accept', problems.map(({ code }) => code).join(' '));
    return this.watch.accept();
  }
}
