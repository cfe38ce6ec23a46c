import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { KeysView } from '@perennial/contract';
import { Audit, Needs, Who, type Principal } from '../../access/index.js';
import { Keys } from '../keys.js';

/** The keys of personal data by id; never a key itself. */
@Needs('admin')
@Controller('api/v1/keys')
export class KeysController {
  constructor(
    private readonly keys: Keys,
    private readonly audit: Audit,
  ) {}

  @Get()
  async list(): Promise<KeysView> {
    return { keys: await this.keys.list(), reseal: this.keys.view() };
  }

  @Post('rotate')
  @HttpCode(202)
  async rotate(@Who() who: Principal): Promise<KeysView> {
    await this.keys.rotate();
    await this.audit.record(who.name, 'keys.rotate', 'display');
    return this.list();
  }

  @Post(':id/retire')
  @HttpCode(200)
  async retire(@Param('id') id: string, @Who() who: Principal): Promise<KeysView> {
    await this.keys.retire(id);
    await this.audit.record(who.name, 'keys.retire', id);
    return this.list();
  }
}
